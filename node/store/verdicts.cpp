#include "node/store/verdicts.h"

#include "node/store/exactly.h"

namespace quorate::store {
namespace {

constexpr const char* verdict_columns =
    "SELECT request_id, decision, code, profile, revocation, policy_file, record, signature,"
    " reason_salt, person, leaf, lists, stands_until, vouched FROM verdict ";

Result<std::optional<VerdictRow>> read_one(Query& query) {
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row) return std::optional<VerdictRow>();
  VerdictRow row;
  QUORATE_TRY(row.request_id, exactly<32>(query.blob(0)));
  row.decision = static_cast<std::uint8_t>(query.integer(1));
  row.code = static_cast<std::uint16_t>(query.integer(2));
  QUORATE_TRY(row.profile, exactly<32>(query.blob(3)));
  row.revocation = static_cast<std::uint64_t>(query.integer(4));
  QUORATE_TRY(row.policy_file, exactly<32>(query.blob(5)));
  row.record = query.blob(6);
  QUORATE_TRY(row.signature, exactly<64>(query.blob(7)));
  QUORATE_TRY(row.reason_salt, exactly<16>(query.blob(8)));
  row.person = query.text(9);
  row.leaf = static_cast<std::uint64_t>(query.integer(10));
  QUORATE_TRY(row.lists, exactly<32>(query.blob(11)));
  row.stands_until = static_cast<std::uint64_t>(query.integer(12));
  QUORATE_TRY(row.vouched, exactly<64>(query.blob(13)));
  return std::optional<VerdictRow>(std::move(row));
}

// SQLite's integers are signed; the bits are what counts.
std::int64_t bits(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Result<std::optional<VerdictRow>> Verdicts::same(const VerdictRow& row) {
  QUORATE_TRY(Query query, database_.query((std::string(verdict_columns) +
                                            "WHERE request_id = ?1 AND profile = ?2 AND"
                                            " revocation = ?3 AND decision = ?4 AND"
                                            " code = ?5 AND person = ?6"
                                            " ORDER BY number DESC LIMIT 1")
                                               .c_str()));
  query.bind(1, row.request_id)
      .bind(2, row.profile)
      .bind(3, bits(row.revocation))
      .bind(4, std::int64_t{row.decision})
      .bind(5, std::int64_t{row.code})
      .bind(6, row.person);
  return read_one(query);
}

Result<std::optional<VerdictRow>> Verdicts::standing(const Hash& request_id,
                                                     const std::string& person,
                                                     const Hash& policy_file, const Hash& lists) {
  QUORATE_TRY(Query query, database_.query((std::string(verdict_columns) +
                                            "WHERE request_id = ?1 AND person = ?2 AND"
                                            " policy_file = ?3 AND lists = ?4 AND"
                                            " decision = 1 ORDER BY number DESC LIMIT 1")
                                               .c_str()));
  query.bind(1, request_id).bind(2, person).bind(3, policy_file).bind(4, lists);
  return read_one(query);
}

Result<bool> Verdicts::was_approved(const Hash& request_id, const std::string& person) {
  QUORATE_TRY(Query query, database_.query("SELECT 1 FROM verdict WHERE request_id = ?1 AND"
                                           " person = ?2 AND decision = 1 LIMIT 1"));
  return query.bind(1, request_id).bind(2, person).step();
}

Result<std::map<Hash, ByteArray<64>>> Verdicts::listed(const Hash& request_id) {
  QUORATE_TRY(Query query,
              database_.query("SELECT evidence, vouched FROM listed WHERE request_id = ?1"));
  query.bind(1, request_id);
  std::map<Hash, ByteArray<64>> found;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return found;
    QUORATE_TRY(const Hash evidence, exactly<32>(query.blob(0)));
    QUORATE_TRY(found[evidence], exactly<64>(query.blob(1)));
  }
}

Status Verdicts::list(const Hash& request_id, std::span<const ListedEvidence> evidence) {
  for (const ListedEvidence& one : evidence) {
    QUORATE_TRY(Query query, database_.query("INSERT INTO listed (request_id, evidence, vouched)"
                                             " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"));
    QUORATE_CHECK(query.bind(1, request_id).bind(2, one.id).bind(3, one.vouched).run());
  }
  return Done{};
}

Status Verdicts::restate(const VerdictRow& row) {
  QUORATE_TRY(Query query, database_.query("UPDATE verdict SET policy_file = ?2, lists = ?3,"
                                           " stands_until = ?4, vouched = ?5 WHERE leaf = ?1"));
  return query.bind(1, bits(row.leaf))
      .bind(2, row.policy_file)
      .bind(3, row.lists)
      .bind(4, bits(row.stands_until))
      .bind(5, row.vouched)
      .run();
}

Status Verdicts::put(const VerdictRow& row, const std::vector<VeiledText>& texts) {
  QUORATE_TRY(
      Query query,
      database_.query("INSERT INTO verdict (request_id, decision, code, profile,"
                      " revocation, policy_file, record, signature, reason_salt, person, leaf,"
                      " lists, stands_until, vouched)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"));
  query.bind(1, row.request_id)
      .bind(2, std::int64_t{row.decision})
      .bind(3, std::int64_t{row.code})
      .bind(4, row.profile)
      .bind(5, bits(row.revocation))
      .bind(6, row.policy_file)
      .bind(7, row.record)
      .bind(8, row.signature)
      .bind(9, row.reason_salt)
      .bind(10, row.person)
      .bind(11, bits(row.leaf))
      .bind(12, row.lists)
      .bind(13, bits(row.stands_until))
      .bind(14, row.vouched);
  QUORATE_CHECK(query.run());
  return keep_texts(texts);
}

Status Verdicts::keep_texts(const std::vector<VeiledText>& texts) {
  for (const VeiledText& text : texts) {
    QUORATE_TRY(Query insert,
                database_.query("INSERT INTO veiled (veil, salt, text) VALUES (?1, ?2, ?3)"));
    QUORATE_CHECK(insert.bind(1, text.veil).bind(2, text.salt).bind(3, text.text).run());
  }
  return Done{};
}

Result<std::vector<VeiledText>> Verdicts::texts(std::span<const Hash> veils) {
  std::vector<VeiledText> found;
  QUORATE_TRY(Query query, database_.query("SELECT salt, text FROM veiled WHERE veil = ?1"));
  for (const Hash& veil : veils) {
    query.bind(1, veil);
    QUORATE_TRY(const bool has_row, query.step());
    if (has_row) {
      VeiledText text{veil, {}, query.blob(1)};
      QUORATE_TRY(text.salt, exactly<16>(query.blob(0)));
      found.push_back(std::move(text));
    }
    query.reset();
  }
  return found;
}

Result<bool> Verdicts::erase_text(const Hash& veil) {
  QUORATE_TRY(Query query, database_.query("DELETE FROM veiled WHERE veil = ?1 RETURNING 1"));
  QUORATE_TRY(const bool was_there, query.bind(1, veil).step());
  return was_there;
}

Result<std::size_t> Verdicts::erase_of_leaf(std::uint64_t leaf) {
  QUORATE_TRY(Query unlist, database_.query("DELETE FROM listed WHERE request_id IN"
                                            " (SELECT request_id FROM verdict WHERE leaf = ?1)"));
  QUORATE_CHECK(unlist.bind(1, bits(leaf)).run());
  QUORATE_TRY(Query query, database_.query("DELETE FROM verdict WHERE leaf = ?1 RETURNING 1"));
  query.bind(1, bits(leaf));
  std::size_t erased = 0;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return erased;
    ++erased;
  }
}

Result<std::optional<Hash>> Verdicts::holder_of_serial(const ByteArray<32>& root_id,
                                                       std::uint64_t serial) {
  QUORATE_TRY(Query query, database_.query("SELECT request_id FROM serial WHERE root_id = ?1 AND"
                                           " serial = ?2"));
  query.bind(1, root_id).bind(2, bits(serial));
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row) return std::optional<Hash>();
  QUORATE_TRY(const Hash holder, exactly<32>(query.blob(0)));
  return std::optional<Hash>(holder);
}

Status Verdicts::take_serial(const ByteArray<32>& root_id, std::uint64_t serial,
                             const Hash& request_id) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO serial (root_id, serial, request_id)"
                              " VALUES (?1, ?2, ?3) ON CONFLICT (root_id, serial) DO NOTHING"));
  return query.bind(1, root_id).bind(2, bits(serial)).bind(3, request_id).run();
}

Status Verdicts::spend(const ByteArray<32>& hiding) {
  QUORATE_TRY(Query find, database_.query("SELECT 1 FROM spent WHERE hiding = ?1"));
  QUORATE_TRY(const bool was_spent, find.bind(1, hiding).step());
  if (was_spent) {
    return fail(Code::nonce_spent,
                "this commitment was spent before: was this machine resumed"
                " from a snapshot?");
  }
  QUORATE_TRY(Query insert, database_.query("INSERT INTO spent (hiding) VALUES (?1)"));
  return insert.bind(1, hiding).run();
}

}  // namespace quorate::store

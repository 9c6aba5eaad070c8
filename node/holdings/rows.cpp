#include "node/holdings/rows.h"

#include <algorithm>

#include "node/holdings/holdings.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::holdings {

using store::Query;

namespace {

constexpr const char* tables[] = {
    "CREATE TABLE IF NOT EXISTS holding_list (root_id BLOB NOT NULL, number INTEGER NOT NULL,"
    " document BLOB NOT NULL, list TEXT NOT NULL, issued INTEGER NOT NULL,"
    " next_update INTEGER NOT NULL, payload BLOB NOT NULL, signature BLOB NOT NULL,"
    " UNIQUE (root_id, number, document)) STRICT",
    "CREATE TABLE IF NOT EXISTS holding_list_name (root_id BLOB PRIMARY KEY, list TEXT NOT NULL)"
    " STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS holding_list_approved (root_id BLOB NOT NULL,"
    " number INTEGER NOT NULL, document BLOB NOT NULL, issued INTEGER NOT NULL,"
    " PRIMARY KEY (root_id, number)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS holding_entry (root_id BLOB NOT NULL, type INTEGER NOT NULL,"
    " value TEXT NOT NULL, until INTEGER NOT NULL, listed INTEGER NOT NULL,"
    " PRIMARY KEY (root_id, type, value)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS holding_bundle (version INTEGER PRIMARY KEY, hash BLOB NOT NULL,"
    " expires INTEGER NOT NULL, list TEXT NOT NULL, list_root BLOB NOT NULL,"
    " payload BLOB NOT NULL, signatures BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS holding_bundle_approved (version INTEGER PRIMARY KEY,"
    " hash BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS holding_bundle_split (version INTEGER PRIMARY KEY,"
    " hash BLOB NOT NULL, payload BLOB NOT NULL, signatures BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS holding_bundle_trusted (one INTEGER PRIMARY KEY CHECK (one = 1),"
    " hash BLOB NOT NULL) STRICT",
};

// Numbers and times of canonical JSON are below 2^53.
std::int64_t integer(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t natural(std::int64_t value) { return static_cast<std::uint64_t>(value); }

Result<ByteArray<32>> array(const Bytes& bytes) {
  ByteArray<32> out;
  if (bytes.size() != out.size()) {
    return fail(Code::io, "a row of the node's database has a wrong size");
  }
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

std::int64_t place(RevocationType type) { return static_cast<std::int64_t>(type); }

Bytes encode(const std::vector<Bytes>& signatures) {
  layout::Writer writer;
  writer.count(signatures.size());
  for (const Bytes& signature : signatures) writer.blob(signature);
  return std::move(writer).bytes();
}

Result<std::vector<Bytes>> decode(ByteView bytes) {
  layout::Reader reader(bytes);
  QUORATE_TRY(const std::uint16_t count, reader.count(signature_count_limit, "signatures"));
  std::vector<Bytes> out;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const ByteView signature, reader.blob(signature_size_limit, "signature"));
    out.emplace_back(signature.begin(), signature.end());
  }
  QUORATE_CHECK(reader.finish("the signatures"));
  return out;
}

Result<std::optional<BundleRow>> read_bundle(Query& query) {
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row) return std::optional<BundleRow>();
  BundleRow row;
  row.version = natural(query.integer(0));
  QUORATE_TRY(row.hash, array(query.blob(1)));
  row.expires = natural(query.integer(2));
  row.list = query.text(3);
  QUORATE_TRY(row.list_root, array(query.blob(4)));
  row.payload = query.blob(5);
  QUORATE_TRY(row.signatures, decode(query.blob(6)));
  return std::optional<BundleRow>(std::move(row));
}

}  // namespace

Status Rows::create_tables() {
  for (const char* table : tables) QUORATE_CHECK(database_.run(table));
  return Done{};
}

Status Rows::run(const char* sql, std::uint64_t number) {
  QUORATE_TRY(Query query, database_.query(sql));
  return query.bind(1, integer(number)).run();
}

Result<std::optional<Hash>> Rows::one_hash(Query& query) {
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row) return std::optional<Hash>();
  QUORATE_TRY(const Hash hash, array(query.blob(0)));
  return std::optional<Hash>(hash);
}

Result<std::optional<Newest>> Rows::newest_list(const RootId& root_id) {
  QUORATE_TRY(Query query,
              database_.query("SELECT number, max(issued), min(next_update) FROM holding_list"
                              " WHERE root_id = ?1 GROUP BY number ORDER BY number DESC LIMIT 1"));
  QUORATE_TRY(const bool has_row, query.bind(1, root_id).step());
  if (!has_row) return std::optional<Newest>();
  return std::optional<Newest>(
      Newest{natural(query.integer(0)), natural(query.integer(1)), natural(query.integer(2))});
}

Result<std::vector<ListRow>> Rows::lists(const RootId& root_id) {
  QUORATE_TRY(Query query,
              database_.query("SELECT number, document, list, issued, next_update, payload,"
                              " signature FROM holding_list WHERE root_id = ?1"));
  query.bind(1, root_id);
  std::vector<ListRow> rows;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return rows;
    ListRow row;
    row.root_id = root_id;
    row.number = natural(query.integer(0));
    QUORATE_TRY(row.document, array(query.blob(1)));
    row.list = query.text(2);
    row.issued = natural(query.integer(3));
    row.next_update = natural(query.integer(4));
    row.payload = query.blob(5);
    row.signature = query.blob(6);
    rows.push_back(std::move(row));
  }
}

Result<std::vector<RootId>> Rows::list_roots() {
  QUORATE_TRY(Query query, database_.query("SELECT root_id FROM holding_list UNION"
                                           " SELECT root_id FROM holding_entry ORDER BY root_id"));
  std::vector<RootId> out;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return out;
    QUORATE_TRY(const RootId root_id, array(query.blob(0)));
    out.push_back(root_id);
  }
}

Status Rows::drop_lists(const RootId& root_id) {
  QUORATE_TRY(Query query, database_.query("DELETE FROM holding_list WHERE root_id = ?1"));
  QUORATE_CHECK(query.bind(1, root_id).run());
  QUORATE_TRY(Query entries, database_.query("DELETE FROM holding_entry WHERE root_id = ?1"));
  QUORATE_CHECK(entries.bind(1, root_id).run());
  QUORATE_TRY(Query name, database_.query("DELETE FROM holding_list_name WHERE root_id = ?1"));
  return name.bind(1, root_id).run();
}

Status Rows::put_list(const ListRow& row) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_list (root_id, number, document, list, issued,"
                              " next_update, payload, signature)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
  return query.bind(1, row.root_id)
      .bind(2, integer(row.number))
      .bind(3, row.document)
      .bind(4, row.list)
      .bind(5, integer(row.issued))
      .bind(6, integer(row.next_update))
      .bind(7, row.payload)
      .bind(8, row.signature)
      .run();
}

Status Rows::drop_older_lists(const RootId& root_id, std::uint64_t number) {
  QUORATE_TRY(Query lists, database_.query("DELETE FROM holding_list WHERE root_id = ?1 AND"
                                           " number < ?2"));
  QUORATE_CHECK(lists.bind(1, root_id).bind(2, integer(number)).run());
  QUORATE_TRY(Query approved, database_.query("DELETE FROM holding_list_approved WHERE"
                                              " root_id = ?1 AND number <= ?2"));
  return approved.bind(1, root_id).bind(2, integer(number)).run();
}

Result<std::optional<std::string>> Rows::list_name(const RootId& root_id) {
  QUORATE_TRY(Query query,
              database_.query("SELECT list FROM holding_list_name WHERE root_id = ?1"));
  QUORATE_TRY(const bool has_row, query.bind(1, root_id).step());
  return has_row ? std::optional<std::string>(query.text(0)) : std::nullopt;
}

Status Rows::put_list_name(const RootId& root_id, const std::string& list) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_list_name (root_id, list) VALUES (?1, ?2)"
                              " ON CONFLICT (root_id) DO NOTHING"));
  return query.bind(1, root_id).bind(2, list).run();
}

Result<std::optional<ApprovedList>> Rows::approved_list(const RootId& root_id,
                                                        std::uint64_t number) {
  QUORATE_TRY(Query query, database_.query("SELECT document, issued FROM holding_list_approved"
                                           " WHERE root_id = ?1 AND number = ?2"));
  QUORATE_TRY(const bool has_row, query.bind(1, root_id).bind(2, integer(number)).step());
  if (!has_row) return std::optional<ApprovedList>();
  QUORATE_TRY(const Hash document, array(query.blob(0)));
  return std::optional<ApprovedList>(ApprovedList{document, natural(query.integer(1))});
}

Status Rows::put_approved_list(const RootId& root_id, std::uint64_t number,
                               const ApprovedList& list) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_list_approved (root_id, number, document,"
                              " issued) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (root_id, number)"
                              " DO UPDATE SET document = ?3, issued = ?4"));
  return query.bind(1, root_id)
      .bind(2, integer(number))
      .bind(3, list.document)
      .bind(4, integer(list.issued))
      .run();
}

Result<std::vector<RevocationEntry>> Rows::entries_after(const RootId& root_id,
                                                         std::uint64_t issued) {
  QUORATE_TRY(Query query,
              database_.query("SELECT type, value, until FROM holding_entry WHERE root_id = ?1 AND"
                              " until > ?2 ORDER BY type, value"));
  query.bind(1, root_id).bind(2, integer(issued));
  std::vector<RevocationEntry> out;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return out;
    out.push_back(
        {static_cast<RevocationType>(query.integer(0)), natural(query.integer(2)), query.text(1)});
  }
}

Result<std::vector<EntryRow>> Rows::entries(const RootId& root_id) {
  QUORATE_TRY(Query query, database_.query("SELECT type, value, until, listed FROM holding_entry"
                                           " WHERE root_id = ?1 ORDER BY type, value"));
  query.bind(1, root_id);
  std::vector<EntryRow> out;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return out;
    out.push_back(
        {{static_cast<RevocationType>(query.integer(0)), natural(query.integer(2)), query.text(1)},
         natural(query.integer(3))});
  }
}

Result<std::uint64_t> Rows::drop_approved_entries(const RootId& root_id) {
  QUORATE_TRY(Query count, database_.query("SELECT count(*) FROM holding_entry WHERE root_id = ?1"
                                           " AND listed = 0"));
  QUORATE_CHECK(count.bind(1, root_id).step());
  const std::uint64_t dropped = natural(count.integer(0));
  QUORATE_TRY(Query query, database_.query("DELETE FROM holding_entry WHERE root_id = ?1 AND"
                                           " listed = 0"));
  QUORATE_CHECK(query.bind(1, root_id).run());
  return dropped;
}

Status Rows::drop_name_without_list(const RootId& root_id) {
  QUORATE_TRY(Query query,
              database_.query("DELETE FROM holding_list_name WHERE root_id = ?1 AND NOT EXISTS"
                              " (SELECT 1 FROM holding_list WHERE root_id = ?1)"));
  return query.bind(1, root_id).run();
}

Status Rows::put_entries(const RootId& root_id, const std::vector<RevocationEntry>& entries,
                         std::uint64_t listed) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_entry (root_id, type, value, until, listed)"
                              " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (root_id, type, value)"
                              " DO UPDATE SET until = max(until, ?4), listed = max(listed, ?5)"));
  for (const RevocationEntry& entry : entries) {
    QUORATE_CHECK(query.bind(1, root_id)
                      .bind(2, place(entry.type))
                      .bind(3, entry.value)
                      .bind(4, integer(entry.until))
                      .bind(5, integer(listed))
                      .run());
    query.reset();
  }
  return Done{};
}

Status Rows::drop_passed_entries(const RootId& root_id, const Newest& newest) {
  QUORATE_TRY(Query query, database_.query("DELETE FROM holding_entry WHERE root_id = ?1 AND"
                                           " until <= ?2 AND listed < ?3"));
  return query.bind(1, root_id)
      .bind(2, integer(newest.issued))
      .bind(3, integer(newest.number))
      .run();
}

Result<bool> Rows::is_listed(const RootId& root_id, RevocationType type, std::string_view value) {
  QUORATE_TRY(Query query,
              database_.query("SELECT 1 FROM holding_entry WHERE root_id = ?1 AND type = ?2 AND"
                              " value = ?3 AND listed ="
                              " (SELECT max(number) FROM holding_list WHERE root_id = ?1)"));
  return query.bind(1, root_id).bind(2, place(type)).bind(3, value).step();
}

Result<std::vector<std::uint64_t>> Rows::bundle_versions() {
  QUORATE_TRY(Query query, database_.query("SELECT version FROM holding_bundle ORDER BY version"));
  std::vector<std::uint64_t> out;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return out;
    out.push_back(natural(query.integer(0)));
  }
}

Result<std::optional<BundleRow>> Rows::newest_bundle() {
  QUORATE_TRY(Query query,
              database_.query("SELECT version, hash, expires, list, list_root, payload, signatures"
                              " FROM holding_bundle ORDER BY version DESC LIMIT 1"));
  return read_bundle(query);
}

Result<std::optional<BundleRow>> Rows::bundle(std::uint64_t version) {
  QUORATE_TRY(Query query,
              database_.query("SELECT version, hash, expires, list, list_root, payload, signatures"
                              " FROM holding_bundle WHERE version = ?1"));
  query.bind(1, integer(version));
  return read_bundle(query);
}

Status Rows::put_bundle(const BundleRow& row) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_bundle (version, hash, expires, list,"
                              " list_root, payload, signatures)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  return query.bind(1, integer(row.version))
      .bind(2, row.hash)
      .bind(3, integer(row.expires))
      .bind(4, row.list)
      .bind(5, row.list_root)
      .bind(6, row.payload)
      .bind(7, encode(row.signatures))
      .run();
}

Status Rows::drop_bundles_from(std::uint64_t version) {
  return run("DELETE FROM holding_bundle WHERE version >= ?1", version);
}

Result<std::optional<Hash>> Rows::approved_bundle(std::uint64_t version) {
  QUORATE_TRY(Query query,
              database_.query("SELECT hash FROM holding_bundle_approved WHERE version = ?1"));
  query.bind(1, integer(version));
  return one_hash(query);
}

Status Rows::put_approved_bundle(std::uint64_t version, const Hash& hash) {
  QUORATE_TRY(Query query, database_.query("INSERT INTO holding_bundle_approved (version, hash)"
                                           " VALUES (?1, ?2) ON CONFLICT (version) DO NOTHING"));
  return query.bind(1, integer(version)).bind(2, hash).run();
}

Status Rows::drop_approved_bundle(std::uint64_t version) {
  return run("DELETE FROM holding_bundle_approved WHERE version = ?1", version);
}

Status Rows::drop_approved_bundles_from(std::uint64_t version) {
  return run("DELETE FROM holding_bundle_approved WHERE version >= ?1", version);
}

Result<std::optional<std::uint64_t>> Rows::split() {
  QUORATE_TRY(Query query, database_.query("SELECT version FROM holding_bundle_split"
                                           " ORDER BY version LIMIT 1"));
  QUORATE_TRY(const bool has_row, query.step());
  return has_row ? std::optional<std::uint64_t>(natural(query.integer(0))) : std::nullopt;
}

Status Rows::put_split(const BundleRow& other) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_bundle_split (version, hash, payload,"
                              " signatures) VALUES (?1, ?2, ?3, ?4)"
                              " ON CONFLICT (version) DO NOTHING"));
  return query.bind(1, integer(other.version))
      .bind(2, other.hash)
      .bind(3, other.payload)
      .bind(4, encode(other.signatures))
      .run();
}

Status Rows::drop_splits_from(std::uint64_t version) {
  return run("DELETE FROM holding_bundle_split WHERE version >= ?1", version);
}

Result<std::optional<Hash>> Rows::trusted_bundle() {
  QUORATE_TRY(Query query, database_.query("SELECT hash FROM holding_bundle_trusted"));
  return one_hash(query);
}

Status Rows::put_trusted_bundle(const Hash& hash) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO holding_bundle_trusted (one, hash) VALUES (1, ?1)"
                              " ON CONFLICT (one) DO UPDATE SET hash = ?1"));
  return query.bind(1, hash).run();
}

}  // namespace quorate::holdings

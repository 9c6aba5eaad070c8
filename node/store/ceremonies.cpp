#include "node/store/ceremonies.h"

#include "crypto/base/invariant.h"
#include "node/store/exactly.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::store {
namespace {

constexpr const char* columns =
    "SELECT id, proposal, root, not_after, state, hello, receive_keys, hellos, deal, deals, answer,"
    " record, candidate_key, candidate, confirms FROM ceremony ";

Bytes encode(const std::vector<Signed>& messages) {
  layout::Writer writer;
  writer.count(messages.size());
  for (const Signed& message : messages) writer.blob(message.body).raw(message.signature);
  return std::move(writer).bytes();
}

Bytes encode(const std::optional<Signed>& message) {
  return message ? encode(std::vector<Signed>{*message}) : encode(std::vector<Signed>{});
}

Result<std::vector<Signed>> decode(ByteView bytes) {
  layout::Reader reader(bytes);
  QUORATE_TRY(const std::uint16_t count, reader.count(64, "messages"));
  std::vector<Signed> messages;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const ByteView body, reader.blob(1U << 20, "body"));
    QUORATE_TRY(const ed25519::Signature signature, reader.array<64>("signature"));
    messages.push_back({Bytes(body.begin(), body.end()), signature});
  }
  QUORATE_CHECK(reader.finish("the messages"));
  return messages;
}

Result<std::optional<Signed>> decode_one(ByteView bytes) {
  QUORATE_TRY(std::vector<Signed> messages, decode(bytes));
  if (messages.empty()) return std::optional<Signed>();
  return std::optional<Signed>(std::move(messages.front()));
}

Result<CeremonyRow> read(const Query& row) {
  CeremonyRow ceremony;
  QUORATE_TRY(ceremony.id, exactly<32>(row.blob(0)));
  ceremony.proposal = row.blob(1);
  ceremony.root = row.text(2);
  ceremony.not_after = static_cast<std::uint64_t>(row.integer(3));
  const std::int64_t state = row.integer(4);
  if (state < 1 || state > 5) return fail(Code::io, "a ceremony of no known state");
  ceremony.state = static_cast<CeremonyState>(state);
  QUORATE_TRY(const std::optional<Signed> hello, decode_one(row.blob(5)));
  if (!hello) return fail(Code::io, "a ceremony without its hello");
  ceremony.hello = *hello;
  ceremony.receive_keys = row.blob(6);
  QUORATE_TRY(ceremony.hellos, decode(row.blob(7)));
  QUORATE_TRY(ceremony.deal, decode_one(row.blob(8)));
  QUORATE_TRY(ceremony.deals, decode(row.blob(9)));
  QUORATE_TRY(ceremony.answer, decode_one(row.blob(10)));
  ceremony.record = row.blob(11);
  if (!row.is_null(12)) {
    QUORATE_TRY(const auto key_id, exactly<16>(row.blob(12)));
    ceremony.candidate = SealedShare{key_id, row.blob(13)};
  }
  QUORATE_TRY(ceremony.confirms, decode(row.blob(14)));
  const bool lacks_deal = ceremony.state == CeremonyState::dealt && !ceremony.deal;
  const bool lacks_answer =
      (ceremony.state == CeremonyState::confirmed || ceremony.state == CeremonyState::aborted) &&
      !ceremony.answer;
  if (lacks_deal || lacks_answer) {
    return fail(Code::io, "a ceremony in the node's database lacks what its state needs");
  }
  return ceremony;
}

Result<std::vector<CeremonyRow>> read_all(Query& query) {
  std::vector<CeremonyRow> rows;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return rows;
    QUORATE_TRY(CeremonyRow row, read(query));
    rows.push_back(std::move(row));
  }
}

}  // namespace

std::string_view name(CeremonyState state) {
  switch (state) {
    case CeremonyState::hello_sent: return "hello_sent";
    case CeremonyState::dealt: return "dealt";
    case CeremonyState::confirmed: return "confirmed";
    case CeremonyState::active: return "active";
    case CeremonyState::aborted: return "aborted";
  }
  QUORATE_INVARIANT(false);
}

Result<std::optional<CeremonyRow>> Ceremonies::find(const Hash& id) {
  QUORATE_TRY(Query query, database_.query((std::string(columns) + "WHERE id = ?1").c_str()));
  query.bind(1, id);
  QUORATE_TRY(std::vector<CeremonyRow> rows, read_all(query));
  if (rows.empty()) return std::optional<CeremonyRow>();
  return std::optional<CeremonyRow>(std::move(rows.front()));
}

Result<std::vector<CeremonyRow>> Ceremonies::of_state(CeremonyState state) {
  QUORATE_TRY(Query query, database_.query((std::string(columns) + "WHERE state = ?1").c_str()));
  query.bind(1, static_cast<std::int64_t>(state));
  return read_all(query);
}

Result<Ceremonies::Open> Ceremonies::count_open(const std::string& root) {
  QUORATE_TRY(Query query, database_.query("SELECT count(*), coalesce(sum(root = ?1), 0)"
                                           " FROM ceremony WHERE state IN (1, 2)"));
  query.bind(1, root);
  QUORATE_TRY(const bool has_row, query.step());
  QUORATE_INVARIANT(has_row);
  return Open{static_cast<std::size_t>(query.integer(1)),
              static_cast<std::size_t>(query.integer(0))};
}

Result<bool> Ceremonies::has_namesake(const Hash& id) {
  QUORATE_TRY(Query query, database_.query("SELECT 1 FROM ceremony WHERE substr(id, 1, 16) = ?1"
                                           " AND id <> ?2"));
  return query.bind(1, ByteView(id).first(16)).bind(2, id).step();
}

Result<std::vector<CeremonyRow>> Ceremonies::newest(std::size_t most) {
  QUORATE_TRY(Query query,
              database_.query((std::string(columns) + "ORDER BY number DESC LIMIT ?1").c_str()));
  query.bind(1, static_cast<std::int64_t>(most));
  return read_all(query);
}

Status Ceremonies::put(const CeremonyRow& row) {
  QUORATE_TRY(Query query,
              database_.query(
                  "INSERT INTO ceremony (id, proposal, root, not_after, state, hello, receive_keys,"
                  " hellos, deal, deals, answer, record, candidate_key, candidate, confirms)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
                  " ON CONFLICT (id) DO UPDATE SET state = ?5, receive_keys = ?7, hellos = ?8,"
                  " deal = ?9, deals = ?10, answer = ?11, record = ?12, candidate_key = ?13,"
                  " candidate = ?14, confirms = ?15"));
  query.bind(1, row.id)
      .bind(2, row.proposal)
      .bind(3, row.root)
      .bind(4, static_cast<std::int64_t>(row.not_after))
      .bind(5, static_cast<std::int64_t>(row.state))
      .bind(6, encode(std::optional<Signed>(row.hello)))
      .bind(7, row.receive_keys)
      .bind(8, encode(row.hellos))
      .bind(9, encode(row.deal))
      .bind(10, encode(row.deals))
      .bind(11, encode(row.answer))
      .bind(12, row.record)
      .bind(15, encode(row.confirms));
  if (row.candidate) {
    query.bind(13, row.candidate->key_id).bind(14, row.candidate->blob);
  } else {
    query.bind_null(13).bind_null(14);
  }
  return query.run();
}

}  // namespace quorate::store

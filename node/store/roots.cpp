#include "node/store/roots.h"

#include "node/store/exactly.h"

namespace quorate::store {
namespace {

Result<RootRow> read_root(const Query& row) {
  RootRow root;
  root.name = row.text(0);
  QUORATE_TRY(root.root_id, exactly<32>(row.blob(1)));
  QUORATE_TRY(root.ceremony, exactly<32>(row.blob(2)));
  root.record = row.blob(3);
  if (!row.is_null(4)) {
    QUORATE_TRY(const auto key_id, exactly<16>(row.blob(4)));
    root.share = SealedShare{key_id, row.blob(5)};
  }
  return root;
}

}  // namespace

Result<std::vector<RootRow>> Roots::all() {
  QUORATE_TRY(Query query,
              database_.query("SELECT name, root_id, ceremony, record, share_key, share FROM root"
                              " ORDER BY name"));
  std::vector<RootRow> rows;
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return rows;
    QUORATE_TRY(RootRow row, read_root(query));
    rows.push_back(std::move(row));
  }
}

Result<std::optional<RootRow>> Roots::find(const std::string& name) {
  QUORATE_TRY(Query query,
              database_.query("SELECT name, root_id, ceremony, record, share_key, share FROM root"
                              " WHERE name = ?1"));
  query.bind(1, name);
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row) return std::optional<RootRow>();
  QUORATE_TRY(RootRow row, read_root(query));
  return std::optional<RootRow>(std::move(row));
}

Status Roots::put(const RootRow& row) {
  QUORATE_TRY(Query query,
              database_.query("INSERT INTO root (name, root_id, ceremony, record, share_key, share)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO UPDATE SET"
                              " root_id = ?2, ceremony = ?3, record = ?4, share_key = ?5,"
                              " share = ?6"));
  query.bind(1, row.name).bind(2, row.root_id).bind(3, row.ceremony).bind(4, row.record);
  if (row.share) {
    query.bind(5, row.share->key_id).bind(6, row.share->blob);
  } else {
    query.bind_null(5).bind_null(6);
  }
  return query.run();
}

}  // namespace quorate::store

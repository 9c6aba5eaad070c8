// The tables of this room, and nothing but reading and writing them. Inside node/holdings only.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/store/database.h"
#include "proto/statement/bundle.h"
#include "proto/statement/revocation_list.h"
#include "proto/statement/statement.h"

namespace quorate::holdings {

using statement::Hash;
using statement::RevocationEntry;
using statement::RevocationType;
using statement::RootId;

struct ListRow {
  RootId root_id{};
  std::uint64_t number = 0;
  Hash document{};
  std::string list;
  std::uint64_t issued = 0;
  std::uint64_t next_update = 0;
  Bytes payload;
  Bytes signature;
};

// Of a root's newest list, or of all of that number.
struct Newest {
  std::uint64_t number = 0;
  std::uint64_t issued = 0;       // the latest
  std::uint64_t next_update = 0;  // the earliest
};

struct ApprovedList {
  Hash document{};
  std::uint64_t issued = 0;
};

struct BundleRow {
  std::uint64_t version = 0;
  Hash hash{};
  std::uint64_t expires = 0;
  std::string list;    // whose revocation list counts
  RootId list_root{};  // and who signs it
  Bytes payload;
  std::vector<Bytes> signatures;
};

struct EntryRow {
  RevocationEntry entry;
  std::uint64_t listed = 0;  // 0: on no held list
};

class Rows {
 public:
  explicit Rows(store::Database& database) : database_(database) {}

  [[nodiscard]] Status create_tables();

  // --- lists; only those of a root's newest number are kept

  // Of which there are lists or entries.
  [[nodiscard]] Result<std::vector<RootId>> list_roots();
  [[nodiscard]] Result<std::optional<Newest>> newest_list(const RootId& root_id);
  [[nodiscard]] Result<std::vector<ListRow>> lists(const RootId& root_id);
  [[nodiscard]] Status put_list(const ListRow& row);
  [[nodiscard]] Status drop_lists(const RootId& root_id);
  // Lists and approvals that this number has overtaken.
  [[nodiscard]] Status drop_older_lists(const RootId& root_id, std::uint64_t number);

  // The name of a root's list 1, once there was one.
  [[nodiscard]] Result<std::optional<std::string>> list_name(const RootId& root_id);
  [[nodiscard]] Status put_list_name(const RootId& root_id, const std::string& list);

  [[nodiscard]] Status drop_name_without_list(const RootId& root_id);

  // What was approved last of this number.
  [[nodiscard]] Result<std::optional<ApprovedList>> approved_list(const RootId& root_id,
                                                                  std::uint64_t number);
  [[nodiscard]] Status put_approved_list(const RootId& root_id, std::uint64_t number,
                                         const ApprovedList& list);

  // --- entries of all lists that are held or were ever approved, each with its latest `until`

  // Of those that outlive `issued`, in the order of a list.
  [[nodiscard]] Result<std::vector<RevocationEntry>> entries_after(const RootId& root_id,
                                                                   std::uint64_t issued);
  // Also those whose time has come, each with the number of the newest held list that has it.
  [[nodiscard]] Result<std::vector<EntryRow>> entries(const RootId& root_id);
  // `listed`: the number of the held list that has them; 0 for a list that was only approved.
  [[nodiscard]] Status put_entries(const RootId& root_id,
                                   const std::vector<RevocationEntry>& entries,
                                   std::uint64_t listed);
  // Entries whose time had come when the newest list was issued, and that it does not have: no
  // later list is issued before it, so none will be asked for them.
  [[nodiscard]] Status drop_passed_entries(const RootId& root_id, const Newest& newest);
  // Those of lists that were only approved. How many there were.
  [[nodiscard]] Result<std::uint64_t> drop_approved_entries(const RootId& root_id);
  // Whether the newest list of this root has it.
  [[nodiscard]] Result<bool> is_listed(const RootId& root_id, RevocationType type,
                                       std::string_view value);

  // --- bundles
  [[nodiscard]] Result<std::vector<std::uint64_t>> bundle_versions();  // ascending
  [[nodiscard]] Result<std::optional<BundleRow>> newest_bundle();
  [[nodiscard]] Result<std::optional<BundleRow>> bundle(std::uint64_t version);
  [[nodiscard]] Status put_bundle(const BundleRow& row);
  [[nodiscard]] Status drop_bundles_from(std::uint64_t version);

  [[nodiscard]] Result<std::optional<Hash>> approved_bundle(std::uint64_t version);
  [[nodiscard]] Status put_approved_bundle(std::uint64_t version, const Hash& hash);
  [[nodiscard]] Status drop_approved_bundle(std::uint64_t version);
  [[nodiscard]] Status drop_approved_bundles_from(std::uint64_t version);

  // The lowest version of which two payloads were seen.
  [[nodiscard]] Result<std::optional<std::uint64_t>> split();
  [[nodiscard]] Status put_split(const BundleRow& other);
  [[nodiscard]] Status drop_splits_from(std::uint64_t version);

  // What the operator named as the chain's first.
  [[nodiscard]] Result<std::optional<Hash>> trusted_bundle();
  [[nodiscard]] Status put_trusted_bundle(const Hash& hash);

 private:
  [[nodiscard]] Result<std::optional<Hash>> one_hash(store::Query& query);
  [[nodiscard]] Status run(const char* sql, std::uint64_t number);

  store::Database& database_;
};

}  // namespace quorate::holdings

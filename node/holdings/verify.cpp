#include "node/holdings/verify.h"

#include <algorithm>
#include <map>

#include "crypto/base/hex.h"
#include "proto/statement/dsse.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::holdings {

using statement::BundleContents;
using statement::RevocationContents;
using statement::TrustRoot;

namespace {

using TrustRoots = std::map<RootId, TrustRoot>;

tl::unexpected<Error> rewritten(const std::string& what) {
  return fail(Code::ledger_rewritten, "this node's holdings were rewritten: " + what);
}

// --- bundles

Result<BundleContents> read(const BundleRow& row) {
  const std::string what = "bundle " + std::to_string(row.version);
  auto bundle = statement::parse_bundle(row.payload);
  if (!bundle) return rewritten(what + " is none: " + bundle.error().message);
  if (bundle->version != row.version || statement::bundle_hash(row.payload) != row.hash) {
    return rewritten(what + " is another payload");
  }
  if (bundle->expires != row.expires || bundle->revocation_list != row.list ||
      bundle->find(bundle->revocation_root)->root_id() != row.list_root) {
    return rewritten(what + ": its payload says otherwise when it expires, or whose list counts");
  }
  if (!statement::check_update(*bundle, row.payload, row.signatures)) {
    return rewritten(what + " is not signed as it demands");
  }
  return bundle;
}

Status check_next(const BundleContents& bundle, const BundleRow& row, const BundleContents& before,
                  const BundleRow& before_row) {
  if (statement::check_follows(bundle, before, before_row.payload) &&
      statement::check_update(before, row.payload, row.signatures)) {
    return Done{};
  }
  return rewritten("bundle " + std::to_string(row.version) + " does not follow bundle " +
                   std::to_string(before_row.version));
}

// All roots that the chain ever named and that can sign lists.
Result<TrustRoots> roots_of_chain(Rows& rows) {
  TrustRoots out;
  QUORATE_TRY(const std::vector<std::uint64_t> versions, rows.bundle_versions());
  for (const std::uint64_t version : versions) {
    QUORATE_TRY(const std::optional<BundleRow> row, rows.bundle(version));
    if (!row) return fail(Code::io, "a bundle vanished while it was read");
    QUORATE_TRY(const BundleContents bundle, read(*row));
    for (const TrustRoot& root : bundle.roots) {
      if (const auto root_id = root.root_id()) out.emplace(*root_id, root);
    }
  }
  return out;
}

Status check_chain(Rows& rows) {
  std::optional<BundleRow> before_row;
  std::optional<BundleContents> before;
  QUORATE_TRY(const std::vector<std::uint64_t> versions, rows.bundle_versions());
  for (const std::uint64_t version : versions) {
    QUORATE_TRY(std::optional<BundleRow> row, rows.bundle(version));
    if (!row) return fail(Code::io, "a bundle vanished while it was read");
    QUORATE_TRY(BundleContents bundle, read(*row));
    if (before) {
      QUORATE_CHECK(check_next(bundle, *row, *before, *before_row));
    } else if (version != 1) {
      QUORATE_TRY(const std::optional<Hash> trusted, rows.trusted_bundle());
      if (trusted != row->hash) {
        return rewritten("the chain starts with bundle " + std::to_string(version) +
                         ", which its operator did not name");
      }
    }
    before_row = std::move(row);
    before = std::move(bundle);
  }
  return Done{};
}

// --- lists

bool is_signed(const ListRow& row, const TrustRoots& named) {
  const Bytes message = statement::pae(statement::revocation_type, row.payload);
  TrustRoot root;
  if (const auto found = named.find(row.root_id); found != named.end()) {
    root = found->second;
  } else if (auto key = statement::ed25519_root(row.root_id)) {
    root.key = std::move(*key);
  } else {
    return false;
  }
  return root.check_signature(message, row.signature).has_value();
}

Result<RevocationContents> read(const ListRow& row, const TrustRoots& named) {
  const std::string what = "list " + std::to_string(row.number) + " of root " + to_hex(row.root_id);
  auto list = statement::parse_revocation(row.payload);
  if (!list) return rewritten(what + " is none: " + list.error().message);
  if (!is_signed(row, named)) return rewritten(what + " is not signed by its root");
  const Bytes message = statement::pae(statement::revocation_type, row.payload);
  if (list->number != row.number || list->list != row.list || list->issued != row.issued ||
      list->next_update != row.next_update || statement::document(message) != row.document) {
    return rewritten(what + ": its payload says otherwise");
  }
  return list;
}

using Entries = std::map<std::pair<RevocationType, std::string>, EntryRow>;

Status check_entries(const RevocationContents& list, const RootId& root_id,
                     const Entries& entries) {
  for (const RevocationEntry& entry : list.entries) {
    const auto found = entries.find({entry.type, entry.value});
    if (found == entries.end() || found->second.listed != list.number ||
        found->second.entry.until < entry.until) {
      return rewritten(entry.value + " stands on list " + std::to_string(list.number) +
                       " of root " + to_hex(root_id) + ", and not among its entries");
    }
  }
  return Done{};
}

Status check_lists(Rows& rows, const RootId& root_id, const TrustRoots& named) {
  QUORATE_TRY(const std::vector<ListRow> held, rows.lists(root_id));
  QUORATE_TRY(const std::optional<std::string> name, rows.list_name(root_id));
  QUORATE_TRY(const std::vector<EntryRow> stored, rows.entries(root_id));
  Entries entries;
  for (const EntryRow& row : stored) entries[{row.entry.type, row.entry.value}] = row;
  const std::uint64_t number = held.empty() ? 0 : held.front().number;
  std::map<std::pair<RevocationType, std::string>, bool> on_list;
  for (const ListRow& row : held) {
    QUORATE_TRY(const RevocationContents list, read(row, named));
    if (row.number != number || name != list.list) {
      return rewritten("root " + to_hex(root_id) + " has lists of two numbers, or of two names");
    }
    QUORATE_CHECK(check_entries(list, root_id, entries));
    for (const RevocationEntry& entry : list.entries) on_list[{entry.type, entry.value}] = true;
  }
  for (const auto& [key, row] : entries) {
    if (row.listed > number || (row.listed == number && number > 0 && !on_list.contains(key))) {
      return rewritten(key.second + " is said to stand on list " + std::to_string(row.listed) +
                       " of root " + to_hex(root_id) + ", and no such list is held");
    }
  }
  return Done{};
}

}  // namespace

Status verify(Rows& rows) {
  QUORATE_CHECK(check_chain(rows));
  QUORATE_TRY(const TrustRoots named, roots_of_chain(rows));
  QUORATE_TRY(const std::vector<RootId> root_ids, rows.list_roots());
  for (const RootId& root_id : root_ids) QUORATE_CHECK(check_lists(rows, root_id, named));
  return Done{};
}

Status drop_orphaned_lists(Rows& rows) {
  QUORATE_TRY(const TrustRoots named, roots_of_chain(rows));
  QUORATE_TRY(const std::vector<RootId> root_ids, rows.list_roots());
  for (const RootId& root_id : root_ids) {
    QUORATE_TRY(const std::vector<ListRow> held, rows.lists(root_id));
    const bool is_orphan = std::any_of(held.begin(), held.end(),
                                       [&](const ListRow& row) { return !is_signed(row, named); });
    if (is_orphan) QUORATE_CHECK(rows.drop_lists(root_id));
  }
  return Done{};
}

}  // namespace quorate::holdings

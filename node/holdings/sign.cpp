// What this node may sign of kinds 4 to 7, and what it remembers of having said yes.

#include <algorithm>
#include <set>
#include <tuple>

#include "crypto/base/hex.h"
#include "node/holdings/holdings.h"
#include "node/holdings/rows.h"
#include "proto/statement/access_payload.h"
#include "proto/statement/dsse.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::holdings {

using statement::BundleContents;
using statement::Kind;
using statement::RevocationContents;

namespace {

tl::unexpected<Error> not_allowed(std::string why) {
  return fail(Code::field_not_allowed, std::move(why));
}

std::string_view name(RevocationType type) {
  switch (type) {
    case RevocationType::key: return "key";
    case RevocationType::person: return "person";
    case RevocationType::request: return "request";
    case RevocationType::serial: return "serial";
  }
  return "";
}

Hash document_of(ByteView list_payload) {
  return statement::document(statement::pae(statement::revocation_type, list_payload));
}

// A chain of which two bundles claim one place proves nothing any more.
Status check_no_split(Rows& rows) {
  QUORATE_TRY(const std::optional<std::uint64_t> split, rows.split());
  if (!split) return Done{};
  return not_allowed("bundle: two bundles of version " + std::to_string(*split) +
                     " were published; the operator decides with `quorate-node bundle free`");
}

Status check_access(Holdings& holdings, Rows& rows, const Statement& statement) {
  QUORATE_TRY(const statement::AccessPayload payload,
              statement::parse_access(std::get<statement::Access>(statement.body).payload));
  QUORATE_CHECK(check_no_split(rows));
  QUORATE_TRY(const std::optional<CountingList> held, holdings.counting_list());
  if (held) {
    if (payload.rev_list == held->list && payload.rev_number == held->number) return Done{};
    return not_allowed("rev: this node's newest list is " + held->list + " " +
                       std::to_string(held->number));
  }
  if (payload.rev_number != 0) {
    return not_allowed("rev.number: this node holds no revocation list, so it must be 0");
  }
  QUORATE_TRY(const std::optional<BundleRow> bundle, rows.newest_bundle());
  if (bundle && payload.rev_list != bundle->list) {
    return not_allowed("rev.list: the bundle's list is called " + bundle->list);
  }
  return Done{};
}

// Where in the chain it would stand.
Status check_place(Rows& rows, const BundleContents& asked, const Hash& hash) {
  const std::string version = std::to_string(asked.version);
  QUORATE_TRY(const std::optional<BundleRow> same, rows.bundle(asked.version));
  if (same) {
    if (same->hash == hash) return Done{};
    return not_allowed("version: this node holds another bundle of version " + version);
  }
  QUORATE_TRY(const std::optional<BundleRow> newest, rows.newest_bundle());
  if (newest) {
    QUORATE_TRY(const BundleContents before, statement::parse_bundle(newest->payload));
    return statement::check_follows(asked, before, newest->payload);
  }
  if (asked.version != 1) {
    return not_allowed("version: this node holds no bundle; bring version " +
                       std::to_string(asked.version - 1) + " first");
  }
  return Done{};
}

Status check_bundle(Rows& rows, const Statement& statement) {
  const Bytes& payload = std::get<statement::Bundle>(statement.body).payload;
  QUORATE_TRY(const BundleContents asked, statement::parse_bundle(payload));
  QUORATE_CHECK(check_no_split(rows));
  const Hash hash = statement::bundle_hash(payload);
  QUORATE_CHECK(check_place(rows, asked, hash));
  if (asked.issued > statement.not_before) {
    return not_allowed("issued: later than the statement's not_before");
  }
  if (statement.not_before >= asked.expires) {
    return not_allowed("expires: not after the statement's not_before");
  }
  QUORATE_TRY(const std::optional<Hash> approved, rows.approved_bundle(asked.version));
  if (approved && *approved != hash) {
    return not_allowed("version: this node approved another bundle of version " +
                       std::to_string(asked.version) +
                       "; its operator can free it with `quorate-node bundle free`");
  }
  return Done{};
}

// Nothing that is still to be remembered may be missing.
Status check_entries(Rows& rows, const RootId& root_id, const RevocationContents& asked) {
  QUORATE_TRY(const std::vector<RevocationEntry> known, rows.entries_after(root_id, asked.issued));
  const auto before = [](const RevocationEntry& a, const RevocationEntry& b) {
    return std::tie(a.type, a.value) < std::tie(b.type, b.value);
  };
  for (const RevocationEntry& entry : known) {
    const auto found = std::lower_bound(asked.entries.begin(), asked.entries.end(), entry, before);
    const std::string what = std::string(name(entry.type)) + " " + entry.value;
    if (found == asked.entries.end() || before(entry, *found)) {
      return not_allowed("entries: " + what + " is missing; it stays until " +
                         std::to_string(entry.until));
    }
    if (found->until < entry.until) {
      return not_allowed("entries: until of " + what + " was " + std::to_string(entry.until) +
                         ", and can't become earlier");
    }
  }
  return Done{};
}

// An entry of the list's canonical JSON, with its comma.
std::size_t size_of(const RevocationEntry& entry) {
  constexpr std::string_view around = R"({"type":"","until":,"value":""},)";
  return around.size() + name(entry.type).size() + std::to_string(entry.until).size() +
         entry.value.size();
}

// How much it may add, that is: what later lists can't leave out again.
Status check_new_entries(Rows& rows, const RootId& root_id, const RevocationContents& asked) {
  QUORATE_TRY(const std::vector<EntryRow> known, rows.entries(root_id));
  std::set<std::pair<RevocationType, std::string_view>> names;
  for (const EntryRow& row : known) names.emplace(row.entry.type, row.entry.value);
  std::size_t added = 0;
  for (const RevocationEntry& entry : asked.entries) {
    if (!names.contains({entry.type, entry.value})) added += size_of(entry);
  }
  if (added <= new_entries_limit) return Done{};
  return not_allowed("entries: new to this node are " + std::to_string(added) + " bytes, and " +
                     std::to_string(new_entries_limit) +
                     " is the most for one list: add them in several, one after the other");
}

Status check_list_number(Rows& rows, const RootId& root_id, const RevocationContents& asked,
                         const Hash& document) {
  QUORATE_TRY(const std::optional<Newest> newest, rows.newest_list(root_id));
  const std::uint64_t held = newest ? newest->number : 0;
  if (asked.number != held + 1) {
    return not_allowed("number: this node holds list " + std::to_string(held) +
                       (asked.number > held ? "; bring those between first"
                                            : "; the next one is " + std::to_string(held + 1)));
  }
  if (newest && asked.issued < newest->issued) {
    return not_allowed("issued: before that of list " + std::to_string(held));
  }
  QUORATE_TRY(const std::optional<ApprovedList> approved,
              rows.approved_list(root_id, asked.number));
  if (approved && approved->document != document && asked.issued <= approved->issued) {
    return not_allowed("issued: this node approved another list " + std::to_string(asked.number) +
                       ", issued at " + std::to_string(approved->issued) +
                       "; what takes its place is issued later");
  }
  return Done{};
}

Status check_list(Rows& rows, const Statement& statement) {
  const Bytes& payload = std::get<statement::RevocationList>(statement.body).payload;
  QUORATE_TRY(const RevocationContents asked, statement::parse_revocation(payload));
  QUORATE_TRY(const std::optional<std::string> list, rows.list_name(statement.root_id));
  if (list && *list != asked.list) {
    return not_allowed("list: this root's list is called " + *list);
  }
  const Hash document = document_of(payload);
  QUORATE_TRY(const std::vector<ListRow> held, rows.lists(statement.root_id));
  const bool is_held = std::any_of(held.begin(), held.end(),
                                   [&](const ListRow& row) { return row.document == document; });
  if (is_held) return Done{};  // what its root has signed already
  QUORATE_CHECK(check_list_number(rows, statement.root_id, asked, document));
  QUORATE_CHECK(check_entries(rows, statement.root_id, asked));
  return check_new_entries(rows, statement.root_id, asked);
}

}  // namespace

Status Holdings::may_sign(const Statement& statement) {
  Rows rows(*database_);
  switch (statement.kind) {
    case Kind::ssh_user:
    case Kind::ssh_host:
    case Kind::file: return Done{};
    case Kind::access: return check_access(*this, rows, statement);
    case Kind::bundle: return check_bundle(rows, statement);
    case Kind::revocation: return check_list(rows, statement);
    case Kind::krl: break;
  }
  QUORATE_CHECK(krl(statement));
  return Done{};
}

Result<Bytes> Holdings::krl(const Statement& statement) {
  const auto& asked = std::get<statement::Krl>(statement.body);
  Rows rows(*database_);
  QUORATE_TRY(const std::vector<ListRow> held, rows.lists(statement.root_id));
  const auto list = std::find_if(held.begin(), held.end(), [&](const ListRow& row) {
    return row.number == asked.number && row.document == asked.list_document;
  });
  if (list == held.end()) {
    return not_allowed(
        held.empty() ? "number: this node holds no list of this root"
                     : "number: this node's newest list is " + std::to_string(held.front().number) +
                           ", and of that number it holds no list with this document");
  }
  statement::RootKeys keys;
  for (const auto& [root_id, root] : roots_) {
    QUORATE_TRY(ssh::PublicKey key, statement::ed25519_root(root_id));
    keys.emplace(root_id, std::move(key));
  }
  QUORATE_TRY(const std::optional<BundleRow> bundle, rows.newest_bundle());
  if (bundle) {
    QUORATE_TRY(const BundleContents contents, statement::parse_bundle(bundle->payload));
    for (const statement::TrustRoot& root : contents.roots) {
      if (const auto root_id = root.root_id()) keys.emplace(*root_id, *root.key);
    }
  }
  return statement::krl_of(statement, list->payload, keys);
}

Status Holdings::remember(const Statement& statement) {
  Rows rows(*database_);
  if (const auto* bundle = std::get_if<statement::Bundle>(&statement.body)) {
    QUORATE_TRY(const BundleContents contents, statement::parse_bundle(bundle->payload));
    const Hash hash = statement::bundle_hash(bundle->payload);
    QUORATE_CHECK(rows.put_approved_bundle(contents.version, hash));
    QUORATE_TRY(const std::optional<Hash> approved, rows.approved_bundle(contents.version));
    // The same property from the other side: whoever forgot may_sign() writes no verdict.
    if (approved != hash) return not_allowed("version: another bundle was approved");
  }
  if (const auto* list = std::get_if<statement::RevocationList>(&statement.body)) {
    QUORATE_TRY(const RevocationContents contents, statement::parse_revocation(list->payload));
    QUORATE_CHECK(rows.put_list_name(statement.root_id, contents.list));
    QUORATE_CHECK(rows.put_approved_list(statement.root_id, contents.number,
                                         {document_of(list->payload), contents.issued}));
    QUORATE_CHECK(rows.put_entries(statement.root_id, contents.entries, 0));
  }
  return Done{};
}

}  // namespace quorate::holdings

// What clients bring, and the operator's word about it.

#include <algorithm>

#include "crypto/base/hex.h"
#include "node/holdings/holdings.h"
#include "node/holdings/rows.h"
#include "node/holdings/verify.h"
#include "proto/statement/dsse.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::holdings {

using statement::BundleContents;
using statement::RevocationContents;
using statement::TrustRoot;

namespace {

Status check_form(const Envelope& envelope) {
  if (envelope.type != statement::revocation_type && envelope.type != statement::bundle_type) {
    return fail(Code::unknown_kind, "only revocation lists and bundles are published");
  }
  const bool has_long_signature =
      std::any_of(envelope.signatures.begin(), envelope.signatures.end(),
                  [](const Bytes& signature) { return signature.size() > signature_size_limit; });
  if (envelope.payload.size() > statement::largest_statement || has_long_signature ||
      envelope.signatures.size() > signature_count_limit) {
    return fail(Code::too_large, "at most 768 KiB with 16 signatures");
  }
  return Done{};
}

// A root that this node is a member of, as one that vouches.
Result<TrustRoot> vouching(const RootId& root_id, const KnownRoot& root) {
  QUORATE_TRY(const ed25519::Point key, ed25519::Point::parse(root_id));
  TrustRoot out;
  out.name = root.name;
  out.key = ssh::PublicKey::of(key);
  return out;
}

// The first signature that is this root's, if any is.
const Bytes* signature_of(const TrustRoot& root, const Bytes& message, const Envelope& envelope) {
  const auto found = std::find_if(
      envelope.signatures.begin(), envelope.signatures.end(),
      [&](const Bytes& signature) { return root.check_signature(message, signature).has_value(); });
  return found == envelope.signatures.end() ? nullptr : &*found;
}

// Whose list it is, and by which signature.
struct Author {
  RootId root_id;
  const Bytes* signature;
};

// --- lists

class ListTaker {
 public:
  ListTaker(Rows& rows, const KnownRoots& roots) : rows_(rows), roots_(roots) {}

  Result<Taken> take(const Envelope& envelope, std::uint64_t now_s) {
    QUORATE_TRY(const RevocationContents list, statement::parse_revocation(envelope.payload));
    QUORATE_TRY(const Author author, find_author(envelope, list, now_s));
    QUORATE_TRY(const std::optional<std::string> name, rows_.list_name(author.root_id));
    if (name && *name != list.list) {
      return fail(Code::field_not_allowed, "list: this root's list is called " + *name);
    }
    // A list that is never past its next update would never have to be renewed.
    QUORATE_CHECK(statement::check_times(list));
    return hold(envelope, list, author);
  }

 private:
  Result<Author> find_author(const Envelope& envelope, const RevocationContents& list,
                             std::uint64_t now_s) {
    const Bytes message = statement::pae(envelope.type, envelope.payload);
    bool knows_one = false;
    for (const auto& [root_id, root] : roots_) {
      if (root.purpose != statement::purpose(statement::Kind::revocation)) continue;
      knows_one = true;
      QUORATE_TRY(const TrustRoot own, vouching(root_id, root));
      const Bytes* signature = signature_of(own, message, envelope);
      if (signature != nullptr) return Author{root_id, signature};
    }
    QUORATE_TRY(const std::optional<BundleRow> bundle, rows_.newest_bundle());
    if (bundle) {
      knows_one = true;
      QUORATE_TRY(const BundleContents contents, statement::parse_bundle(bundle->payload));
      const TrustRoot* named = contents.find(contents.revocation_root);
      const Bytes* signature = signature_of(*named, message, envelope);
      if (signature != nullptr) {
        QUORATE_CHECK(check_named(*bundle, list, now_s));
        return Author{bundle->list_root, signature};
      }
    }
    if (knows_one) return fail(Code::signature_invalid, "not signed by a root whose lists count");
    return fail(Code::unknown_root, "this node knows no root whose revocation lists it takes");
  }

  static Status check_named(const BundleRow& bundle, const RevocationContents& list,
                            std::uint64_t now_s) {
    if (now_s >= bundle.expires) {
      return fail(Code::expired, "the bundle that names this root has expired: bring the next one");
    }
    if (list.list != bundle.list) {
      return fail(Code::field_not_allowed, "list: the bundle's list is called " + bundle.list);
    }
    return Done{};
  }

  Result<Taken> hold(const Envelope& envelope, const RevocationContents& list,
                     const Author& author) {
    const Hash document = statement::document(statement::pae(envelope.type, envelope.payload));
    QUORATE_TRY(const std::optional<Newest> before, rows_.newest_list(author.root_id));
    const std::uint64_t newest_number = before ? before->number : 0;
    Taken taken{std::max(newest_number, list.number), {}};
    QUORATE_TRY(const std::vector<ListRow> held, rows_.lists(author.root_id));
    const bool is_held = std::any_of(held.begin(), held.end(),
                                     [&](const ListRow& row) { return row.document == document; });
    if (is_held) return taken;
    if (list.number == newest_number) {
      if (held.size() >= lists_of_one_number_limit) {
        return fail(Code::field_not_allowed, "number: too many lists of one number");
      }
      taken.alarm = "root " + to_hex(author.root_id) + " signed two lists of number " +
                    std::to_string(list.number) + ", documents " + to_hex(held.front().document) +
                    " and " + to_hex(document) +
                    "; the entries of both are revoked, and the next number heals it";
    }
    QUORATE_CHECK(rows_.put_list_name(author.root_id, list.list));
    QUORATE_CHECK(rows_.put_entries(author.root_id, list.entries, list.number));
    if (list.number >= newest_number) {
      QUORATE_CHECK(rows_.put_list({author.root_id, list.number, document, list.list, list.issued,
                                    list.next_update, envelope.payload, *author.signature}));
      QUORATE_CHECK(rows_.drop_older_lists(author.root_id, list.number));
    }
    QUORATE_TRY(const std::optional<Newest> newest, rows_.newest_list(author.root_id));
    QUORATE_CHECK(rows_.drop_passed_entries(author.root_id, *newest));
    return taken;
  }

  Rows& rows_;
  const KnownRoots& roots_;
};

// --- bundles

class BundleTaker {
 public:
  BundleTaker(Rows& rows, const KnownRoots& roots) : rows_(rows), roots_(roots) {}

  Result<Taken> take(const Envelope& envelope) {
    QUORATE_TRY(const BundleContents bundle, statement::parse_bundle(envelope.payload));
    QUORATE_TRY(const std::optional<std::uint64_t> split, rows_.split());
    if (split) {
      return fail(Code::field_not_allowed,
                  "two bundles of version " + std::to_string(*split) +
                      " were published; the operator decides with `quorate-node bundle free`");
    }
    const BundleRow row = row_of(envelope, bundle);
    QUORATE_TRY(const std::optional<BundleRow> newest, rows_.newest_bundle());
    QUORATE_TRY(const std::optional<BundleRow> same, rows_.bundle(bundle.version));
    if (same && same->hash == row.hash) return Taken{newest->version, {}};
    QUORATE_CHECK(check_chain(envelope, bundle, newest));
    if (!same) {
      QUORATE_CHECK(rows_.put_bundle(row));
      return Taken{bundle.version, {}};
    }
    QUORATE_CHECK(rows_.put_split(row));
    return Taken{newest->version,
                 "two bundles of version " + std::to_string(bundle.version) +
                     " are signed as the chain demands, " + to_hex(same->hash) + " and " +
                     to_hex(row.hash) +
                     ": nothing is signed of bundles and access until the operator decides with"
                     " `quorate-node bundle free`"};
  }

 private:
  static BundleRow row_of(const Envelope& envelope, const BundleContents& bundle) {
    BundleRow row;
    row.version = bundle.version;
    row.hash = statement::bundle_hash(envelope.payload);
    row.expires = bundle.expires;
    row.list = bundle.revocation_list;
    row.list_root = *bundle.find(bundle.revocation_root)->root_id();
    row.payload = envelope.payload;
    row.signatures = envelope.signatures;
    return row;
  }

  // Whether it may stand where it says: as the next, as the first, or in the place of another.
  Status check_chain(const Envelope& envelope, const BundleContents& bundle,
                     const std::optional<BundleRow>& newest) {
    QUORATE_TRY(const std::optional<BundleRow> before, rows_.bundle(bundle.version - 1));
    if (before) {
      QUORATE_TRY(const BundleContents contents, statement::parse_bundle(before->payload));
      QUORATE_CHECK(statement::check_follows(bundle, contents, before->payload));
      QUORATE_CHECK(statement::check_update(contents, envelope.payload, envelope.signatures));
      return statement::check_update(bundle, envelope.payload, envelope.signatures);
    }
    if (newest && bundle.version > newest->version) {
      return fail(Code::field_not_allowed, "version: this node holds " +
                                               std::to_string(newest->version) +
                                               "; bring those between first");
    }
    QUORATE_CHECK(check_first(envelope, bundle));
    return statement::check_update(bundle, envelope.payload, envelope.signatures);
  }

  // Its own update rule could name anybody. So somebody must vouch whom this node knows.
  Status check_first(const Envelope& envelope, const BundleContents& bundle) {
    QUORATE_TRY(const std::optional<Hash> trusted, rows_.trusted_bundle());
    if (trusted) {
      if (*trusted == statement::bundle_hash(envelope.payload)) return Done{};
      return fail(Code::field_not_allowed,
                  "this is not the bundle that the operator trusts by its hash");
    }
    if (bundle.version != 1) {
      return fail(Code::field_not_allowed, "version: this node holds no bundle; bring version 1");
    }
    const Bytes message = statement::pae(envelope.type, envelope.payload);
    bool knows_one = false;
    for (const auto& [root_id, root] : roots_) {
      if (root.purpose != statement::purpose(statement::Kind::bundle)) continue;
      knows_one = true;
      QUORATE_TRY(const TrustRoot own, vouching(root_id, root));
      if (signature_of(own, message, envelope) != nullptr) return Done{};
    }
    if (knows_one) {
      return fail(Code::signature_invalid, "not signed by a bundle root that this node knows");
    }
    return fail(Code::unknown_root,
                "this node is a member of no bundle root; its operator can trust a first bundle"
                " with `quorate-node bundle trust`");
  }

  Rows& rows_;
  const KnownRoots& roots_;
};

}  // namespace

Result<Taken> Holdings::take(const Envelope& envelope, std::uint64_t now_s) {
  QUORATE_CHECK(check_form(envelope));
  Rows rows(*database_);
  if (envelope.type == statement::bundle_type) return BundleTaker(rows, roots_).take(envelope);
  return ListTaker(rows, roots_).take(envelope, now_s);
}

Result<bool> Holdings::free_bundle(std::uint64_t version) {
  Rows rows(*database_);
  QUORATE_TRY(const std::optional<std::uint64_t> split, rows.split());
  if (split == version) {
    QUORATE_CHECK(rows.drop_splits_from(version));
    QUORATE_CHECK(rows.drop_bundles_from(version));
    QUORATE_CHECK(rows.drop_approved_bundles_from(version));
    QUORATE_CHECK(drop_orphaned_lists(rows));
    return true;
  }
  QUORATE_TRY(const std::optional<Hash> approved, rows.approved_bundle(version));
  if (!approved) return false;
  QUORATE_CHECK(rows.drop_approved_bundle(version));
  return true;
}

Status Holdings::trust_bundle(const Hash& sha256) {
  Rows rows(*database_);
  QUORATE_TRY(const std::vector<std::uint64_t> versions, rows.bundle_versions());
  if (!versions.empty()) {
    QUORATE_TRY(const std::optional<BundleRow> first, rows.bundle(versions.front()));
    if (first && first->hash != sha256) {
      return fail(Code::field_not_allowed, "this node's chain starts with another bundle already");
    }
  }
  return rows.put_trusted_bundle(sha256);
}

Result<std::uint64_t> Holdings::free_list(const RootId& root_id) {
  Rows rows(*database_);
  QUORATE_CHECK(rows.drop_name_without_list(root_id));
  return rows.drop_approved_entries(root_id);
}

}  // namespace quorate::holdings

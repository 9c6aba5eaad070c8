// What this node holds of revocation lists and trust bundles, and what it may sign of them:
// docs/protocol.md, "Statement", kinds 4 to 7.
//
//   QUORATE_TRY(Holdings holdings, Holdings::open(database));
//   holdings.know_roots(...);                        // at the start, and when a root becomes
//   active
//
//   sign       check_revoked(), is_revoked()         231: before the policy
//              may_sign()                            310 and others: beside the policy's own rules
//              remember()                            approved: in the verdict's transaction
//   publish    take()                                in a transaction of the caller's
//
// A list or bundle is *held* once it was seen with the signatures that it needs; that this node
// took part in signing it is not enough. Two things are never forgotten: an entry of a list that is
// held or was ever approved, until its time has come; and which payload of a bundle's version was
// approved, until the operator frees that version by hand. So ask may_sign() each time, also before
// a stored approval is used again: what was allowed yesterday may lose an entry today.
//
// Nothing is cached: what a transaction rolled back was never there.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/store/database.h"
#include "proto/statement/bundle.h"
#include "proto/statement/revocation_list.h"
#include "proto/statement/statement.h"

namespace quorate::holdings {

using statement::RevocationType;
using statement::RootId;
using statement::Statement;

// An Ed25519 root that this node is a member of.
struct KnownRoot {
  std::string name;
  std::string purpose;  // of `revocation` roots it takes lists, of `bundle` roots a first bundle
};
using KnownRoots = std::map<RootId, KnownRoot>;

// What travels in `publish`: a DSSE envelope without its base64.
struct Envelope {
  std::string type;
  Bytes payload;
  std::vector<Bytes> signatures;  // at most 16
};

struct Taken {
  std::uint64_t number;  // of the list or bundle: the newest that the node holds now
  // Where not empty, for the operator's log: two lists of one number, two bundles of one version.
  std::string alarm;
};

// The list that counts in `revocation` of verdicts and in `rev` of access statements.
struct CountingList {
  RootId root_id;
  std::string list;
  std::uint64_t number;
  std::uint64_t next_update;  // unix seconds
};

inline constexpr std::size_t signature_count_limit = 16;
inline constexpr std::size_t signature_size_limit = 8192;
// Lists of one number that one root signed. More than one is a fault already.
inline constexpr std::size_t lists_of_one_number_limit = 16;
// Of the entries, as canonical JSON, that one approval may add to those that the node remembers.
// Each has to stand in every later list, so a single approval must not fill it. There is no limit
// on their sum: what other nodes remember must always find room.
inline constexpr std::size_t new_entries_limit = std::size_t{64} * 1024;

class Holdings {
 public:
  // Makes its tables where there are none. The database outlives this. Believes none of its rows:
  // reads every held list and bundle again, with its signatures. `ledger_rewritten` says what this
  // node can't have written; `io`.
  [[nodiscard]] static Result<Holdings> open(store::Database& database);

  void know_roots(KnownRoots roots) { roots_ = std::move(roots); }

  // --- what is revoked

  // The bundle's list, where the node holds it; else that of a `revocation` root that the node is a
  // member of (of several: the root whose id comes first); else none.
  [[nodiscard]] Result<std::optional<CountingList>> counting_list();
  // Its number, for verdicts; 0 where there is none.
  [[nodiscard]] Result<std::uint64_t> revocation();
  // Whether it is past its next update, for profiles with `needs_fresh_list`. Without a list
  // nothing is stale: the empty list, number 0, has no next update.
  [[nodiscard]] Result<bool> list_is_stale(std::uint64_t now_s);

  // Whether the value stands on the newest list of a root from which this node takes lists; where
  // there are two lists of that number, on either. `value` as in revocation_list.h: a fingerprint,
  // a person's name, a request id in hex, `<root id in hex>:<serial>`.
  [[nodiscard]] Result<bool> is_revoked(RevocationType type, std::string_view value);
  // A hash over all lists that is_revoked() heeds: while it stays the same, so do its answers.
  // Zeros where it heeds none.
  [[nodiscard]] Result<statement::Hash> heeded();

  // `revoked`, naming it, for what the statement itself holds: its request id, the subject key and
  // the serial of a certificate, `cnf.ssh` and `sub.id` of an access statement. Who asks and who
  // approves, and with which key, is_revoked() says. For statements that check_fields() passed.
  [[nodiscard]] Status check_revoked(const Statement& statement,
                                     const statement::RequestId& request_id);

  // --- what may be signed

  // The rules of kinds 4 to 7 that need memory; Done for the others. For statements that
  // check_fields() passed, of a root of the kind's purpose. Fails with
  //   field_not_allowed  the reason names the rule, and an entry that is missing
  //   io
  // `sub`, `pol` and `ev` of kind 4 are the policy's to judge: they follow from the evidence.
  [[nodiscard]] Status may_sign(const Statement& statement);

  // Kind 7: the KRL, built from the list that the statement names and this node holds; what is
  // signed is statement::krl_to_be_signed() of it. Fails as may_sign() does.
  [[nodiscard]] Result<Bytes> krl(const Statement& statement);

  // Kinds 5 and 6, when approved: in the transaction that writes the verdict, and after may_sign()
  // said yes. Nothing to remember of the others.
  [[nodiscard]] Status remember(const Statement& statement);

  // --- what others bring

  // A list of a `revocation` root that this node is a member of or that its bundle names; the next
  // bundle of the chain that it holds, or a first one: signed by a `bundle` root that this node is
  // a member of, or the one that the operator trusts by its hash. Fails with
  //   unknown_kind          of another type
  //   malformed, too_large  no list, no bundle, too many signatures
  //   unknown_root          no root is known here that could have signed it
  //   signature_invalid     not signed by such a root, or not as the update rules demand
  //   expired               of the root of a bundle that has expired: bring the next bundle first
  //   field_not_allowed     another list's name, a gap in the chain, a chain that was split
  //   io
  [[nodiscard]] Result<Taken> take(const Envelope& envelope, std::uint64_t now_s);

  // The newest bundle, if any.
  struct HeldBundle {
    std::uint64_t version;
    Bytes payload;
    std::vector<Bytes> signatures;
  };
  [[nodiscard]] Result<std::optional<HeldBundle>> bundle();

  // --- the operator's word, on a node that stands still

  // Forgets which payload of this version was approved. Where two of it were published, forgets
  // both and all that came after, so that the right one can be brought. False: there was nothing.
  [[nodiscard]] Result<bool> free_bundle(std::uint64_t version);
  // Forgets the entries of this root's lists that were approved and are on no held list, and says
  // how many; and its list's name, where none is held.
  [[nodiscard]] Result<std::uint64_t> free_list(const RootId& root_id);
  // The chain may start with the bundle whose payload has this SHA-256. `field_not_allowed`: it has
  // started with another.
  [[nodiscard]] Status trust_bundle(const statement::Hash& sha256);

 private:
  explicit Holdings(store::Database& database) : database_(&database) {}

  // The roots whose newest lists is_revoked() heeds, ascending.
  [[nodiscard]] Result<std::set<RootId>> heeded_roots();

  store::Database* database_;
  KnownRoots roots_;
};

}  // namespace quorate::holdings

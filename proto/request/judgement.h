// Who asks, and who agrees: the judgement of a request's evidence. Pure; what it must know of
// people and of identity providers, the caller answers.
//
// Evidence that does not hold refuses the whole request, since only who adds it harms himself. The
// codes come in the order of docs/protocol.md whatever the order of the evidence: nothing is
// refused with 202 before all evidence has passed 201.
//
//   evidence_missing        none of type 1 or 3
//   evidence_malformed      an unknown type, a broken SSHSIG or approval
//   signature_invalid
//   key_unknown             nobody's key, as People says
//   namespace_wrong
//   touch_required          a FIDO key that nobody touched
//   requesters_differ       the evidence of types 1 and 3 names more than one person
//   token_… and provider_unavailable    as Tokens says
//   approval_other_request  an approval of another request, or for another root
//
// What is left to the policy, which comes after: whether the requester may ask, whether an approval
// counts (check_time() of approval.h; the approver's group; not the requester; not revoked), and
// FIDO flags beyond the touch.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "proto/document/ssh_key.h"
#include "proto/request/approval.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::request {

// Whom a key belongs to, in the caller's own list of people.
class People {
 public:
  virtual ~People() = default;
  virtual std::optional<std::string> person_of(const ssh::PublicKey& key) const = 0;
};

// What a token says of its bearer, once it has held.
struct TokenFacts {
  std::string person;   // as the caller's list names the subject, or `ISSUER:SUBJECT`
  std::string issuer;   // the name that the caller's list gives the provider
  std::string subject;  // the claim `sub`
  // Its other claims whose values are texts, lists of texts or truth values ("true", "false").
  std::map<std::string, std::vector<std::string>> claims{};
};

// Identity providers, where there are any. The seam for evidence of type 3.
class Tokens {
 public:
  virtual ~Tokens() = default;
  // Whom the token names, or the code with which it is refused (210 to 216). `nonce` is what its
  // claim of that name must be. Besides, `provider_pending`: judge again when the provider's keys
  // have come.
  virtual Result<TokenFacts> judge(std::string_view token, std::string_view nonce) const = 0;
};

// A caller without identity providers: no issuer is known to it.
class NoTokens final : public Tokens {
 public:
  Result<TokenFacts> judge(std::string_view token, std::string_view nonce) const override;
};

struct Requester {
  std::size_t evidence;  // index in the request
  std::string person;
  std::optional<ssh::PublicKey> key;  // none for a token
  std::optional<ssh::Fido> fido;      // what the authenticator said, for FIDO keys
  std::optional<TokenFacts> token{};  // what a token said
};

struct Approver {
  std::size_t evidence;
  std::string person;
  ssh::PublicKey key;
  std::optional<ssh::Fido> fido;
  Approval approval;
};

struct Judgement {
  std::string person;                 // the one who asks
  std::vector<Requester> requesters;  // at least one, all of that person; in the request's order
  std::vector<Approver> approvers;    // whose approvals hold; in the request's order
};

// `statement` is parse() of request.statement. The codes are above.
[[nodiscard]] Result<Judgement> judge_evidence(const Request& request,
                                               const statement::Statement& statement,
                                               const People& people, const Tokens& tokens);

}  // namespace quorate::request

// What came of a verification: the answer, and for the gateway's own log why.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/statement/access_payload.h"

namespace quorate::attestation {

// Stable: programs, metrics and callers know them by name. In the order in which they are decided.
enum class Reason : std::uint8_t {
  malformed,
  too_large,
  rule_unmet,
  audience,
  not_yet,
  expired,
  life,
  bundle_old,
  revocation_stale,
  possession,
  resource,
  replay,
  revoked,
};
inline constexpr std::size_t reason_count = 13;

// "rule_unmet"
std::string_view name(Reason reason);

// One root of the policy.
struct RootReport {
  std::string name;
  bool vouched = false;
  std::string why;  // why not: of the signature that came nearest, or that there was none
};

struct Decision {
  enum class Answer { deny, allow };

  Answer answer = Answer::deny;
  Reason reason = Reason::malformed;  // of a denial; all that its caller is told
  std::string why;                    // for the log: what was wrong, and with what
  std::vector<RootReport> roots;      // of the policy, by name; empty before step 2
  // hash("tbs", PAE): the statement in the ledgers of those who signed it. From step 2 on.
  std::optional<statement::Hash> document;
  // The statement. Only where the rule was met: nobody vouched for anything else.
  std::optional<statement::AccessPayload> access;
  std::string req;                       // its id at every root, in hex
  std::vector<std::string> not_checked;  // what the caller chose not to ask for: "possession", …

  bool is_allowed() const { return answer == Answer::allow; }
  std::set<std::string> vouched() const;
  std::set<std::string> missing() const;
};

// One JSON object without blanks, for the log.
std::string to_json(const Decision& decision);

}  // namespace quorate::attestation

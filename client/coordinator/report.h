// What came of a request, node by node, and the proof against a node that lied.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/frost/package.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/layout/labelled.h"

namespace quorate::coordinator {

// A partial signature that does not fit, signed by the node that sent it. Convinces anybody who
// trusts the epoch record (which a ceremony's certificate proves).
struct WrongPartial {
  ceremony::EpochRecord record;
  Bytes to_be_signed;
  std::vector<frost::Commitment> commitments;  // of the session: exactly t, ascending
  layout::Signed partial;
};

// Who sent the wrong partial: computed from the evidence alone. Fails where it proves nothing:
// `wrong_participants` (no session of this record), `malformed`, `unknown_participant`,
// `message_differs` (a partial of another session), `signature_invalid` (not signed by that
// member), and `partial_invalid` where the partial is a right one.
[[nodiscard]] Result<frost::Identifier> judge(const WrongPartial& evidence);

enum class Conduct {
  answered,  // nothing to complain of; perhaps it was never needed
  silent,    // connected, and it did not answer in time
  unreachable,
  refused,    // with a code and a reason
  unstable,   // it lost its nonces again and again; nobody's guilt
  malformed,  // an answer that no honest node sends, but that convinces nobody else
  lied,       // a wrong partial signature, with evidence
  not_asked,  // the caller left it out
};

// `answered`, `silent`, `not asked`, ...
std::string_view name(Conduct conduct);

struct NodeReport {
  frost::Identifier node;
  std::string name;
  Conduct conduct;
  std::uint32_t code;  // of a refusal, as it travelled (code_of_number()); else 0
  std::string reason;  // printable ASCII: what the node said, or what broke; may be empty
  std::optional<WrongPartial> evidence;  // where it lied
};

// `bravo refused: requester_not_allowed: …`
std::string text(const NodeReport& report);

// The exit code of a command that ends so.
enum class Outcome : int {
  refused = 1,        // even with everybody reachable too few would have agreed
  too_few_nodes = 3,  // with the missing ones it could still be done
};

struct Report {
  Outcome outcome;
  std::uint16_t threshold;
  std::vector<NodeReport> nodes;  // every member of the root, ascending
  std::size_t sessions;           // that were opened

  // In one line, without names: `too few nodes: 2 of 3 are needed, 1 refused, 1 unreachable`.
  std::string summary() const;
};

}  // namespace quorate::coordinator

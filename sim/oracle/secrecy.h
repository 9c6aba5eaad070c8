// P1a, in the transparent group: whatever the adversary learns, neither a root's secret nor an
// honest member's share follows from it. Keeps the span of all that left honest nodes, as linear
// forms over what they drew.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "node/core/message.h"
#include "proto/ceremony/certificate.h"
#include "proto/ceremony/epoch_record.h"
#include "sim/oracle/span.h"

namespace quorate::sim {

class Secrecy {
 public:
  // A root came to be. `corrupt`: members whose polynomials, and the shares dealt to them, the
  // adversary knows.
  void created(const ceremony::Certificate& certificate, const ceremony::EpochRecord& record,
               const std::vector<ed25519::Point>& corrupt);
  // A partial signature left an honest node. What follows from it that must not, in words.
  std::optional<std::string> learn(const node::SignAsk& ask, const node::PartialAnswer& answer);

 private:
  struct Known {
    ceremony::EpochRecord record;
    std::vector<dkg::Commitments> honest_deals;
    std::map<frost::Identifier, LinearForm> shares;  // of honest members
    LinearForm root;
    Span span;
  };
  std::map<ByteArray<32>, Known> roots_;
};

}  // namespace quorate::sim

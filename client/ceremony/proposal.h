// What an administrator is asked to sign so that a root comes to be.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "proto/ceremony/proposal.h"

namespace quorate::leader {

inline constexpr std::uint64_t backdated_s = 60;  // nodes whose clocks are behind accept it, too
inline constexpr std::uint64_t usual_life_s = std::uint64_t{60} * 60;

struct NewRoot {
  std::string name;
  std::string purpose;  // `ssh-user-ca`, `file`, ...: what statement::purpose() gives
  std::uint16_t threshold;
  std::vector<ed25519::Point> members;  // identity keys; the first becomes participant 1, and so on
  std::uint64_t life_s = usual_life_s;
};

// A proposal of kind `create`, epoch 1, with a random nonce: encode() of it is what administrators
// sign in namespace ceremony::proposal_namespace. Fails with `limits` (sizes, a node twice),
// `outside_window`, and `usage` for a name or purpose that is none.
[[nodiscard]] Result<ceremony::Proposal> propose(const NewRoot& root, std::uint64_t now_s,
                                                 Entropy& entropy);

}  // namespace quorate::leader

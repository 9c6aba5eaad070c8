// A person with an SSH key, as requesters, approvers and administrators have one.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/entropy.h"
#include "crypto/ed25519/signing_key.h"
#include "sim/world/stream.h"

namespace quorate::sim {

ed25519::SigningKey draw_key(Entropy& entropy);
// The identity key of the host of this name: known before the host exists.
ed25519::SigningKey identity_of(Seed seed, const std::string& host);

struct Person {
  std::string name;
  ed25519::SigningKey key;

  Bytes sshsig(std::string_view name_space, ByteView message) const;
  // As in authorized_keys.
  std::string line() const;
};

}  // namespace quorate::sim

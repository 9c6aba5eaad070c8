// What `dev up` adds to the node.toml that `quorate-node init` wrote, who may connect and who
// administrates; and the policy.toml that it puts beside it, who may ask for what.

#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"

namespace quorate::dev {

struct People {
  ed25519::Point client;      // identity.key of the client home
  std::string administrator;  // public key lines
  std::string requester;
  std::string approver;
};

std::string sections(const People& people);

// SSH certificates for alice and deploy, and files, for the requester alone; releases only with the
// approver's word.
std::string policy(const People& people);

// The file's text with another address to listen on. `configuration` where it has none.
[[nodiscard]] Result<std::string> with_listen(std::string_view node_toml, std::string_view address);

}  // namespace quorate::dev

// A node as an auditor knows it.

#pragma once

#include <string>

#include "crypto/ed25519/point.h"

namespace quorate::audit {

struct Node {
  std::string name;
  std::string origin;  // record::origin_of(quorum, name)
  ed25519::Point identity;
  ed25519::Point cosigner;
};

}  // namespace quorate::audit

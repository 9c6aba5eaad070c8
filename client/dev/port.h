// Free ports on loopback.

#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::dev {

// That many different ports that nobody listens on now. `io`.
[[nodiscard]] Result<std::vector<std::uint16_t>> free_ports(std::size_t count);

// Whether a node could listen there now.
[[nodiscard]] bool is_free(std::uint16_t port);

}  // namespace quorate::dev

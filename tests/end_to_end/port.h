// Ports of loopback, for what tests start.

#pragma once

#include <string>

namespace quorate::testing {

// One that nobody listens on.
std::string free_port();

// Whether somebody does.
bool is_open(const std::string& port);

}  // namespace quorate::testing

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::coordinator {

// What a node gave as its reason, fit for a terminal and a log: printable ASCII, cut where a node
// says more than the 500 bytes it may. A node could else write anything on its client's screen.
std::string printable(std::string_view reason);

// `nonce_unknown`, or the number where a newer node has codes that we don't know.
std::string code_name(std::uint32_t code);

}  // namespace quorate::coordinator

// When a certificate is valid, as people write it after -V: ssh-keygen's forms, as far as they mean
// the same everywhere.
//
//   +8h, +1d12h, +30m     from now on, for that long; s m h d w, added up
//   FROM:TO               each of them +8h, -5m, 20261231Z, 202612312359Z or 20261231235959Z
//
// ssh-keygen reads times without Z in the local zone of whoever types them, and knows `always` and
// `forever`. Both are refused, with what to write instead.

#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/base/result.h"

namespace quorate::cli {

struct Validity {
  std::uint64_t after;
  std::uint64_t before;

  friend bool operator==(const Validity&, const Validity&) = default;
};

// Clocks differ: what begins now would be "not yet valid" at a server whose clock is behind.
inline constexpr std::uint64_t backdate_s = 60;

// A period alone begins `backdate_s` before now; what is given with FROM begins there. Refuses with
// `usage`.
[[nodiscard]] Result<Validity> parse_validity(std::string_view text, std::uint64_t now_s);

// `8h`, `1d12h`, `90`: seconds where no unit stands. Refuses with `usage`.
[[nodiscard]] Result<std::uint64_t> parse_period(std::string_view text);

}  // namespace quorate::cli

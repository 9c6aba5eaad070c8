#include "crypto/frost/identifier.h"

#include <limits>

#include "crypto/base/plant.h"

namespace quorate::frost {

Result<Identifier> Identifier::make(std::uint32_t number) {
  if ((number == 0 && !QUORATE_PLANTED(B22)) ||
      number > std::numeric_limits<std::uint16_t>::max()) {
    return fail(Code::unknown_participant,
                "participants are numbered 1 to 65535, not " + std::to_string(number));
  }
  return Identifier(static_cast<std::uint16_t>(number));
}

Status check_sizes(std::size_t threshold, std::size_t members) {
  if (threshold < 2 || threshold > members || members > 64) {
    return fail(Code::threshold_invalid, "a quorum needs 2 <= threshold <= members <= 64, not " +
                                             std::to_string(threshold) + " of " +
                                             std::to_string(members));
  }
  return Done{};
}

}  // namespace quorate::frost

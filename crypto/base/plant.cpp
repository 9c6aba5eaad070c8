#include "crypto/base/plant.h"

#include <array>

namespace quorate::plant {
namespace {

constexpr std::array<std::string_view, 39> names = {
    "none", "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11", "B12",
    "B13",  "B14", "B15", "B16", "B17", "B18", "B19", "B20", "B21", "B22", "B23", "B24", "B25",
    "B26",  "B27", "B28", "B29", "B30", "B31", "B32", "B33", "B34", "B35", "B36", "B37", "canary"};

#if QUORATE_PLANT
Bug planted = Bug::none;  // NOLINT(*-avoid-non-const-global-variables): of the whole process
#endif

}  // namespace

std::optional<Bug> bug_named(std::string_view id) {
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names.at(i) == id) return static_cast<Bug>(i);
  }
  return std::nullopt;
}

std::string_view name(Bug bug) { return names.at(static_cast<std::size_t>(bug)); }

#if QUORATE_PLANT
void plant(Bug bug) { planted = bug; }
bool is_planted(Bug bug) { return planted == bug; }
#endif

}  // namespace quorate::plant

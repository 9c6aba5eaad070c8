// Bugs that are planted on purpose, to prove that the simulator finds what it claims to find. Each
// stands where a careless hand would have put it:
//
//   if (QUORATE_PLANTED(B24)) return partial;   // the check of what custody computed is left out
//
// Without -DQUORATE_PLANT=ON the condition is the constant `false`, so a release holds none of
// them. docs/simulation.md says what each is and which property catches it.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "planting.h"

namespace quorate::plant {

enum class Bug {
  none,
  B01,
  B02,
  B03,
  B04,
  B05,
  B06,
  B07,
  B08,
  B09,
  B10,
  B11,
  B12,
  B13,
  B14,
  B15,
  B16,
  B17,
  B18,
  B19,
  B20,
  B21,
  B22,
  B23,
  B24,
  B25,
  B26,
  B27,
  B28,
  B29,
  B30,
  B31,
  B32,
  B33,
  B34,
  B35,
  B36,
  B37,
  canary,  // a property that fails after an hour of virtual time
};

// `B24`; nothing for what is none.
std::optional<Bug> bug_named(std::string_view id);
std::string_view name(Bug bug);

#if QUORATE_PLANT
// One bug at a time, for the whole process.
void plant(Bug bug);
bool is_planted(Bug bug);
#define QUORATE_PLANTED(id) (::quorate::plant::is_planted(::quorate::plant::Bug::id))
#else
#define QUORATE_PLANTED(id) (false)
#endif

}  // namespace quorate::plant

// Marks for the simulator. QUORATE_REACHED names a rare state, so that a swarm can say which it
// never saw. QUORATE_SOMETIMES lets it choose the unlikely side of an interior choice that is right
// either way: a smaller batch, another order of equals, "try later".
//
//   QUORATE_REACHED("last session opened");
//   const std::size_t size = QUORATE_SOMETIMES("batch of one") ? 1 : limits.batch;
//
// Without -DQUORATE_PLANT=ON both are nothing. With it they do nothing until somebody listens.

#pragma once

#include "planting.h"

#if QUORATE_PLANT

namespace quorate::probe {

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void reached(const char* name) = 0;
  virtual bool sometimes(const char* name) = 0;
};

// nullptr: nobody. The listener outlives its being set.
void listen(Listener* listener);
void reached(const char* name);
bool sometimes(const char* name);

}  // namespace quorate::probe

#define QUORATE_REACHED(name) ::quorate::probe::reached(name)
#define QUORATE_SOMETIMES(name) (::quorate::probe::sometimes(name))
#else
#define QUORATE_REACHED(name) static_cast<void>(0)
#define QUORATE_SOMETIMES(name) (false)
#endif

#include "crypto/base/probe.h"

#if QUORATE_PLANT

#include <atomic>

namespace quorate::probe {
namespace {

// NOLINTNEXTLINE(*-avoid-non-const-global-variables): nodes of a test run on threads
std::atomic<Listener*> current = nullptr;

}  // namespace

void listen(Listener* listener) { current = listener; }

void reached(const char* name) {
  if (Listener* listener = current) listener->reached(name);
}

bool sometimes(const char* name) {
  Listener* listener = current;
  return listener != nullptr && listener->sometimes(name);
}

}  // namespace quorate::probe

#endif

// What a process that will hold secrets does first (CUSTODY section 7). It protects against other
// processes of the same user, core files and set-user-id programs; not against root.

#pragma once

#include <string>

#include "crypto/base/result.h"

namespace quorate::custody {

// The first lines of main: no core files, no ptrace and no /proc/PID/mem for others, no new
// privileges. To be called again after a change of user id, which undoes the first. Fails with
// `internal` where the kernel refuses.
[[nodiscard]] Status lock_down_process();

// Whether pages can really be locked: sodium_malloc() does not tell when locking failed. Fails with
// `configuration` and a sentence for the operator (raise LimitMEMLOCK).
[[nodiscard]] Status check_memory_lock();

}  // namespace quorate::custody

#include "node/custody/memory.h"

#include <cerrno>
#include <fstream>

#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace quorate::custody {
namespace {

tl::unexpected<Error> refused(const std::string& what) {
  return fail(Code::internal,
              "the kernel refuses " + what + " (errno " + std::to_string(errno) + ")");
}

// Locked memory of this process in KiB, from /proc/self/status; -1 where that can't be read.
long locked_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    long kib = -1;
    if (word == "VmLck:" && status >> kib) return kib;
  }
  return -1;
}

}  // namespace

Status lock_down_process() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused("PR_SET_DUMPABLE");
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return refused("RLIMIT_CORE");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("PR_SET_NO_NEW_PRIVS");
  return Done{};
}

Status check_memory_lock() {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* probe = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) return refused("a page of memory");
  const long before = locked_kib();
  const bool locked = sodium_mlock(probe, page) == 0;
  const long after = locked_kib();
  if (locked) sodium_munlock(probe, page);
  ::munmap(probe, page);
  if (!locked || (before >= 0 && after <= before)) {
    return fail(Code::configuration,
                "memory not locked, so secrets may reach the swap: raise LimitMEMLOCK "
                "(ulimit -l) to 64 MiB");
  }
  return Done{};
}

}  // namespace quorate::custody

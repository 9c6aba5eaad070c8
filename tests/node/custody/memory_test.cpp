#include "node/custody/memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/custody/guarded.h"

namespace quorate::custody {
namespace {

// Both end the process, since what they do can't be taken back.
[[noreturn]] void exit_locked_down() {
  const bool done = lock_down_process().has_value();
  rlimit core{1, 1};
  const bool no_core = ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
  const bool hidden = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  const bool no_more = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  ::_exit(done && no_core && hidden && no_more ? 0 : 1);
}

[[noreturn]] void exit_without_lockable_memory() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_MEMLOCK, &none);
  if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);  // root may lock all the same
  const Status locked = check_memory_lock();
  ::_exit(!locked && locked.error().code == Code::configuration ? 0 : 1);
}

TEST(LockDown, ForbidsCoreFilesAndNewPrivileges) {
  EXPECT_EXIT(exit_locked_down(), ::testing::ExitedWithCode(0), "");
}

TEST(MemoryLock, IsReportedMissingWhereTheLimitForbidsIt) {
  EXPECT_EXIT(exit_without_lockable_memory(), ::testing::ExitedWithCode(0), "");
}

TEST(GuardedMemory, IsNotInheritedByAForkedChild) {
  GuardedMemory memory(5000);
  memory.writable()[0] = 42;
  memory.writable()[4999] = 42;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool forgotten = memory.expose()[0] == 0 && memory.expose()[4999] == 0;
    ::_exit(forgotten ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(memory.expose()[4999], 42);
}

}  // namespace
}  // namespace quorate::custody

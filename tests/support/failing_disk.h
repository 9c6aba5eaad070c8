// A disk whose syncs fail while a test says so, as Linux reports a failed one: once an error, and
// what was written goes on being shown. It stands in front of SQLite's own file system from the
// first use on, and does nothing else.

#pragma once

#include <cstring>
#include <map>

#include <sqlite3.h>

#include "crypto/base/invariant.h"

namespace quorate::testing {

class FailingDisk {
 public:
  FailingDisk() { install(); }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() { failing() = false; }

  void fail_syncs() { failing() = true; }
  void heal() { failing() = false; }

 private:
  static bool& failing() {
    static bool is_failing = false;
    return is_failing;
  }
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  // The real methods of each kind of file, and ours that stand before them.
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods>& ours() {
    static std::map<const sqlite3_io_methods*, sqlite3_io_methods> all;
    return all;
  }

  static int sync(sqlite3_file* file, int flags) {
    if (failing()) return SQLITE_IOERR_FSYNC;
    for (const auto& [theirs, our] : ours()) {
      if (file->pMethods == &our) return theirs->xSync(file, flags);
    }
    return SQLITE_INTERNAL;
  }
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = real()->xOpen(real(), name, file, flags, out_flags);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    const auto [place, is_new] = ours().try_emplace(file->pMethods, *file->pMethods);
    if (is_new) place->second.xSync = sync;
    file->pMethods = &place->second;
    return code;
  }
  static void install() {
    if (real() != nullptr) return;
    real() = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs before = *real();
    before.pNext = nullptr;
    before.zName = "failing";
    before.xOpen = open;
    QUORATE_INVARIANT(sqlite3_vfs_register(&before, 1) == SQLITE_OK);
  }
};

}  // namespace quorate::testing

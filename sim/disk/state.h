// What a disk holds: a value, of which a copy shares all pages.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/disk/disk.h"

namespace quorate::sim {

struct Disk::State {
  // What was done to a file since it was last synced.
  struct Operation {
    enum class Kind { write, truncate };
    Kind kind;
    std::uint64_t offset;  // the new size, of a truncation
    std::size_t begin;     // in `data`
    std::size_t length;
  };
  struct File {
    Content visible;
    Content durable;
    std::vector<Operation> unsynced;
    Bytes data;
    // A sync failed: more is shown than `unsynced` explains.
    bool shows_lost = false;

    ByteView data_of(const Operation& operation) const {
      return ByteView(data).subspan(operation.begin, operation.length);
    }
    void forget_unsynced() {
      unsynced.clear();
      data.clear();
    }
    // What this kind of cut lets through of the unsynced operations.
    void settle_some(Cut cut, Stream& stream);
  };
  // What was done to the folder since it was last synced. A creation has no `from`, and a deletion
  // no `to`.
  struct Naming {
    std::string from;
    std::string to;
    Inode inode;
  };

  std::map<std::string, Inode> names;
  std::map<std::string, Inode> durable_names;
  std::vector<Naming> unsynced;
  std::map<Inode, File> files;
  Inode last = 0;

  void make_durable(const Naming& naming);
  // What a power cut leaves of it. For `drop` and `keep`, nothing is drawn.
  void lose(Cut cut, Stream& stream);
  // What is durable, as of a machine that has just started.
  State after_cut() const;
};

}  // namespace quorate::sim

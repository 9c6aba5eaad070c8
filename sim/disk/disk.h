// A simulated disk: what a process sees of it, and what it still holds after the power failed.
// Files have visible bytes, durable bytes, and the operations between the two; so has the one
// folder, `/`.
//
//   begin_run(seed);                                    once a run, before any database is opened
//   Disk disk("node2", seed);
//   auto store = store::Store::open("/node.db", disk);
//   disk.crash_at(disk.operations() + 17);
//   ...  the 17th operation from here and all after it fail, is_down() is true
//   store.reset();
//   disk.power_cut(Cut::torn);                          and it holds what a real one might hold
//   store = store::Store::open("/node.db", disk);
//
// SQLite reaches the disk through a file system of its own (sqlite_vfs()). Each write, truncation,
// sync, creation, renaming and deletion, by SQLite or by us, is one operation, and so a crash
// point. An fsync makes a file durable, and never its name: only the folder's sync does that. (The
// first sync of a journal or log that SQLite created syncs the folder too, as its unix file system
// does.)
//
// Whoever simulates a crash stops the disk first: a process that was killed does not tidy up, and
// the destructor of a database would. Files that were open then stay dead for good.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "node/store/files.h"
#include "sim/disk/content.h"
#include "sim/world/queue.h"
#include "sim/world/stream.h"

namespace quorate::sim {

// Makes SQLite start as in a new process: its random numbers, which are the process's and not a
// connection's, come from this seed. The default file system holds no file from then on: what a
// simulation opens lies on a Disk. One run at a time in a process.
void begin_run(Seed seed);

// What becomes of operations that no sync confirmed. The folder's, but for `drop` and `keep`: a
// random beginning of them is kept.
enum class Cut {
  drop,    // all are lost
  keep,    // none is: the process was killed, and the machine went on
  subset,  // each piece of 512 bytes is kept or lost on its own, as a drive reorders them
  torn,    // or holds garbage
  sector,  // or the whole sector of 4096 bytes around it does: the drive breaks neighbours
};
std::string_view name(Cut cut);
std::optional<Cut> cut_named(std::string_view name);

class SqliteFile;  // vfs.cpp: a file that SQLite has open

class Disk final : public store::Files {
 private:
  struct State;

 public:
  // `label` is the disk's part in the labels of its streams: disk/LABEL/cut and so on.
  Disk(std::string label, Seed seed);
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() override;  // no file is open

  // --- crashes

  // How many operations there were, since the disk was made. restore() sets it back too, so that
  // what follows does not depend on what else was tried from there.
  std::uint64_t operations() const { return operations_; }
  // Operation number `n` (the first is 1) and all later ones fail, until power_cut().
  void crash_at(std::uint64_t n) { crash_at_ = n; }
  // At once: before a core is destroyed without a crash point.
  void stop() { is_down_ = true; }
  bool is_down() const { return is_down_; }
  // The machine starts again: visible is what is durable. Ends crash_at() and every one-time fault.
  void power_cut(Cut cut);

  // --- faults

  // The next `count` syncs fail. As Linux has it: the error is reported once, what was not durable
  // is forgotten to be so, and goes on being shown; of it, a random part has reached the disk.
  void fail_syncs(std::uint64_t count = 1) { failing_syncs_ = count; }
  void fail_reads(std::uint64_t count = 1) { failing_reads_ = count; }
  // Bytes in all files together. Writes beyond fail; nothing: there is room without end.
  void set_capacity(std::optional<std::uint64_t> bytes) { capacity_ = bytes; }
  // A drive that answers a flush at once and keeps the data in its cache, until that is full.
  void ignore_flushes(bool ignores) { ignores_flushes_ = ignores; }
  // Locks are refused, as by another process.
  void refuse_locks(bool refuses) { refuses_locks_ = refuses; }
  // Whether overwriting part of a sector is claimed to leave the rest of it alone, by default; the
  // URI parameter `psow` overrules it.
  void claim_powersafe(bool claims) { claims_powersafe_ = claims; }
  // One bit of what is durable and has no operation pending. Nothing where the file has none such.
  struct Flipped {
    std::uint64_t offset;
    unsigned bit;
  };
  std::optional<Flipped> flip_bit(const std::string& file);
  // As if it had never been. Nobody has it open.
  void lose(const std::string& file);

  // A backup of the whole disk, or a snapshot of the machine. Cheap: pages are shared. restore()
  // is for a disk of the same kind, with nothing open; what was open stays dead.
  class Snapshot {
   private:
    friend class Disk;
    std::shared_ptr<const State> state_;
    std::uint64_t operations_ = 0;
    std::uint64_t flips_ = 0;
  };
  Snapshot snapshot() const;
  void restore(const Snapshot& snapshot);

  // --- time

  // What each sync takes, from now on.
  void set_sync_time(Time time) { sync_time_ = time; }
  // What operations took since the last call: the host adds it to its clock.
  Time take_latency() { return std::exchange(latency_, 0); }

  // --- what the observer sees

  // Another disk that holds what this one would after `drop`. Its label is "durable".
  std::unique_ptr<Disk> durable_copy() const;
  // Whether nothing would be lost by `drop`, names included: then the observer need not make a copy
  // to know what would survive. Of a write-ahead log less than a frame may be unsynced: behind the
  // point that it syncs, SQLite fills the sector, and no transaction fits into that.
  bool is_settled() const;
  // Called with each stretch of bytes that is written: it may become durable at any time from then.
  using Witness = std::function<void(std::string_view file, ByteView bytes)>;
  void set_witness(Witness witness) { witness_ = std::move(witness); }
  std::uint64_t syncs() const { return syncs_; }

  // --- plain files, one step at a time; fail with `io`

  std::vector<std::string> names() const;  // visible ones, sorted
  [[nodiscard]] Result<Bytes> read(const std::string& file);
  // Creates the file where there is none; otherwise its content is this afterwards.
  [[nodiscard]] Status write(const std::string& file, ByteView bytes);
  [[nodiscard]] Status sync(const std::string& file);
  [[nodiscard]] Status rename(const std::string& from, const std::string& to);
  [[nodiscard]] Status sync_folder();
  // All steps: a temporary name, sync, rename, sync of the folder.
  [[nodiscard]] Status put_durably(const std::string& file, ByteView bytes);

  // --- store::Files

  std::vector<std::string> names_in(const std::filesystem::path& folder) override;
  [[nodiscard]] Status create_private(const std::filesystem::path& file) override;
  [[nodiscard]] Status name_durably(const std::filesystem::path& written,
                                    const std::filesystem::path& file) override;
  void remove(const std::filesystem::path& file) override;
  const char* sqlite_vfs() const override;

 private:
  friend class SqliteFile;
  struct Vfs;

  using Inode = std::uint64_t;
  enum class Outcome { well, failed, full };

  // An operation begins: false where the power is gone.
  bool begin_operation();
  std::optional<Inode> find(const std::string& file) const;
  std::optional<Inode> create(const std::string& file);
  Inode create_unnamed();
  Outcome write_at(Inode inode, std::uint64_t offset, ByteView data);
  Outcome truncate(Inode inode, std::uint64_t size);
  Outcome sync_inode(Inode inode);
  Outcome sync_names();
  Outcome unlink(const std::string& file);
  // How many bytes there were; the rest is zero. Nothing: a fault.
  std::optional<std::size_t> read_at(Inode inode, std::uint64_t offset,
                                     std::span<std::uint8_t> out);
  std::uint64_t size_of(Inode inode) const;
  std::uint64_t used() const;
  // Files that neither a name nor an open file leads to.
  void forget_unreachable();
  void become(std::unique_ptr<State> state);
  Stream stream(std::string_view what, std::uint64_t number) const;

  std::string label_;
  Seed seed_;
  std::unique_ptr<State> state_;
  std::unique_ptr<Vfs> vfs_;
  std::vector<SqliteFile*> open_;

  std::uint64_t operations_ = 0;
  std::uint64_t crash_at_ = 0;  // 0: never
  bool is_down_ = false;
  std::uint64_t boots_ = 0;  // files opened before are dead
  std::uint64_t failing_syncs_ = 0;
  std::uint64_t failing_reads_ = 0;
  std::optional<std::uint64_t> capacity_;
  bool ignores_flushes_ = false;
  bool refuses_locks_ = false;
  bool claims_powersafe_ = true;
  Time sync_time_ = 0;
  Time latency_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t flips_ = 0;
  Witness witness_;
};

}  // namespace quorate::sim

// The disk as SQLite sees it: sqlite3_vfs and sqlite3_io_methods, as sqlite.org/vfs.html has them.

#include <algorithm>
#include <cstring>
#include <new>

#include <sqlite3.h>

#include "crypto/base/invariant.h"
#include "sim/disk/state.h"

namespace quorate::sim {
namespace {

constexpr int sector_size = 4096;
constexpr int longest_name = 512;
// When SQLite asks for the time, which none of our SQL does: a day in 2027, as it counts.
constexpr sqlite3_int64 always_ms = 1'800'000'000'000 + 210'866'760'000'000;

}  // namespace

// Made in memory of SQLite's.
class SqliteFile : public sqlite3_file {
 public:
  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* out, int flags, int* out_flags);
  static int unlink(sqlite3_vfs* vfs, const char* name, int syncs_folder);
  static int access(sqlite3_vfs* vfs, const char* name, int flags, int* out);

  Disk::Inode inode() const { return inode_; }

 private:
  SqliteFile(Disk& disk, Disk::Inode inode)
      : sqlite3_file{nullptr}, disk_(disk), inode_(inode), boot_(disk.boots_) {
    disk_.open_.push_back(this);
  }

  static SqliteFile& of(sqlite3_file* file) { return *static_cast<SqliteFile*>(file); }
  static const sqlite3_io_methods* methods();

  static int close(sqlite3_file* file);
  static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset);
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);
  static int tell_size(sqlite3_file* file, sqlite3_int64* out);
  static int lock(sqlite3_file* file, int level);
  static int unlock(sqlite3_file* file, int level);
  static int check_reserved(sqlite3_file* file, int* out);
  static int control(sqlite3_file* file, int operation, void* argument);
  static int characteristics(sqlite3_file* file);

  bool is_dead() const { return disk_.is_down_ || boot_ != disk_.boots_; }
  bool is_held_elsewhere(int level) const;

  Disk& disk_;
  Disk::Inode inode_;
  std::uint64_t boot_;
  int level_ = SQLITE_LOCK_NONE;
  bool is_powersafe_ = false;
  bool syncs_folder_ = false;  // with the first sync: a journal that was just created
  std::string removed_at_close_;
};

// --- files

int SqliteFile::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* out, int flags,
                     int* out_flags) {
  Disk& disk = *static_cast<Disk*>(vfs->pAppData);
  out->pMethods = nullptr;
  if (disk.is_down_) return SQLITE_CANTOPEN;
  std::optional<Disk::Inode> inode;
  bool is_new = false;
  if (name == nullptr) {
    inode = disk.create_unnamed();
  } else {
    inode = disk.find(name);
    if (!inode && (flags & SQLITE_OPEN_CREATE) != 0) {
      inode = disk.create(name);
      is_new = true;
    }
  }
  if (!inode) return SQLITE_CANTOPEN;
  auto* file = new (out) SqliteFile(disk, *inode);
  constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  file->syncs_folder_ = is_new && (flags & journals) != 0;
  const char* parameters = (flags & SQLITE_OPEN_URI) != 0 ? name : nullptr;
  file->is_powersafe_ =
      sqlite3_uri_boolean(parameters, "psow", disk.claims_powersafe_ ? 1 : 0) != 0;
  if (name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0) file->removed_at_close_ = name;
  file->pMethods = methods();
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int SqliteFile::close(sqlite3_file* base) {
  SqliteFile& file = of(base);
  Disk& disk = file.disk_;
  std::erase(disk.open_, &file);
  if (!file.is_dead()) {
    if (!file.removed_at_close_.empty()) (void)disk.unlink(file.removed_at_close_);
    disk.forget_unreachable();
  }
  file.~SqliteFile();
  return SQLITE_OK;
}

int SqliteFile::read(sqlite3_file* base, void* out, int size, sqlite3_int64 offset) {
  const SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_READ;
  const std::span<std::uint8_t> bytes(static_cast<std::uint8_t*>(out),
                                      static_cast<std::size_t>(size));
  const std::optional<std::size_t> there =
      file.disk_.read_at(file.inode_, static_cast<std::uint64_t>(offset), bytes);
  if (!there) return SQLITE_IOERR_READ;
  return *there < bytes.size() ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

int SqliteFile::write(sqlite3_file* base, const void* data, int size, sqlite3_int64 offset) {
  const SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_WRITE;
  const ByteView bytes(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size));
  switch (file.disk_.write_at(file.inode_, static_cast<std::uint64_t>(offset), bytes)) {
    case Disk::Outcome::well: return SQLITE_OK;
    case Disk::Outcome::full: return SQLITE_FULL;
    case Disk::Outcome::failed: break;
  }
  return SQLITE_IOERR_WRITE;
}

int SqliteFile::truncate(sqlite3_file* base, sqlite3_int64 size) {
  const SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_TRUNCATE;
  const bool is_done =
      file.disk_.truncate(file.inode_, static_cast<std::uint64_t>(size)) == Disk::Outcome::well;
  return is_done ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int SqliteFile::sync(sqlite3_file* base, int /*flags*/) {
  SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_FSYNC;
  if (file.disk_.sync_inode(file.inode_) != Disk::Outcome::well) return SQLITE_IOERR_FSYNC;
  if (file.syncs_folder_) {
    if (file.disk_.sync_names() != Disk::Outcome::well) return SQLITE_IOERR_DIR_FSYNC;
    file.syncs_folder_ = false;
  }
  return SQLITE_OK;
}

int SqliteFile::tell_size(sqlite3_file* base, sqlite3_int64* out) {
  const SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_FSTAT;
  *out = static_cast<sqlite3_int64>(file.disk_.size_of(file.inode_));
  return SQLITE_OK;
}

bool SqliteFile::is_held_elsewhere(int level) const {
  return std::any_of(disk_.open_.begin(), disk_.open_.end(), [&](const SqliteFile* other) {
    return other != this && other->inode_ == inode_ && other->boot_ == boot_ &&
           other->level_ >= level;
  });
}

// The levels of sqlite.org/lockingv3.html.
int SqliteFile::lock(sqlite3_file* base, int level) {
  SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_LOCK;
  if (file.level_ >= level) return SQLITE_OK;
  if (file.disk_.refuses_locks_) return SQLITE_BUSY;
  if (level == SQLITE_LOCK_SHARED) {
    if (file.is_held_elsewhere(SQLITE_LOCK_PENDING)) return SQLITE_BUSY;
  } else {
    if (file.is_held_elsewhere(SQLITE_LOCK_RESERVED)) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && file.is_held_elsewhere(SQLITE_LOCK_SHARED)) {
      file.level_ = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
  }
  file.level_ = level;
  return SQLITE_OK;
}

int SqliteFile::unlock(sqlite3_file* base, int level) {
  of(base).level_ = level;
  return SQLITE_OK;
}

int SqliteFile::check_reserved(sqlite3_file* base, int* out) {
  const SqliteFile& file = of(base);
  if (file.is_dead()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *out = file.is_held_elsewhere(SQLITE_LOCK_RESERVED) ? 1 : 0;
  return SQLITE_OK;
}

int SqliteFile::control(sqlite3_file* base, int operation, void* argument) {
  SqliteFile& file = of(base);
  if (operation != SQLITE_FCNTL_POWERSAFE_OVERWRITE) return SQLITE_NOTFOUND;
  int& asked = *static_cast<int*>(argument);
  if (asked < 0) {
    asked = file.is_powersafe_ ? 1 : 0;
  } else {
    file.is_powersafe_ = asked != 0;
  }
  return SQLITE_OK;
}

int SqliteFile::characteristics(sqlite3_file* base) {
  return of(base).is_powersafe_ ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

// Version 1: without shared memory, so that only a connection that locks exclusively from its
// beginning has a write-ahead log. Others are answered `delete`, silently.
const sqlite3_io_methods* SqliteFile::methods() {
  static const sqlite3_io_methods all = [] {
    sqlite3_io_methods made{};
    made.iVersion = 1;
    made.xClose = close;
    made.xRead = read;
    made.xWrite = write;
    made.xTruncate = truncate;
    made.xSync = sync;
    made.xFileSize = tell_size;
    made.xLock = lock;
    made.xUnlock = unlock;
    made.xCheckReservedLock = check_reserved;
    made.xFileControl = control;
    made.xSectorSize = [](sqlite3_file*) { return sector_size; };
    made.xDeviceCharacteristics = characteristics;
    return made;
  }();
  return &all;
}

int SqliteFile::unlink(sqlite3_vfs* vfs, const char* name, int syncs_folder) {
  Disk& disk = *static_cast<Disk*>(vfs->pAppData);
  if (disk.is_down_) return SQLITE_IOERR_DELETE;
  if (!disk.find(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (disk.unlink(name) != Disk::Outcome::well) return SQLITE_IOERR_DELETE;
  if (syncs_folder != 0 && disk.sync_names() != Disk::Outcome::well) return SQLITE_IOERR_DIR_FSYNC;
  return SQLITE_OK;
}

int SqliteFile::access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  const Disk& disk = *static_cast<const Disk*>(vfs->pAppData);
  if (disk.is_down_) return SQLITE_IOERR_ACCESS;
  const std::optional<Disk::Inode> inode = disk.find(name);
  // As the unix file system has it, an empty file is none where it is asked for existence.
  const bool is_there = inode && (flags != SQLITE_ACCESS_EXISTS || disk.size_of(*inode) > 0);
  *out = is_there ? 1 : 0;
  return SQLITE_OK;
}

// --- file systems

namespace {

int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

sqlite3_vfs file_system(const char* name, Disk* disk) {
  sqlite3_vfs made{};
  made.iVersion = 2;
  made.szOsFile = sizeof(SqliteFile);
  made.mxPathname = longest_name;
  made.zName = name;
  made.pAppData = disk;
  made.xOpen = SqliteFile::open;
  made.xDelete = SqliteFile::unlink;
  made.xAccess = SqliteFile::access;
  made.xFullPathname = full_name;
  made.xRandomness = [](sqlite3_vfs*, int, char*) { return 0; };
  made.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
  made.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* out) {
    *out = always_ms;
    return SQLITE_OK;
  };
  made.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  return made;
}

// The process's default file system, which holds no file: from it SQLite's random numbers come.
class SeedOnly {
 public:
  SeedOnly() : vfs_(file_system("quorate-sim", nullptr)) {
    vfs_.xOpen = [](sqlite3_vfs*, const char*, sqlite3_file* out, int, int*) {
      out->pMethods = nullptr;
      return SQLITE_CANTOPEN;
    };
    vfs_.xDelete = [](sqlite3_vfs*, const char*, int) { return SQLITE_IOERR_DELETE; };
    vfs_.xAccess = [](sqlite3_vfs*, const char*, int, int*) { return SQLITE_IOERR_ACCESS; };
    vfs_.xRandomness = [](sqlite3_vfs* vfs, int size, char* out) {
      static_cast<SeedOnly*>(vfs->pAppData)->fill(size, out);
      return size;
    };
    vfs_.pAppData = this;
  }
  void begin(Seed seed) {
    stream_ = Stream(seed, "sqlite");
    QUORATE_INVARIANT(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
    sqlite3_randomness(0, nullptr);
  }

 private:
  void fill(int size, char* out) {
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(stream_.next());
  }
  sqlite3_vfs vfs_;
  Stream stream_{0, "sqlite"};
};

// Before its first use in the process: no mutexes, no statistics. Too late, it is only slower.
void configure_sqlite() {
  static const bool is_done = [] {
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
  static_cast<void>(is_done);
}

}  // namespace

void begin_run(Seed seed) {
  configure_sqlite();
  static SeedOnly seeds;  // SQLite keeps a pointer to it until the process ends
  seeds.begin(seed);
}

struct Disk::Vfs {
  explicit Vfs(Disk* disk)
      : name("quorate-sim-" + std::to_string(reinterpret_cast<std::uintptr_t>(disk))),
        vfs(file_system(name.c_str(), disk)) {
    QUORATE_INVARIANT(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
  }
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  ~Vfs() { sqlite3_vfs_unregister(&vfs); }

  std::string name;  // unique while the disk lives; nothing depends on what it is
  sqlite3_vfs vfs;
};

Disk::Disk(std::string label, Seed seed)
    : label_(std::move(label)), seed_(seed), state_(std::make_unique<State>()) {
  configure_sqlite();
  vfs_ = std::make_unique<Vfs>(this);
}

Disk::~Disk() { QUORATE_INVARIANT(open_.empty()); }

const char* Disk::sqlite_vfs() const { return vfs_->name.c_str(); }

void Disk::forget_unreachable() {
  const auto is_reachable = [&](Inode inode) {
    const auto leads = [&](const auto& entry) { return entry.second == inode; };
    return std::any_of(state_->names.begin(), state_->names.end(), leads) ||
           std::any_of(state_->durable_names.begin(), state_->durable_names.end(), leads) ||
           std::any_of(state_->unsynced.begin(), state_->unsynced.end(),
                       [&](const auto& naming) { return naming.inode == inode; }) ||
           std::any_of(open_.begin(), open_.end(),
                       [&](const SqliteFile* file) { return file->inode() == inode; });
  };
  std::erase_if(state_->files, [&](const auto& entry) { return !is_reachable(entry.first); });
}

}  // namespace quorate::sim

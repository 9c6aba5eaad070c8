#include "sim/disk/disk.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "sim/disk/state.h"

namespace quorate::sim {
namespace {

// What a drive that ignores flushes keeps of one file.
constexpr std::size_t drive_cache = std::size_t{1} << 20;

tl::unexpected<Error> failed(const std::string& file) {
  return fail(Code::io, file + ": the simulated disk failed");
}

}  // namespace

Stream Disk::stream(std::string_view what, std::uint64_t number) const {
  return {seed_, "disk/" + label_ + "/" + std::string(what) + "/" + std::to_string(number)};
}

// --- crashes

bool Disk::begin_operation() {
  if (is_down_) return false;
  ++operations_;
  if (operations_ == crash_at_) is_down_ = true;
  return !is_down_;
}

void Disk::become(std::unique_ptr<State> state) {
  state_ = std::move(state);
  ++boots_;
  is_down_ = false;
  crash_at_ = 0;
  failing_syncs_ = 0;
  failing_reads_ = 0;
}

void Disk::power_cut(Cut cut) {
  auto after = std::make_unique<State>(*state_);
  Stream drawn = stream("cut", operations_);
  after->lose(cut, drawn);
  become(std::move(after));
}

Disk::Snapshot Disk::snapshot() const {
  Snapshot taken;
  taken.state_ = std::make_shared<State>(*state_);
  taken.operations_ = operations_;
  taken.flips_ = flips_;
  return taken;
}

void Disk::restore(const Snapshot& snapshot) {
  QUORATE_INVARIANT(snapshot.state_ != nullptr);
  become(std::make_unique<State>(*snapshot.state_));
  operations_ = snapshot.operations_;
  flips_ = snapshot.flips_;
}

std::unique_ptr<Disk> Disk::durable_copy() const {
  auto copy = std::make_unique<Disk>("durable", seed_);
  *copy->state_ = state_->after_cut();
  return copy;
}

bool Disk::is_settled() const {
  if (!state_->unsynced.empty() || state_->names != state_->durable_names) return false;
  constexpr std::size_t frame_size = 24 + 4096;
  return std::all_of(state_->names.begin(), state_->names.end(), [&](const auto& entry) {
    const State::File& file = state_->files.at(entry.second);
    if (file.shows_lost && !(file.visible == file.durable)) return false;
    return file.unsynced.empty() ||
           (entry.first.ends_with("-wal") && file.data.size() < frame_size);
  });
}

// --- the model

std::optional<Disk::Inode> Disk::find(const std::string& file) const {
  const auto found = state_->names.find(file);
  if (found == state_->names.end()) return std::nullopt;
  return found->second;
}

Disk::Inode Disk::create_unnamed() {
  const Inode inode = ++state_->last;
  state_->files[inode] = {};
  return inode;
}

std::optional<Disk::Inode> Disk::create(const std::string& file) {
  if (!begin_operation()) return std::nullopt;
  const Inode inode = create_unnamed();
  state_->names[file] = inode;
  state_->unsynced.push_back({"", file, inode});
  return inode;
}

std::uint64_t Disk::size_of(Inode inode) const { return state_->files.at(inode).visible.size(); }

std::uint64_t Disk::used() const {
  std::uint64_t bytes = 0;
  for (const auto& [inode, file] : state_->files) bytes += file.visible.size();
  return bytes;
}

Disk::Outcome Disk::write_at(Inode inode, std::uint64_t offset, ByteView data) {
  if (!begin_operation()) return Outcome::failed;
  State::File& file = state_->files.at(inode);
  const std::uint64_t end = offset + data.size();
  if (capacity_ && end > file.visible.size() && used() + (end - file.visible.size()) > *capacity_) {
    return Outcome::full;
  }
  if (witness_) {
    std::string_view known_as;
    for (const auto& [name, named] : state_->names) {
      if (named == inode) known_as = name;
    }
    witness_(known_as, data);
  }
  file.visible.write(offset, data);
  file.unsynced.push_back({State::Operation::Kind::write, offset, file.data.size(), data.size()});
  append(file.data, data);
  return Outcome::well;
}

Disk::Outcome Disk::truncate(Inode inode, std::uint64_t size) {
  if (!begin_operation()) return Outcome::failed;
  State::File& file = state_->files.at(inode);
  file.visible.resize(size);
  file.unsynced.push_back({State::Operation::Kind::truncate, size, 0, 0});
  return Outcome::well;
}

std::optional<std::size_t> Disk::read_at(Inode inode, std::uint64_t offset,
                                         std::span<std::uint8_t> out) {
  if (is_down_) return std::nullopt;
  if (failing_reads_ > 0) {
    --failing_reads_;
    return std::nullopt;
  }
  return state_->files.at(inode).visible.read(offset, out);
}

Disk::Outcome Disk::sync_inode(Inode inode) {
  if (!begin_operation()) return Outcome::failed;
  ++syncs_;
  latency_ += sync_time_;
  State::File& file = state_->files.at(inode);
  if (failing_syncs_ > 0) {
    --failing_syncs_;
    Stream drawn = stream("sync", operations_);
    // Often nothing of it has arrived.
    if (drawn.chance(one_in(2))) file.settle_some(Cut::subset, drawn);
    file.forget_unsynced();
    file.shows_lost = true;
    return Outcome::failed;
  }
  if (ignores_flushes_ && file.data.size() <= drive_cache) return Outcome::well;
  // A page that was touched is written as it is shown: also what an earlier sync of it lost.
  bool is_truncated = false;
  for (const State::Operation& operation : file.unsynced) {
    is_truncated = is_truncated || operation.kind == State::Operation::Kind::truncate;
  }
  if (is_truncated) {
    file.durable = file.visible;
    file.shows_lost = false;
  } else {
    file.durable.resize(file.visible.size());
    for (const State::Operation& operation : file.unsynced) {
      const std::uint64_t end = operation.offset + operation.length;
      for (std::uint64_t page = operation.offset / Content::page_size;
           page * Content::page_size < end; ++page) {
        file.durable.share_page(static_cast<std::size_t>(page), file.visible);
      }
    }
  }
  file.forget_unsynced();
  return Outcome::well;
}

Disk::Outcome Disk::sync_names() {
  if (!begin_operation()) return Outcome::failed;
  ++syncs_;
  latency_ += sync_time_;
  if (failing_syncs_ > 0) {
    --failing_syncs_;
    return Outcome::failed;
  }
  if (ignores_flushes_) return Outcome::well;
  for (const State::Naming& naming : state_->unsynced) state_->make_durable(naming);
  state_->unsynced.clear();
  forget_unreachable();
  return Outcome::well;
}

Disk::Outcome Disk::unlink(const std::string& file) {
  const std::optional<Inode> inode = find(file);
  if (!inode) return Outcome::well;
  if (!begin_operation()) return Outcome::failed;
  state_->names.erase(file);
  state_->unsynced.push_back({file, "", *inode});
  return Outcome::well;
}

// --- faults

std::optional<Disk::Flipped> Disk::flip_bit(const std::string& file) {
  const std::optional<Inode> inode = find(file);
  if (!inode) return std::nullopt;
  State::File& there = state_->files.at(*inode);
  const std::uint64_t size = std::min(there.visible.size(), there.durable.size());
  if (size == 0) return std::nullopt;
  Stream drawn = stream("flip", ++flips_);
  constexpr int tries = 32;
  for (int i = 0; i < tries; ++i) {
    const Flipped flipped{drawn.below(size), static_cast<unsigned>(drawn.below(8))};
    const bool is_hot =
        std::any_of(there.unsynced.begin(), there.unsynced.end(), [&](const auto& operation) {
          return flipped.offset >= operation.offset &&
                 flipped.offset < operation.offset + operation.length;
        });
    ByteArray<1> byte{};
    there.durable.read(flipped.offset, byte);
    ByteArray<1> shown{};
    there.visible.read(flipped.offset, shown);
    if (is_hot || byte != shown) continue;
    byte[0] = static_cast<std::uint8_t>(byte[0] ^ (1U << flipped.bit));
    there.durable.write(flipped.offset, byte);
    there.visible.write(flipped.offset, byte);
    return flipped;
  }
  return std::nullopt;
}

void Disk::lose(const std::string& file) {
  state_->names.erase(file);
  state_->durable_names.erase(file);
  std::erase_if(state_->unsynced,
                [&](const auto& naming) { return naming.to == file || naming.from == file; });
  forget_unreachable();
}

// --- plain files

std::vector<std::string> Disk::names() const {
  std::vector<std::string> names;
  for (const auto& [name, inode] : state_->names) names.push_back(name);
  return names;
}

Result<Bytes> Disk::read(const std::string& file) {
  const std::optional<Inode> inode = find(file);
  if (!inode || is_down_) return failed(file);
  Bytes bytes(static_cast<std::size_t>(size_of(*inode)));
  if (!read_at(*inode, 0, bytes)) return failed(file);
  return bytes;
}

Status Disk::write(const std::string& file, ByteView bytes) {
  std::optional<Inode> inode = find(file);
  if (!inode) inode = create(file);
  if (!inode) return failed(file);
  if (size_of(*inode) > 0 && truncate(*inode, 0) != Outcome::well) return failed(file);
  if (write_at(*inode, 0, bytes) != Outcome::well) return failed(file);
  return Done{};
}

Status Disk::sync(const std::string& file) {
  const std::optional<Inode> inode = find(file);
  if (!inode || sync_inode(*inode) != Outcome::well) return failed(file);
  return Done{};
}

Status Disk::rename(const std::string& from, const std::string& to) {
  const std::optional<Inode> inode = find(from);
  if (!inode || !begin_operation()) return failed(from);
  state_->names.erase(from);
  state_->names[to] = *inode;
  state_->unsynced.push_back({from, to, *inode});
  return Done{};
}

Status Disk::sync_folder() {
  if (sync_names() != Outcome::well) return failed("/");
  return Done{};
}

Status Disk::put_durably(const std::string& file, ByteView bytes) {
  const std::string unnamed = file + ".new";
  QUORATE_CHECK(write(unnamed, bytes));
  return name_durably(unnamed, file);
}

// --- store::Files

std::vector<std::string> Disk::names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (is_down_) return names;
  for (const auto& [name, inode] : state_->names) {
    const std::filesystem::path path(name);
    if (path.parent_path() == folder) names.push_back(path.filename().string());
  }
  return names;
}

Status Disk::create_private(const std::filesystem::path& file) {
  if (is_down_) return failed(file.string());
  if (find(file.string())) return Done{};
  if (!create(file.string())) return failed(file.string());
  return Done{};
}

Status Disk::name_durably(const std::filesystem::path& written, const std::filesystem::path& file) {
  QUORATE_CHECK(sync(written.string()));
  QUORATE_CHECK(rename(written.string(), file.string()));
  return sync_folder();
}

void Disk::remove(const std::filesystem::path& file) { (void)unlink(file.string()); }

}  // namespace quorate::sim

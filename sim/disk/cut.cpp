// What a power cut leaves.

#include <algorithm>
#include <array>

#include "sim/disk/state.h"

namespace quorate::sim {
namespace {

constexpr std::size_t piece_size = 512;
constexpr std::size_t sector_size = 4096;

constexpr std::array<std::string_view, 5> cut_names = {"drop", "keep", "subset", "torn", "sector"};

Bytes garbage(std::size_t size, Stream& stream) {
  Bytes bytes(size);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 8 == 0) word = stream.next();
    bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
  }
  return bytes;
}

enum class Fate { kept, lost, garbled };

Fate draw(Cut cut, Stream& stream) {
  const std::uint64_t drawn = stream.below(4);
  if (drawn < 2) return Fate::kept;
  const bool garbles = cut == Cut::torn || cut == Cut::sector;
  return drawn == 3 && garbles ? Fate::garbled : Fate::lost;
}

// One piece of what was being written.
void settle_piece(Content& durable, std::uint64_t offset, ByteView data, Cut cut, Stream& stream) {
  switch (draw(cut, stream)) {
    case Fate::kept: durable.write(offset, data); return;
    case Fate::lost: return;
    case Fate::garbled: break;
  }
  if (cut == Cut::torn) {
    durable.write(offset, garbage(data.size(), stream));
    return;
  }
  const std::uint64_t begin = offset / sector_size * sector_size;
  const std::uint64_t end =
      std::min(begin + sector_size, std::max(durable.size(), offset + data.size()));
  durable.write(begin, garbage(static_cast<std::size_t>(end - begin), stream));
}

}  // namespace

std::string_view name(Cut cut) { return cut_names[static_cast<std::size_t>(cut)]; }

std::optional<Cut> cut_named(std::string_view name) {
  const auto* found = std::find(cut_names.begin(), cut_names.end(), name);
  if (found == cut_names.end()) return std::nullopt;
  return static_cast<Cut>(found - cut_names.begin());
}

void Disk::State::File::settle_some(Cut cut, Stream& stream) {
  for (const Operation& operation : unsynced) {
    if (operation.kind == Operation::Kind::truncate) {
      if (draw(Cut::subset, stream) == Fate::kept) durable.resize(operation.offset);
      continue;
    }
    ByteView rest = data_of(operation);
    std::uint64_t offset = operation.offset;
    while (!rest.empty()) {
      const std::size_t to_boundary = piece_size - static_cast<std::size_t>(offset % piece_size);
      const std::size_t length = std::min(rest.size(), to_boundary);
      settle_piece(durable, offset, rest.first(length), cut, stream);
      offset += length;
      rest = rest.subspan(length);
    }
  }
}

void Disk::State::make_durable(const Naming& naming) {
  if (!naming.from.empty()) durable_names.erase(naming.from);
  if (!naming.to.empty()) durable_names[naming.to] = naming.inode;
}

void Disk::State::lose(Cut cut, Stream& stream) {
  std::size_t kept = 0;
  if (cut == Cut::keep) {
    kept = unsynced.size();
  } else if (cut != Cut::drop) {
    kept = static_cast<std::size_t>(stream.below(unsynced.size() + 1));
  }
  for (std::size_t i = 0; i < kept; ++i) make_durable(unsynced[i]);
  for (auto& [inode, file] : files) {
    if (cut == Cut::keep) {
      file.durable = file.visible;
    } else if (cut != Cut::drop) {
      file.settle_some(cut, stream);
    }
  }
  *this = after_cut();
}

Disk::State Disk::State::after_cut() const {
  State after;
  after.last = last;
  after.names = durable_names;
  after.durable_names = durable_names;
  for (const auto& [name, inode] : durable_names) {
    const Content& content = files.at(inode).durable;
    after.files[inode] = File{content, content, {}, {}, false};
  }
  return after;
}

}  // namespace quorate::sim

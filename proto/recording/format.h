// The file of a recording: what went into one core, entry by entry, so that it can be run again
// (docs/recordings.md). What the bodies hold is the recorded side's own: client/recording,
// node/recording.
//
//   file    "QREC" ‖ u8 version ‖ u8 core ‖ entry ‖ entry ‖ ...
//   entry   u32 length of what follows ‖ u8 kind ‖ u64 time_ms ‖ body ‖ check (8)
//   check   the first 8 bytes of hash("recording", the check before ‖ entry without its check);
//           before the first entry the six bytes of the header
//
// The checks find a byte that was changed by accident or in an editor. They are no signature: who
// wants to can write another recording.

#pragma once

#include <cstdint>

#include "crypto/base/bytes.h"

namespace quorate::recording {

enum class Core : std::uint8_t { coordinator = 1, node = 2 };

struct Entry {
  std::uint8_t kind;
  std::uint64_t time_ms;  // of the recorded side's clock
  Bytes body;

  friend bool operator==(const Entry&, const Entry&) = default;
};

inline constexpr std::uint8_t format_version = 1;
inline constexpr std::size_t largest_body = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t check_size = 8;

}  // namespace quorate::recording

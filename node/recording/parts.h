// Fields that several entries have. The room's own.

#pragma once

#include "crypto/ed25519/point.h"
#include "node/core/core.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::recording {

inline constexpr std::size_t longest_text = std::size_t{4} * 1024 * 1024;

inline void put(layout::Writer& out, const node::Now& now) {
  out.u64(now.wall_ms)
      .u64(static_cast<std::uint64_t>(now.clocks.monotonic_ms))
      .u64(static_cast<std::uint64_t>(now.clocks.wall_minus_boot_ms));
}

inline Result<node::Now> read_now(layout::Reader& in) {
  node::Now now;
  QUORATE_TRY(now.wall_ms, in.u64("wall_ms"));
  QUORATE_TRY(const std::uint64_t monotonic_ms, in.u64("monotonic_ms"));
  QUORATE_TRY(const std::uint64_t wall_minus_boot_ms, in.u64("wall_minus_boot_ms"));
  now.clocks = {static_cast<std::int64_t>(monotonic_ms),
                static_cast<std::int64_t>(wall_minus_boot_ms)};
  return now;
}

inline Result<std::string> read_text(layout::Reader& in, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, in.blob(longest_text, field));
  return std::string(text_of(bytes));
}

inline Result<Bytes> read_bytes(layout::Reader& in, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, in.blob(longest_text, field));
  return Bytes(bytes.begin(), bytes.end());
}

inline Result<ed25519::Point> read_point(layout::Reader& in, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, in.raw(32, field));
  Result<ed25519::Point> point = ed25519::Point::parse(bytes);
  if (!point) return fail(Code::malformed, std::string(field) + " is no point");
  return *point;
}

// A truth value: 0 or 1.
inline Result<bool> read_truth(layout::Reader& in, std::string_view field) {
  QUORATE_TRY(const std::uint8_t value, in.u8(field));
  if (value > 1) return fail(Code::malformed, std::string(field) + " is neither 0 nor 1");
  return value == 1;
}

}  // namespace quorate::recording

#include "proto/wire/frame.h"

#include <string>

namespace quorate::wire {
namespace {

constexpr std::size_t header_size = 4;

Status check_length(std::size_t length) {
  if (length == 0) return fail(Code::malformed, "a frame of length zero");
  if (length > longest_message) {
    return fail(Code::too_large, "a frame of " + std::to_string(length) + " bytes; at most " +
                                     std::to_string(longest_message) + " are allowed");
  }
  return Done{};
}

}  // namespace

void FrameReader::feed(ByteView arrived) {
  // What was taken goes first, so that the buffer never grows beyond one frame and one feed.
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  append(buffer_, arrived);
}

Result<std::optional<Bytes>> FrameReader::next() {
  const ByteView rest = ByteView(buffer_).subspan(taken_);
  if (rest.size() < header_size) return std::optional<Bytes>();
  std::size_t length = 0;
  for (std::size_t i = 0; i < header_size; ++i) length = (length << 8U) | rest[i];
  QUORATE_CHECK(check_length(length));
  if (rest.size() - header_size < length) return std::optional<Bytes>();
  const ByteView message = rest.subspan(header_size, length);
  taken_ += header_size + length;
  return std::optional<Bytes>(Bytes(message.begin(), message.end()));
}

Result<Bytes> frame(ByteView message) {
  QUORATE_CHECK(check_length(message.size()));
  Bytes out;
  out.reserve(header_size + message.size());
  for (std::size_t shift = 8 * header_size; shift > 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(message.size() >> (shift - 8)));
  }
  append(out, message);
  return out;
}

}  // namespace quorate::wire

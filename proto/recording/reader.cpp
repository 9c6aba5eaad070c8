#include "proto/recording/reader.h"

#include "proto/layout/reader.h"
#include "proto/recording/entry.h"

namespace quorate::recording {

Result<Reader> Reader::open(ByteView bytes) {
  const bool has_header =
      bytes.size() >= header_size && text_of(bytes.first(magic.size())) == magic;
  if (!has_header) return fail(Code::malformed, "this file is no recording");
  if (bytes[4] != format_version) {
    return fail(Code::malformed, "a recording of version " + std::to_string(bytes[4]) +
                                     "; this release reads version " +
                                     std::to_string(format_version));
  }
  if (bytes[5] != static_cast<std::uint8_t>(Core::coordinator) &&
      bytes[5] != static_cast<std::uint8_t>(Core::node)) {
    return fail(Code::malformed, "a recording of something that this release does not know");
  }
  const ByteView header = bytes.first(header_size);
  return Reader(static_cast<Core>(bytes[5]), bytes.subspan(header_size),
                Bytes(header.begin(), header.end()));
}

Result<std::optional<Entry>> Reader::next() {
  if (rest_.empty()) return std::optional<Entry>();
  const std::string place = "entry " + std::to_string(count_ + 1);
  if (rest_.size() < length_size) {
    is_cut_ = true;
    return std::optional<Entry>();
  }
  layout::Reader reader(rest_);
  QUORATE_TRY(const std::uint32_t length, reader.u32("length"));
  if (length < fixed_size) return fail(Code::malformed, place + " is shorter than any");
  if (length > largest_body + fixed_size) {
    return fail(Code::too_large, place + " claims to be longer than any");
  }
  if (reader.left() < length) {
    is_cut_ = true;
    return std::optional<Entry>();
  }
  const ByteView covered = rest_.first(length_size + length - check_size);
  Bytes check = check_of(check_, covered);
  if (!std::ranges::equal(check, rest_.subspan(covered.size(), check_size))) {
    return fail(Code::malformed, place + " was changed after it was written");
  }
  QUORATE_TRY(const std::uint8_t kind, reader.u8("kind"));
  QUORATE_TRY(const std::uint64_t time_ms, reader.u64("time"));
  QUORATE_TRY(const ByteView body, reader.raw(length - fixed_size, "body"));
  check_ = std::move(check);
  rest_ = rest_.subspan(length_size + length);
  ++count_;
  return std::optional<Entry>(Entry{kind, time_ms, Bytes(body.begin(), body.end())});
}

}  // namespace quorate::recording

// Frames: how messages follow each other on a connection. docs/protocol.md, "Channel".
//
//   frame   u32 length, big-endian, 1 to 1,048,576 ‖ that many bytes: one message
//
//   FrameReader reader;
//   reader.feed(what_arrived);
//   while (true) {
//     QUORATE_TRY(std::optional<Bytes> message, reader.next());
//     if (!message) break;          // wait for more
//     ...
//   }
//
// The length is judged before anything is kept for it: four bytes never cost a megabyte.

#pragma once

#include <optional>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::wire {

constexpr std::size_t longest_message = 1'048'576;

class FrameReader {
 public:
  // Takes what arrived. Whoever calls next() until it is empty after each feed() holds at most one
  // incomplete message and what was fed last.
  void feed(ByteView arrived);

  // The next complete message, or nothing yet. Refuses a length of zero (`malformed`) and one above
  // the limit (`too_large`), and then says the same for ever: there is no telling where the next
  // frame begins.
  [[nodiscard]] Result<std::optional<Bytes>> next();

  // Whether a frame has begun and is not complete: its deadline runs.
  bool is_inside_frame() const { return taken_ < buffer_.size(); }

 private:
  Bytes buffer_;
  std::size_t taken_ = 0;  // of the buffer, by earlier calls of next()
};

// The message with its length in front. Refuses an empty one (`malformed`) and one above the limit
// (`too_large`).
[[nodiscard]] Result<Bytes> frame(ByteView message);

}  // namespace quorate::wire

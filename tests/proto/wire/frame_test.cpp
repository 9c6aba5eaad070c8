#include "proto/wire/frame.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace quorate::wire {
namespace {

Bytes must_frame(ByteView message) {
  const Result<Bytes> framed = frame(message);
  EXPECT_TRUE(framed.has_value());
  return framed.value_or(Bytes());
}

TEST(Frame, IsTheLengthBigEndianAndTheMessage) {
  const Bytes message{0xAA, 0xBB, 0xCC};
  EXPECT_EQ(must_frame(message), (Bytes{0, 0, 0, 3, 0xAA, 0xBB, 0xCC}));
}

TEST(Frame, HoldsOneToOneMebibyte) {
  EXPECT_EQ(frame(Bytes{}).error().code, Code::malformed);
  EXPECT_EQ(frame(Bytes(longest_message + 1)).error().code, Code::too_large);
  const Bytes longest = must_frame(Bytes(longest_message, 7));
  EXPECT_EQ(Bytes(longest.begin(), longest.begin() + 4), (Bytes{0, 0x10, 0, 0}));

  FrameReader reader;
  reader.feed(longest);
  const auto message = reader.next();
  ASSERT_TRUE(message.has_value() && message->has_value());
  EXPECT_EQ(**message, Bytes(longest_message, 7));
}

RC_GTEST_PROP(Frame, MessagesComeOutAsTheyWentInHoweverTheStreamIsCut, ()) {
  const auto messages =
      *rc::gen::container<std::vector<Bytes>>(rc::gen::nonEmpty(rc::gen::arbitrary<Bytes>()));
  Bytes stream;
  for (const Bytes& message : messages) append(stream, must_frame(message));

  FrameReader reader;
  std::vector<Bytes> read;
  std::size_t at = 0;
  while (at < stream.size()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, stream.size() - at + 1);
    reader.feed(ByteView(stream).subspan(at, size));
    at += size;
    while (true) {
      const auto next = reader.next();
      RC_ASSERT(next.has_value());
      if (!*next) break;
      read.push_back(**next);
    }
  }
  RC_ASSERT(read == messages);
  RC_ASSERT(!reader.is_inside_frame());
}

TEST(Frame, OfLengthZeroIsRefusedForEver) {
  FrameReader reader;
  reader.feed(Bytes{0, 0, 0, 0});
  EXPECT_EQ(reader.next().error().code, Code::malformed);
  reader.feed(must_frame(Bytes{1}));
  EXPECT_EQ(reader.next().error().code, Code::malformed);
}

TEST(Frame, ThatIsTooLongIsRefusedByItsFirstFourBytes) {
  for (const Bytes& header : {Bytes{0, 0x10, 0, 1}, Bytes{0xFF, 0xFF, 0xFF, 0xFF}}) {
    FrameReader reader;
    reader.feed(header);
    EXPECT_EQ(reader.next().error().code, Code::too_large);
  }
}

TEST(Frame, IsBegunFromItsFirstByteToItsLast) {
  FrameReader reader;
  EXPECT_FALSE(reader.is_inside_frame());
  for (const std::uint8_t byte : Bytes{0, 0, 0, 2, 5}) {
    reader.feed(Bytes{byte});
    const auto next = reader.next();
    ASSERT_TRUE(next.has_value());
    EXPECT_FALSE(next->has_value());
    EXPECT_TRUE(reader.is_inside_frame());
  }
  reader.feed(Bytes{6});
  const auto next = reader.next();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(*next, (Bytes{5, 6}));
  EXPECT_FALSE(reader.is_inside_frame());
}

}  // namespace
}  // namespace quorate::wire

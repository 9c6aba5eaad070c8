#include "crypto/base/secret_bytes.h"

#include <cstring>
#include <new>
#include <ostream>
#include <type_traits>

#include <gtest/gtest.h>

namespace quorate {
namespace {

using Secret = SecretBytes<32>;

template <typename T>
concept comparable = requires(const T& a, const T& b) {
  a == b;
};
template <typename T>
concept printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!comparable<Secret> && !printable<Secret>);
// Bytes do not turn into a secret, nor a secret into bytes, without a word.
static_assert(!std::is_convertible_v<std::span<std::uint8_t, 32>, Secret>);
static_assert(!std::is_convertible_v<Secret, ByteView>);

ByteArray<32> pattern() {
  ByteArray<32> bytes;
  bytes.fill(0x5a);
  return bytes;
}

const ByteArray<32> zeroes{};

// Memory that outlives what was built in it, looked at byte by byte.
template <typename T>
class Grave {
 public:
  Grave() { std::memset(memory_, 0xff, sizeof memory_); }
  template <typename... Arguments>
  T* build(Arguments&&... arguments) {
    return new (memory_) T(std::forward<Arguments>(arguments)...);
  }
  ByteArray<sizeof(T)> look() const {
    ByteArray<sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes[i] = static_cast<const volatile unsigned char*>(memory_)[i];
    }
    return bytes;
  }

 private:
  alignas(T) unsigned char memory_[sizeof(T)];
};

TEST(SecretBytes, TakesTheBytesAndWipesWhereTheyCameFrom) {
  ByteArray<32> source = pattern();
  const Secret secret{std::span<std::uint8_t, 32>(source)};
  EXPECT_EQ(secret.expose(), pattern());
  EXPECT_EQ(source, zeroes);
}

TEST(SecretBytes, LeavesNothingInMemoryWhenItDies) {
  Grave<Secret> grave;
  ByteArray<32> source = pattern();
  Secret* secret = grave.build(std::span<std::uint8_t, 32>(source));
  ASSERT_EQ(grave.look(), pattern());
  secret->~Secret();
  EXPECT_EQ(grave.look(), zeroes);
}

TEST(SecretBytes, LeavesNothingWhereItWasMovedFrom) {
  ByteArray<32> source = pattern();
  Secret first{std::span<std::uint8_t, 32>(source)};
  Secret second = std::move(first);
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): this is the question
  EXPECT_EQ(first.expose(), zeroes);
  EXPECT_EQ(second.expose(), pattern());

  Secret third;
  EXPECT_EQ(third.expose(), zeroes);
  third = std::move(second);
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): this is the question
  EXPECT_EQ(second.expose(), zeroes);
  EXPECT_EQ(third.expose(), pattern());

  Secret& itself = third;
  third = std::move(itself);
  EXPECT_EQ(third.expose(), pattern());
}

TEST(SecretBytes, IsFilledThroughWritable) {
  Secret secret;
  secret.writable()[31] = 1;
  EXPECT_EQ(secret.expose()[31], 1);
}

}  // namespace
}  // namespace quorate

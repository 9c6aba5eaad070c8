#include "client/cli/file_digest.h"

#include <gtest/gtest.h>

#include <fstream>

#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

std::filesystem::path file_with(const std::string& name, const std::string& content) {
  auto path = std::filesystem::path(::testing::TempDir()) / ("digest-" + name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

// FIPS 180-4, examples of SHA-512.
TEST(FileDigest, IsSha512) {
  EXPECT_EQ(to_hex(digest_file(file_with("abc", "abc"), {})->sha512),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(to_hex(digest_file(file_with("empty", ""), {})->sha512),
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
}

// A million times "a", from the same examples: more than one piece of the file.
TEST(FileDigest, ReadsFilesOfAnySizeInPieces) {
  std::uint64_t seen = 0;
  const auto digest = digest_file(file_with("million", std::string(1'000'000, 'a')),
                                  [&](std::uint64_t done) { seen = done; });
  EXPECT_EQ(digest->size, 1'000'000u);
  EXPECT_EQ(seen, 1'000'000u);
  EXPECT_EQ(to_hex(digest->sha512),
            "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
            "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

TEST(FileDigest, SaysWhatIsWrongWithTheFile) {
  const auto missing = digest_file("/nowhere/at/all", {});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Code::io);
  EXPECT_NE(missing.error().message.find("/nowhere/at/all"), std::string::npos);
  EXPECT_FALSE(digest_file(::testing::TempDir(), {}).has_value());  // a folder
}

}  // namespace
}  // namespace quorate::cli

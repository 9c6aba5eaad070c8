#include "client/cli/root_words.h"

#include <gtest/gtest.h>

#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

ceremony::EpochRecord record_of(const char* key) {
  const ed25519::Point point = ed25519::Point::parse(from_hex(key).value()).value();
  const auto member = [&](std::uint16_t index) {
    return ceremony::Member{frost::Identifier::make(index).value(), point};
  };
  return {"ssh-users", "ssh-user-ca", {1, 2, {member(1), member(2)}}, {point, point}, {}};
}

// RFC 8410 section 10.1.
TEST(RootWords, WriteAKeyAsPem) {
  EXPECT_EQ(pem(record_of("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")),
            "-----BEGIN PUBLIC KEY-----\n"
            "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
            "-----END PUBLIC KEY-----\n");
}

// RFC 8037 appendix A.2.
TEST(RootWords, WriteAKeyAsJwk) {
  const Json key =
      jwk(record_of("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
  EXPECT_EQ(key["kty"], "OKP");
  EXPECT_EQ(key["crv"], "Ed25519");
  EXPECT_EQ(key["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

// RFC 8709 section 4: string "ssh-ed25519", string of 32 bytes; in base64 with the type in front.
TEST(RootWords, WriteAKeyAsALineOfAuthorizedKeys) {
  EXPECT_EQ(ssh_line(record_of("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")),
            "ssh-ed25519 "
            "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea ssh-users");
}

}  // namespace
}  // namespace quorate::cli

#include "proto/document/armour.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "proto/document/ssh_key.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::bytes_of_hex;
using testing::code_of;

constexpr std::string_view label = "SSH SIGNATURE";

Bytes some_bytes() {
  Bytes bytes(100);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

// RFC 4648 section 10.
TEST(Base64, KnowsTheVectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(bytes_of(plain)), encoded);
    EXPECT_EQ(text_of(from_base64(encoded).value()), plain);
  }
  EXPECT_EQ(to_base64_unpadded(bytes_of("f")), "Zg");
}

TEST(Base64, RefusesEveryOtherFormOfTheSameBytes) {
  for (const std::string_view text :
       {"Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Zg== ", "Zm9v=", "Zm9vYmF_", "Z", "Zg==Zg=="}) {
    EXPECT_EQ(code_of(from_base64(text)), Code::malformed) << text;
  }
}

TEST(Armour, IsThatOfTheRequestFile) {
  const auto& request = testing::requests()["request"];
  const Bytes bytes = bytes_of_hex(request["request"].get<std::string>());
  const std::string file = request["file"];
  EXPECT_EQ(armour("QUORATE REQUEST", bytes), file);
  EXPECT_EQ(from_armour("QUORATE REQUEST", file, bytes.size()).value(), bytes);
}

TEST(Armour, RefusesEveryOtherWayToWriteIt) {
  const std::string good = armour(label, some_bytes());
  ASSERT_TRUE(from_armour(label, good, 1000).has_value());
  std::string one_long_line = good;
  one_long_line.erase(good.find('\n', good.find('\n') + 1), 1);
  const std::string other_forms[] = {
      "",
      "text before\n" + good,
      good + "text after\n",
      good + "\n",
      good.substr(0, good.size() - 1),
      replaced(good, "-----\n", "-----\r\n"),
      replaced(good, "-----\n", "-----\n\n"),
      replaced(good, "\n-----END", "\n\n-----END"),
      replaced(good, "BEGIN SSH", "BEGIN QUORATE"),
      replaced(good, "END SSH", "END QUORATE"),
      replaced(good, "AAECAw", "AAECA\nw"),
      replaced(good, "AAECAw", " AAECAw"),
      one_long_line,
      armour(label, {}),
      "-----BEGIN SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
  };
  for (const std::string& text : other_forms) {
    EXPECT_EQ(code_of(from_armour(label, text, 1000)), Code::malformed) << text;
  }
}

TEST(Armour, HoldsNoMoreThanTheLimit) {
  const std::string text = armour(label, some_bytes());
  EXPECT_TRUE(from_armour(label, text, 100).has_value());
  EXPECT_EQ(code_of(from_armour(label, text, 99)), Code::too_large);
  EXPECT_EQ(code_of(from_armour(label, text, 10)), Code::too_large);
}

TEST(Line, IsTypeBase64AndComment) {
  const Bytes blob = ed25519_blob({});
  const std::string bare = "ssh-ed25519 " + to_base64(blob);
  EXPECT_EQ(to_line(blob, ""), bare);
  EXPECT_EQ(to_line(blob, "alice at home"), bare + " alice at home");
  const auto line = from_line(bare + " alice at home\n", 1000);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->type, "ssh-ed25519");
  EXPECT_EQ(line->blob, blob);
  EXPECT_EQ(line->comment, "alice at home");
}

TEST(Line, RefusesWhatSshKeygenWouldNotHaveWritten) {
  const std::string encoded = to_base64(ed25519_blob({}));
  const std::string lines[] = {
      "",
      "ssh-ed25519",
      "ssh-ed25519 ",
      "ssh-rsa " + encoded,
      " ssh-ed25519 " + encoded,
      "ssh-ed25519  " + encoded,
      "ssh-ed25519 " + encoded + "\n\n",
      "ssh-ed25519 " + encoded + "\r\n",
      "ssh-ed25519 " + encoded + " tab\there",
      "no-pty ssh-ed25519 " + encoded,
      "ssh-ed25519 AAAA",
      "\xfc AAAAAfw=",  // a type that to_line() would not write
  };
  for (const std::string& line : lines) {
    EXPECT_EQ(code_of(from_line(line, 1000)), Code::malformed) << line;
  }
  EXPECT_EQ(code_of(from_line("ssh-ed25519 " + encoded, 50)), Code::too_large);
}

RC_GTEST_PROP(ArmourProperty, EveryChangedCharacterIsRefusedOrGivesOtherBytes, (Bytes bytes)) {
  RC_PRE(!bytes.empty());
  std::string text = armour(label, bytes);
  RC_ASSERT(from_armour(label, text, bytes.size()).value() == bytes);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto character = *rc::gen::arbitrary<char>();
  RC_PRE(text[at] != character);
  text[at] = character;
  const auto changed = from_armour(label, text, bytes.size());
  RC_ASSERT(!changed || *changed != bytes);
}

}  // namespace
}  // namespace quorate::ssh

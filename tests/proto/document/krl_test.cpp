#include "proto/document/krl.h"

#include "crypto/base/hex.h"
#include "proto/document/armour.h"
#include "proto/document/sshsig.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::array_of_hex;
using testing::bytes_of_hex;
using testing::code_of;

ByteArray<32> digest_of_fingerprint(std::string fingerprint) {
  fingerprint.erase(0, std::string_view("SHA256:").size());
  const Bytes digest = from_base64(fingerprint + "=").value();
  return array_of_hex(to_hex(digest));
}

// The KRL that a node builds from the list of the samples, and the SSHSIG over it.
TEST(Krl, IsTheSampleOfTheList) {
  const auto& requests = testing::requests();
  const auto& list_json = requests["statements"]["revocation"]["fields"]["payload"];
  const auto list = nlohmann::json::parse(list_json.get<std::string>());
  Krl krl{list["number"], list["issued"], list["list"], {}, {}};
  for (const auto& entry : list["entries"]) {
    const std::string value = entry["value"];
    if (entry["type"] == "key") krl.keys.insert(digest_of_fingerprint(value));
    if (entry["type"] == "serial") {
      const PublicKey root =
          PublicKey::parse(ed25519_blob(array_of_hex(value.substr(0, 64)))).value();
      krl.roots.push_back({root, {std::stoull(value.substr(65))}, {}});
    }
  }
  const auto& sample = requests["statements"]["krl"];
  const Bytes bytes = krl.bytes().value();
  EXPECT_EQ(bytes, bytes_of_hex(sample["krl"].get<std::string>()));
}

// The sample of the documents, except for its range of serials, which we never write.
TEST(Krl, ListsSerialsKeyIdsAndKeysAsInTheSample) {
  const auto& sample = testing::documents()["krl"];
  const std::string ca = sample["ca"];
  const auto root = testing::signing_key(ca.substr(std::string("seed ").size()));
  std::string expected = sample["hex"];
  const std::string range =
      "2100000010"
      "0000000000000064"
      "00000000000000c8";
  const std::size_t at = expected.find(range);
  ASSERT_NE(at, std::string::npos);
  expected.erase(at, range.size());
  const std::string length = "010000007c";
  ASSERT_NE(expected.find(length), std::string::npos);
  expected.replace(expected.find(length), length.size(), "0100000067");

  const Krl krl{12,
                1'700'000'000,
                "root ssh-users",
                {{PublicKey::of(root.public_key()), {77, 5}, {"kid-b", "kid-a"}}},
                {array_of_hex("e0bff83e19dfe02bc02d76b24ef3b5d6562834301e9a379b96ddc507ba34730d"),
                 array_of_hex("83cf6b9b8cae4f5fb44b889173a49a8fce5d6dd9bc501230f2237b4f42c7cf12")}};
  EXPECT_EQ(to_hex(krl.bytes().value()), expected);
}

TEST(Krl, LeavesOutWhatHasNoContent) {
  const Krl nobody{1, 2, "c", {{testing::root_key(), {}, {}}}, {}};
  EXPECT_EQ(to_hex(nobody.bytes().value()),
            "5353484b524c0a00"
            "00000001"
            "0000000000000001"
            "0000000000000002"
            "0000000000000000"
            "00000000"
            "0000000163");
}

// sshd refuses such a file as a whole, and then denies everybody.
TEST(Krl, NeverNamesSerialZero) {
  const Krl krl{1, 2, "", {{testing::root_key(), {0, 5}, {}}}, {}};
  EXPECT_EQ(code_of(krl.bytes()), Code::malformed);
}

}  // namespace
}  // namespace quorate::ssh

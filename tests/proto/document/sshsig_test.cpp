#include "proto/document/sshsig.h"

#include <sodium.h>

#include "proto/document/armour.h"
#include "proto/document/ssh_buffer.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::bytes_of_hex;
using testing::code_of;
using testing::documents;
using testing::read_vector;

constexpr std::string_view use = "quorate-request";
const Bytes ask = {'w', 'h', 'a', 't', ' ', 'I', ' ', 'a', 's', 'k'};

ByteArray<64> sha512(ByteView bytes) {
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), bytes.data(), bytes.size());
  return digest;
}

Sshsig evidence(std::string_view name_space = use) {
  const auto person = testing::some_key(1);
  const Bytes signed_bytes = signed_data(name_space, sha512(ask));
  return {PublicKey::of(person.public_key()), std::string(name_space), MessageHash::sha512,
          ed25519_signature_blob(person.sign(signed_bytes))};
}

// The blob field by field, so that a test can break one.
struct Parts {
  std::string magic = "SSHSIG";
  std::uint32_t version = 1;
  Bytes key = testing::root_key().blob();
  std::string name_space = "file";
  std::string reserved;
  std::string hash = "sha512";
  Bytes signature = ed25519_signature_blob({});
  std::string behind;

  Bytes blob() const {
    return Writer()
        .raw(bytes_of(magic))
        .u32(version)
        .string(key)
        .text(name_space)
        .text(reserved)
        .text(hash)
        .string(signature)
        .raw(bytes_of(behind))
        .bytes();
  }
};

TEST(Sshsig, ReadsAndVerifiesTheSamples) {
  for (const auto& sample : documents()["sshsig"]) {
    const std::string name = sample["name"];
    const std::string armour = sample["armored"];
    const auto sshsig = Sshsig::parse_armour(armour);
    ASSERT_TRUE(sshsig.has_value()) << name << ": " << sshsig.error().message;
    EXPECT_EQ(sshsig->armour(), armour) << name;
    EXPECT_EQ(Sshsig::parse_blob(sshsig->blob()).value(), *sshsig) << name;
    EXPECT_EQ(sshsig->key.blob(), bytes_of_hex(sample["public_blob_hex"].get<std::string>()));
    EXPECT_EQ(sshsig->hash, MessageHash::sha512) << name;
    const std::string name_space = sample["namespace"];
    const Bytes text = bytes_of_hex(sample["message_hex"].get<std::string>());
    if (sample.contains("tbs_hex")) {
      EXPECT_EQ(signed_data(name_space, sha512(text)),
                bytes_of_hex(sample["tbs_hex"].get<std::string>()))
          << name;
    }
    const auto verification = verify(*sshsig, name_space, text);
    if (name == "sk-ed25519 flags 0") {  // ssh-keygen -Y verify accepts this one
      EXPECT_EQ(code_of(verification), Code::touch_required);
      continue;
    }
    ASSERT_TRUE(verification.has_value()) << name << ": " << verification.error().message;
    EXPECT_EQ(verification->fido.has_value(), name.starts_with("sk-")) << name;
    if (verification->fido) {
      EXPECT_EQ(verification->fido->person_verified(), name.ends_with("flags 5")) << name;
    }
  }
}

TEST(Sshsig, ReadsAndVerifiesTheSamplesOfOpenssh) {
  const std::string text = read_vector("openssh/sshsig/signed-data");
  const std::string name_space = read_vector("openssh/sshsig/namespace");
  for (const std::string name : {"ed25519", "ecdsa", "rsa", "ed25519_sk", "ecdsa_sk"}) {
    const std::string armour = read_vector("openssh/sshsig/" + name + ".sig");
    const auto sshsig = Sshsig::parse_armour(armour);
    ASSERT_TRUE(sshsig.has_value()) << name << ": " << sshsig.error().message;
    EXPECT_EQ(sshsig->armour(), armour) << name;
    EXPECT_EQ(sshsig->key, PublicKey::parse_line(read_vector("openssh/sshsig/" + name + ".pub")));
    const auto verification = verify(*sshsig, name_space, bytes_of(text));
    ASSERT_TRUE(verification.has_value()) << name << ": " << verification.error().message;
    if (is_fido(sshsig->key.kind())) {
      EXPECT_EQ(verification->fido, (Fido{0x01, 0x12345678}));
    }
    EXPECT_EQ(code_of(verify(*sshsig, name_space, bytes_of(text + "."))), Code::signature_invalid);
  }
}

TEST(Sshsig, RefusesTheBrowserFormOfFido) {
  const auto sshsig = Sshsig::parse_armour(read_vector("openssh/sshsig/ecdsa_sk_webauthn.sig"));
  ASSERT_TRUE(sshsig.has_value()) << sshsig.error().message;
  EXPECT_EQ(
      code_of(verify(*sshsig, "unittest", bytes_of(read_vector("openssh/sshsig/signed-data")))),
      Code::signature_invalid);
}

TEST(Sshsig, JudgesTheEvidenceOfARequest) {
  const auto& request = testing::requests()["request"];
  const auto sshsig =
      Sshsig::parse_blob(bytes_of_hex(request["requester_sshsig"].get<std::string>()));
  ASSERT_TRUE(sshsig.has_value());
  EXPECT_EQ(sshsig->armour(), request["requester_armour"].get<std::string>());
  const std::string statement = testing::requests()["statements"]["ssh-user"]["statement"];
  EXPECT_TRUE(verify(*sshsig, use, bytes_of_hex(statement)).has_value());
}

TEST(Sshsig, RefusesEveryBrokenField) {
  ASSERT_TRUE(Sshsig::parse_blob(Parts().blob()).has_value());
  Parts broken[17];
  std::size_t n = 0;
  broken[n++].magic = "SSHSIH";
  broken[n++].version = 0;  // ssh-keygen accepts it
  broken[n++].version = 2;
  broken[n++].key = {};
  broken[n++].key = ed25519_blob({});  // of small order
  broken[n++].key = ed25519_signature_blob({});
  broken[n++].key = Writer()
                        .text("ssh-rsa")
                        .mpint(Bytes(8, 0xff))  // costs the node milliseconds
                        .mpint(Bytes(256, 0xc3))
                        .bytes();
  broken[n++].name_space = "";
  broken[n++].name_space = "file\n";
  broken[n++].name_space = std::string(256, 'n');
  broken[n++].reserved = "r";
  broken[n++].hash = "sha1";
  broken[n++].hash = "sha384";
  broken[n++].hash = "";
  broken[n++].behind = std::string(1, '\0');
  broken[n++].signature = Bytes(sshsig_limit);
  broken[n++].magic = "";
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_EQ(code_of(Sshsig::parse_blob(broken[i].blob())), Code::evidence_malformed) << i;
  }
}

TEST(Sshsig, RefusesBrokenArmour) {
  const std::string good = evidence().armour();
  ASSERT_TRUE(Sshsig::parse_armour(good).has_value());
  std::string one_line = good;
  one_line.erase(one_line.find('\n', 40), 1);
  for (const std::string& text : {std::string(), good + "x", "x" + good, one_line,
                                  armour("SSH SIGNATURE", Bytes(sshsig_limit + 1))}) {
    EXPECT_EQ(code_of(Sshsig::parse_armour(text)), Code::evidence_malformed);
  }
}

TEST(Sshsig, EveryChangedByteIsRefused) {
  const Bytes good = evidence().blob();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const std::uint8_t change : {std::uint8_t{0x01}, std::uint8_t{0x20}, std::uint8_t{0x80}}) {
      Bytes blob = good;
      blob[at] ^= change;
      const auto sshsig = Sshsig::parse_blob(blob);
      EXPECT_TRUE(!sshsig || !verify(*sshsig, use, ask)) << at;
    }
  }
}

TEST(Evidence, IsForOneUseOnly) {
  EXPECT_TRUE(verify(evidence(), use, ask).has_value());
  EXPECT_EQ(code_of(verify(evidence("file"), use, ask)), Code::namespace_wrong);
  EXPECT_EQ(code_of(verify(evidence("quorate-request "), use, ask)), Code::namespace_wrong);
}

TEST(Evidence, IsSignedOverSha512) {
  Sshsig older = evidence();
  older.hash = MessageHash::sha256;
  older.signature = ed25519_signature_blob(
      testing::some_key(1).sign(signed_data(use, MessageHash::sha256, testing::sha256(ask))));
  ASSERT_TRUE(Sshsig::parse_blob(older.blob()).has_value());
  EXPECT_EQ(code_of(verify(older, use, ask)), Code::evidence_malformed);
}

TEST(Evidence, WithABrokenSignatureIsMalformed) {
  Sshsig cut = evidence();
  cut.signature.pop_back();
  EXPECT_EQ(code_of(verify(cut, use, ask)), Code::evidence_malformed);
}

// requests.md section 4: the first code of the table that fits, whatever else is wrong.
TEST(Evidence, FailsWithTheFirstCodeOfTheTable) {
  Sshsig wrong = evidence("file");
  wrong.signature.back() ^= 1;
  EXPECT_EQ(code_of(verify(wrong, use, ask)), Code::signature_invalid);
  wrong.hash = MessageHash::sha256;
  EXPECT_EQ(code_of(verify(wrong, use, ask)), Code::evidence_malformed);

  const auto untouched =
      Sshsig::parse_armour(documents()["sshsig"][4]["armored"].get<std::string>());
  ASSERT_TRUE(untouched.has_value());
  const Bytes text = bytes_of_hex(documents()["sshsig"][4]["message_hex"].get<std::string>());
  EXPECT_EQ(code_of(verify(*untouched, "quorate-approval", text)), Code::namespace_wrong);
  EXPECT_TRUE(verify_signature(*untouched, text).has_value());
}

TEST(FileSignature, IsTheSampleOfTheSameKey) {
  const auto& sample = documents()["sshsig"][0];
  const std::string key = sample["key"];
  const auto root = testing::signing_key(key.substr(std::string("seed ").size()));
  const Bytes text = bytes_of_hex(sample["message_hex"].get<std::string>());
  const Bytes tbs = signed_data("file", sha512(text));
  EXPECT_EQ(file_signature("file", root.public_key(), root.sign(tbs)).armour(),
            sample["armored"].get<std::string>());
}

}  // namespace
}  // namespace quorate::ssh

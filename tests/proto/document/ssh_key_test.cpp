#include "proto/document/ssh_key.h"

#include <algorithm>

#include "proto/document/armour.h"
#include "proto/document/ssh_buffer.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::bytes_of_hex;
using testing::code_of;
using testing::OpensslKey;
using testing::read_vector;

Code refusal(const Bytes& blob) { return code_of(PublicKey::parse(blob)); }

Bytes ed25519_blob_of(std::string_view type, ByteView point) {
  return Writer().text(type).string(point).bytes();
}

Bytes rsa_blob(std::string_view exponent_hex, ByteView modulus) {
  return Writer().text("ssh-rsa").mpint(bytes_of_hex(exponent_hex)).mpint(modulus).bytes();
}

Bytes fido_blob(std::size_t application) {
  return Writer()
      .text("sk-ssh-ed25519@openssh.com")
      .string(testing::some_key(0).public_key().bytes())
      .text("ssh:" + std::string(application, 'x'))
      .bytes();
}

// A number with its top bit and its lowest one set.
Bytes odd_number(std::size_t bits) {
  Bytes number((bits + 7) / 8, 0x5a);
  number.front() = static_cast<std::uint8_t>(1u << ((bits - 1) % 8));
  number.back() |= 1;
  return number;
}

Bytes ecdsa_blob(ByteView point, std::string_view curve = "nistp256") {
  return Writer().text("ecdsa-sha2-nistp256").text(curve).string(point).bytes();
}

TEST(PublicKey, HasTheFingerprintsThatOpensshPublished) {
  for (const std::string name : {"ecdsa_1", "ecdsa_sk1", "ed25519_1", "ed25519_sk1"}) {
    const auto key = PublicKey::parse_line(read_vector("openssh/sshkey/" + name + ".pub"));
    ASSERT_TRUE(key.has_value()) << name << ": " << key.error().message;
    EXPECT_EQ(key->fingerprint() + "\n", read_vector("openssh/sshkey/" + name + ".fp")) << name;
  }
}

TEST(PublicKey, KnowsItsKindAndApplication) {
  const std::pair<std::string, KeyKind> samples[] = {
      {"sshsig/ed25519.pub", KeyKind::ed25519},
      {"sshsig/rsa.pub", KeyKind::rsa},
      {"sshsig/ecdsa.pub", KeyKind::ecdsa},
      {"sshsig/ed25519_sk.pub", KeyKind::fido_ed25519},
      {"sshsig/ecdsa_sk.pub", KeyKind::fido_ecdsa},
      {"sshkey/rsa_2.pub", KeyKind::rsa},
  };
  for (const auto& [name, kind] : samples) {
    const auto key = PublicKey::parse_line(read_vector("openssh/" + name));
    ASSERT_TRUE(key.has_value()) << name << ": " << key.error().message;
    EXPECT_EQ(key->kind(), kind) << name;
    EXPECT_EQ(key->application(), is_fido(kind) ? "ssh:" : "") << name;
    EXPECT_EQ(key->ed25519_point().has_value(), kind == KeyKind::ed25519) << name;
    EXPECT_EQ(PublicKey::parse(key->blob()).value(), *key) << name;
  }
}

TEST(PublicKey, IsWrittenAsTheLineItWasReadFrom) {
  const std::string line = read_vector("openssh/sshsig/ed25519.pub");
  EXPECT_EQ(PublicKey::parse_line(line).value().line("ED25519 test key") + "\n", line);
}

TEST(PublicKey, OfAPointIsThatPoint) {
  const auto point = testing::some_key(0).public_key();
  const PublicKey key = PublicKey::of(point);
  EXPECT_EQ(key.ed25519_point(), point.bytes());
  EXPECT_EQ(key.blob(), ed25519_blob(point.bytes()));
  EXPECT_EQ(PublicKey::parse(key.blob()).value(), key);
}

// Not canonical, off the curve, of small order: all refused. Of mixed order: allowed, unlike for
// the Points of a quorum.
TEST(PublicKey, RefusesUnusableEd25519PointsAndNoOthers) {
  const auto encodings = nlohmann::json::parse(read_vector("frost-ed25519/encodings.json"));
  int mixed = 0;
  for (const auto& entry : encodings["points"]) {
    const std::string what = entry["what"];
    const Bytes point = bytes_of_hex(entry["bytes"].get<std::string>());
    const bool is_mixed = what.starts_with("12345*B + ");
    mixed += is_mixed ? 1 : 0;
    for (const std::string_view type : {"ssh-ed25519", "sk-ssh-ed25519@openssh.com"}) {
      Bytes blob = ed25519_blob_of(type, point);
      if (type.starts_with("sk-")) append(blob, Writer().text("ssh:").bytes());
      if (entry["valid"].get<bool>() || is_mixed) {
        EXPECT_TRUE(PublicKey::parse(blob).has_value()) << what;
      } else {
        EXPECT_EQ(refusal(blob), Code::key_not_allowed) << what;
      }
    }
  }
  EXPECT_EQ(mixed, 3);
}

TEST(PublicKey, RefusesEveryEncodingOfYAtOrAboveP) {
  for (int above = 0; above < 19; ++above) {
    for (const std::uint8_t top : {std::uint8_t{0x7f}, std::uint8_t{0xff}}) {
      ByteArray<32> point;
      point.fill(0xff);
      point[0] = static_cast<std::uint8_t>(0xed + above);
      point[31] = top;
      EXPECT_EQ(refusal(ed25519_blob(point)), Code::key_not_allowed) << above;
    }
  }
}

TEST(PublicKey, RefusesWeakRsa) {
  EXPECT_TRUE(PublicKey::parse(rsa_blob("010001", odd_number(2048))).has_value());
  EXPECT_TRUE(PublicKey::parse(rsa_blob("010003", odd_number(2049))).has_value());
  EXPECT_EQ(refusal(rsa_blob("010001", odd_number(2047))), Code::key_not_allowed);
  for (const std::string_view exponent : {"", "03", "ffff", "010000", "01000000"}) {
    EXPECT_EQ(refusal(rsa_blob(exponent, odd_number(2048))), Code::key_not_allowed) << exponent;
  }
  // 1024 bits, from OpenSSH's own tests.
  EXPECT_EQ(code_of(PublicKey::parse_line(read_vector("openssh/sshkey/rsa_1.pub"))),
            Code::key_not_allowed);
}

// Whoever sends evidence chooses the key that a node verifies it by, on its only worker: with
// 16,000 bits and an exponent of 64 a single signature costs ten milliseconds, with 65537 and 3072
// bits less than a tenth of one.
TEST(PublicKey, RefusesRsaNumbersThatAreExpensiveToVerifyBy) {
  EXPECT_TRUE(PublicKey::parse(rsa_blob("ffffffff", odd_number(8192))).has_value());
  EXPECT_EQ(refusal(rsa_blob("010001", odd_number(8193))), Code::key_not_allowed);
  EXPECT_EQ(refusal(rsa_blob("010001", odd_number(16'000))), Code::key_not_allowed);
  for (const std::string_view exponent : {"0100000001", "ffffffffffffffff", "010000000000000001"}) {
    EXPECT_EQ(refusal(rsa_blob(exponent, odd_number(2048))), Code::key_not_allowed) << exponent;
  }
  EXPECT_EQ(refusal(rsa_blob("010001", {})), Code::key_not_allowed);
}

TEST(PublicKey, RefusesRsaNumbersInLongOrNegativeForm) {
  const Bytes modulus = odd_number(2048);
  const auto blob = [](ByteView exponent, ByteView n) {
    return Writer().text("ssh-rsa").string(exponent).string(n).bytes();
  };
  Bytes positive{0};
  append(positive, modulus);
  Bytes needless{0};
  append(needless, positive);
  ASSERT_TRUE(PublicKey::parse(blob(bytes_of_hex("010001"), positive)).has_value());
  EXPECT_EQ(refusal(blob(bytes_of_hex("00010001"), positive)), Code::malformed);
  EXPECT_EQ(refusal(blob(bytes_of_hex("010001"), modulus)), Code::malformed);
  EXPECT_EQ(refusal(blob(bytes_of_hex("010001"), needless)), Code::malformed);
}

TEST(PublicKey, RefusesEcdsaPointsOffTheCurveOrInAnotherForm) {
  const Bytes point = OpensslKey::p256().point();
  ASSERT_TRUE(PublicKey::parse(ecdsa_blob(point)).has_value());
  Bytes off_curve = point;
  off_curve.back() ^= 1;
  EXPECT_EQ(refusal(ecdsa_blob(off_curve)), Code::key_not_allowed);
  Bytes above_p(65, 0xff);
  above_p.front() = 0x04;
  EXPECT_EQ(refusal(ecdsa_blob(above_p)), Code::key_not_allowed);
  Bytes compressed(point.begin(), point.begin() + 33);
  compressed.front() = static_cast<std::uint8_t>(0x02 | (point.back() & 1));
  EXPECT_EQ(refusal(ecdsa_blob(compressed)), Code::malformed);
  Bytes hybrid = point;
  hybrid.front() = static_cast<std::uint8_t>(0x06 | (point.back() & 1));
  EXPECT_EQ(refusal(ecdsa_blob(hybrid)), Code::malformed);
  EXPECT_EQ(refusal(ecdsa_blob(Bytes{0})), Code::malformed);  // the point at infinity
  EXPECT_EQ(refusal(ecdsa_blob(point, "nistp384")), Code::malformed);
}

TEST(PublicKey, RefusesOtherTypesCertificatesAmongThem) {
  EXPECT_EQ(refusal(Writer().text("ssh-dss").string({}).bytes()), Code::key_not_allowed);
  EXPECT_EQ(refusal(Writer().text("ecdsa-sha2-nistp384").bytes()), Code::key_not_allowed);
  EXPECT_EQ(refusal(Writer().text("").bytes()), Code::key_not_allowed);
  EXPECT_EQ(code_of(PublicKey::parse_line(read_vector("openssh/sshkey/ed25519_1-cert.pub"))),
            Code::key_not_allowed);
}

TEST(PublicKey, RefusesBrokenLayouts) {
  EXPECT_EQ(refusal({}), Code::malformed);
  EXPECT_EQ(refusal(ed25519_blob_of("ssh-ed25519", Bytes(31))), Code::malformed);
  EXPECT_EQ(refusal(ed25519_blob_of("ssh-ed25519", Bytes(33))), Code::malformed);
  for (const std::string name : {"ed25519", "rsa", "ecdsa", "ed25519_sk", "ecdsa_sk"}) {
    const Bytes blob =
        PublicKey::parse_line(read_vector("openssh/sshsig/" + name + ".pub")).value().blob();
    Bytes longer = blob;
    longer.push_back(0);
    EXPECT_EQ(refusal(longer), Code::malformed) << name;
    for (std::size_t size = 0; size < blob.size(); ++size) {
      const Code code = refusal(Bytes(blob.begin(), blob.begin() + static_cast<long>(size)));
      EXPECT_EQ(code, Code::malformed) << name << " cut to " << size;
    }
  }
}

TEST(PublicKey, RefusesBlobsAboveTheLimit) {
  const std::size_t room = 2048 - fido_blob(0).size();
  ASSERT_EQ(fido_blob(room).size(), 2048u);
  EXPECT_TRUE(PublicKey::parse(fido_blob(room)).has_value());
  EXPECT_EQ(refusal(fido_blob(room + 1)), Code::too_large);
}

// The limit is the blob's: a length inside that lies is a broken layout.
TEST(PublicKey, RefusesLengthsThatLie) {
  EXPECT_EQ(refusal(bytes_of_hex("ffffffff")), Code::malformed);
  EXPECT_EQ(refusal(Writer().text("ssh-ed25519").u32(1u << 30).bytes()), Code::malformed);
  EXPECT_EQ(refusal(Writer().text("ssh-rsa").u32(1u << 30).bytes()), Code::malformed);
}

// One key, one blob: no change yields the same key.
TEST(PublicKey, EveryChangedByteIsRefusedOrAnotherKey) {
  for (const std::string name : {"ed25519", "ecdsa", "ed25519_sk", "ecdsa_sk"}) {
    const auto key = PublicKey::parse_line(read_vector("openssh/sshsig/" + name + ".pub"));
    ASSERT_TRUE(key.has_value());
    for (std::size_t at = 0; at < key->blob().size(); ++at) {
      for (const std::uint8_t change : {std::uint8_t{0x01}, std::uint8_t{0x80}}) {
        Bytes blob = key->blob();
        blob[at] ^= change;
        const auto changed = PublicKey::parse(blob);
        if (!changed) continue;
        EXPECT_NE(*changed, *key);
        EXPECT_EQ(changed->blob(), blob);
        EXPECT_NE(changed->fingerprint(), key->fingerprint());
      }
    }
  }
}

}  // namespace
}  // namespace quorate::ssh

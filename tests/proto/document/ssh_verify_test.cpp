// Signatures of every kind of key, made by OpenSSL and libsodium as people's tools would, and
// everything that must not pass for one.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "proto/document/armour.h"
#include "proto/document/ssh_buffer.h"
#include "proto/document/ssh_key.h"
#include "tests/proto/document/fixture.h"

namespace quorate::ssh {
namespace {

using testing::bytes_of_hex;
using testing::code_of;
using testing::OpensslKey;

const Bytes message = {'m', 'e', 's', 's', 'a', 'g', 'e'};
constexpr std::string_view order_of_p256 =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

Bytes named(std::string_view name, ByteView signature) {
  return Writer().text(name).string(signature).bytes();
}

Bytes pair(ByteView r, ByteView s) { return Writer().mpint(r).mpint(s).bytes(); }

// An authenticator, as a FIDO key is one: it signs with what it says of itself.
struct Authenticator {
  std::string application = "ssh:";
  std::uint8_t flags = 0x01;
  std::uint32_t counter = 9;

  Bytes signed_bytes() const {
    return Writer()
        .raw(testing::sha256(bytes_of(application)))
        .u8(flags)
        .u32(counter)
        .raw(testing::sha256(message))
        .bytes();
  }
  Bytes tail() const { return Writer().u8(flags).u32(counter).bytes(); }

  PublicKey ed25519_key() const {
    return PublicKey::parse(Writer()
                                .text("sk-ssh-ed25519@openssh.com")
                                .string(testing::some_key(3).public_key().bytes())
                                .text(application)
                                .bytes())
        .value();
  }
  Bytes ed25519_signature() const {
    Bytes blob = named("sk-ssh-ed25519@openssh.com", testing::some_key(3).sign(signed_bytes()));
    append(blob, tail());
    return blob;
  }

  PublicKey ecdsa_key(const OpensslKey& key) const {
    return PublicKey::parse(Writer()
                                .text("sk-ecdsa-sha2-nistp256@openssh.com")
                                .text("nistp256")
                                .string(key.point())
                                .text(application)
                                .bytes())
        .value();
  }
  Bytes ecdsa_signature(const OpensslKey& key,
                        std::string_view name = "sk-ecdsa-sha2-nistp256@openssh.com") const {
    Bytes blob = named(name, key.sign_ssh(signed_bytes()));
    append(blob, tail());
    return blob;
  }
};

TEST(Verify, AcceptsEd25519) {
  const auto signer = testing::some_key(1);
  const PublicKey key = PublicKey::of(signer.public_key());
  const Bytes good = ed25519_signature_blob(signer.sign(message));
  const auto verification = verify(key, good, message);
  ASSERT_TRUE(verification.has_value());
  EXPECT_EQ(verification->fido, std::nullopt);
  EXPECT_EQ(code_of(verify(key, good, bytes_of("another"))), Code::signature_invalid);
  EXPECT_EQ(code_of(verify(testing::root_key(), good, message)), Code::signature_invalid);
  EXPECT_EQ(code_of(verify(key, named("ssh-ed25519", Bytes(63)), message)), Code::malformed);
}

TEST(Verify, AcceptsRsaWithBothShaTwoHashesAndNotSha1) {
  const OpensslKey signer = OpensslKey::rsa(2048);
  const PublicKey key = signer.ssh_key();
  const Bytes by_256 = signer.sign(EVP_sha256(), message);
  const Bytes by_512 = signer.sign(EVP_sha512(), message);
  EXPECT_TRUE(verify(key, named("rsa-sha2-256", by_256), message).has_value());
  EXPECT_TRUE(verify(key, named("rsa-sha2-512", by_512), message).has_value());
  EXPECT_EQ(code_of(verify(key, named("rsa-sha2-512", by_256), message)), Code::signature_invalid);
  EXPECT_EQ(code_of(verify(key, named("rsa-sha2-256", by_256), bytes_of("another"))),
            Code::signature_invalid);
  const Bytes by_sha1 = signer.sign(EVP_sha1(), message);
  EXPECT_EQ(code_of(verify(key, named("ssh-rsa", by_sha1), message)), Code::signature_invalid);
}

TEST(Verify, WantsExactlyTheModulusLengthOfAnRsaSignature) {
  const OpensslKey signer = OpensslKey::rsa(2048);
  const PublicKey key = signer.ssh_key();
  // One signature in 256 begins with a zero byte, which sshd would let go missing.
  Bytes text = message;
  Bytes signature = signer.sign(EVP_sha256(), text);
  while (signature.front() != 0) {
    text.push_back('.');
    signature = signer.sign(EVP_sha256(), text);
  }
  EXPECT_TRUE(verify(key, named("rsa-sha2-256", signature), text).has_value());
  const Bytes shortened(signature.begin() + 1, signature.end());
  EXPECT_EQ(code_of(verify(key, named("rsa-sha2-256", shortened), text)), Code::signature_invalid);
  Bytes longer{0};
  append(longer, signature);
  EXPECT_EQ(code_of(verify(key, named("rsa-sha2-256", longer), text)), Code::signature_invalid);
}

TEST(Verify, AcceptsEcdsaWithNumbersInRange) {
  const OpensslKey signer = OpensslKey::p256();
  const PublicKey key = signer.ssh_key();
  const std::string_view name = "ecdsa-sha2-nistp256";
  EXPECT_TRUE(verify(key, named(name, signer.sign_ssh(message)), message).has_value());
  EXPECT_EQ(code_of(verify(key, named(name, signer.sign_ssh(message)), bytes_of("another"))),
            Code::signature_invalid);

  const Bytes one = {1};
  const Bytes order = bytes_of_hex(order_of_p256);
  Bytes longer{1};
  append(longer, order);
  const Bytes out_of_range[] = {pair({}, {}),     pair({}, one),    pair(one, {}),
                                pair(order, one), pair(one, order), pair(longer, one),
                                pair(one, longer)};
  for (const Bytes& numbers : out_of_range) {
    EXPECT_EQ(code_of(verify(key, named(name, numbers), message)), Code::signature_invalid);
  }
}

TEST(Verify, RefusesEcdsaNumbersInAnotherForm) {
  const PublicKey key = OpensslKey::p256().ssh_key();
  // Negative, with a needless zero, cut short, with a byte behind, empty.
  for (const std::string_view numbers : {"00000001800000000101", "0000000200010000000101",
                                         "000000010100000001", "0000000101000000010100", ""}) {
    const Bytes blob = named("ecdsa-sha2-nistp256", bytes_of_hex(numbers));
    EXPECT_EQ(code_of(verify(key, blob, message)), Code::malformed) << numbers;
  }
}

TEST(Verify, AcceptsFidoKeysAndReportsWhatTheySay) {
  Authenticator authenticator;
  authenticator.flags = 0x05;
  const auto by_ed25519 =
      verify(authenticator.ed25519_key(), authenticator.ed25519_signature(), message);
  ASSERT_TRUE(by_ed25519.has_value());
  EXPECT_EQ(by_ed25519->fido, (Fido{0x05, 9}));
  EXPECT_TRUE(by_ed25519->fido->touched());
  EXPECT_TRUE(by_ed25519->fido->person_verified());

  const OpensslKey p256 = OpensslKey::p256();
  authenticator.flags = 0x01;
  const auto by_ecdsa =
      verify(authenticator.ecdsa_key(p256), authenticator.ecdsa_signature(p256), message);
  ASSERT_TRUE(by_ecdsa.has_value());
  EXPECT_EQ(by_ecdsa->fido, (Fido{0x01, 9}));
  EXPECT_FALSE(by_ecdsa->fido->person_verified());
}

TEST(Verify, BindsFlagsAndCounterToTheFidoSignature) {
  const Authenticator honest;
  Bytes other_flags = honest.ed25519_signature();
  other_flags[other_flags.size() - 5] = 0x05;
  EXPECT_EQ(code_of(verify(honest.ed25519_key(), other_flags, message)), Code::signature_invalid);
  Bytes other_counter = honest.ed25519_signature();
  other_counter.back() ^= 1;
  EXPECT_EQ(code_of(verify(honest.ed25519_key(), other_counter, message)), Code::signature_invalid);
}

TEST(Verify, DemandsATouchUnlessToldToReportIt) {
  Authenticator untouched;
  untouched.flags = 0x04;
  const PublicKey key = untouched.ed25519_key();
  EXPECT_EQ(code_of(verify(key, untouched.ed25519_signature(), message)), Code::touch_required);
  const auto reported = verify(key, untouched.ed25519_signature(), message, Touch::reported);
  ASSERT_TRUE(reported.has_value());
  EXPECT_FALSE(reported->fido->touched());
  // A signature that does not hold is that first, touched or not.
  EXPECT_EQ(code_of(verify(key, untouched.ed25519_signature(), bytes_of("another"))),
            Code::signature_invalid);
}

TEST(Verify, RefusesAuthenticatorsThatWereMadeForOtherThings) {
  Authenticator web;
  web.application = "https://example.org";
  EXPECT_EQ(code_of(verify(web.ed25519_key(), web.ed25519_signature(), message)), Code::malformed);
  web.application = "ssh:work";
  EXPECT_TRUE(verify(web.ed25519_key(), web.ed25519_signature(), message).has_value());
}

TEST(Verify, RefusesTheBrowserFormOfFido) {
  const Authenticator authenticator;
  const OpensslKey p256 = OpensslKey::p256();
  const Bytes blob =
      authenticator.ecdsa_signature(p256, "webauthn-sk-ecdsa-sha2-nistp256@openssh.com");
  EXPECT_EQ(code_of(verify(authenticator.ecdsa_key(p256), blob, message)), Code::signature_invalid);
}

TEST(Verify, RefusesTheNameOfAnotherKind) {
  const auto signer = testing::some_key(1);
  const PublicKey key = PublicKey::of(signer.public_key());
  for (const std::string_view name : {"", "ssh-ed448", "rsa-sha2-256", "ssh-ed25519 "}) {
    EXPECT_EQ(code_of(verify(key, named(name, signer.sign(message)), message)),
              Code::signature_invalid)
        << name;
  }
}

TEST(Verify, RefusesCutAndLengthenedSignatures) {
  const auto signer = testing::some_key(1);
  const Authenticator authenticator;
  const std::pair<PublicKey, Bytes> samples[] = {
      {PublicKey::of(signer.public_key()), ed25519_signature_blob(signer.sign(message))},
      {authenticator.ed25519_key(), authenticator.ed25519_signature()},
  };
  for (const auto& [key, good] : samples) {
    ASSERT_TRUE(verify(key, good, message).has_value());
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(code_of(verify(key, longer, message)), Code::malformed);
    for (std::size_t size = 0; size < good.size(); ++size) {
      EXPECT_EQ(code_of(verify(key, ByteView(good).first(size), message)), Code::malformed) << size;
    }
  }
}

RC_GTEST_PROP(VerifyProperty, EveryChangedByteOfAnEd25519SignatureIsRefused, (Bytes text)) {
  const auto signer = testing::some_key(1);
  Bytes blob = ed25519_signature_blob(signer.sign(text));
  const auto at = *rc::gen::inRange<std::size_t>(0, blob.size());
  const auto change = *rc::gen::inRange(1, 256);
  blob[at] = static_cast<std::uint8_t>(blob[at] ^ change);
  RC_ASSERT(!verify(PublicKey::of(signer.public_key()), blob, text));
}

}  // namespace
}  // namespace quorate::ssh

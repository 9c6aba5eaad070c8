// KRLs that the node builds from the list it holds, with ssh-keygen as the judge.

#include <sys/wait.h>

#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>

#include "crypto/base/hex.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/ssh_key.h"
#include "tests/node/holdings/fixture.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

using Krls = HoldingsTest;

std::string serial_of(std::uint8_t root, std::uint64_t serial) {
  return to_hex(root_id(root)) + ":" + std::to_string(serial);
}

ssh::PublicKey person_key(std::uint8_t n) { return ssh::PublicKey::of(root_key(n).public_key()); }

std::string certificate_line(std::uint8_t root, std::uint64_t serial) {
  const ssh::CertificateFields fields{ssh::CertificateType::user,
                                      person_key(9).blob(),
                                      "alice",
                                      {"alice"},
                                      start,
                                      start + 3600,
                                      {},
                                      {}};
  const Bytes unsigned_bytes =
      ssh::to_be_signed(fields, ssh::PublicKey::of(root_key(root).public_key()), ByteArray<32>{1},
                        serial)
          .value();
  return ssh::to_line(ssh::certificate(unsigned_bytes, ssh::ed25519_signature_blob(
                                                           root_key(root).sign(unsigned_bytes))),
                      "");
}

TEST_F(Krls, RevokeForSshKeygen) {
  const json revoked =
      list(2, {entry("key", person_key(10).fingerprint(), start), entry("person", "bob", start),
               entry("request", to_hex(root_id(7)), start),
               entry("serial", serial_of(ssh_root, 77), start)});
  ASSERT_TRUE(publish_list(revoked));
  const Statement asked = krl_statement(revoked);
  ASSERT_TRUE(holdings_->may_sign(asked));
  const Bytes krl = holdings_->krl(asked).value();
  std::ofstream(folder_ / "krl", std::ios::binary) << text_of(krl);

  const auto exit_of = [&](const std::string& name, const std::string& line) {
    folder_.write(name, line);
    const std::string command = "ssh-keygen -Q -f '" + (folder_ / "krl").string() + "' '" +
                                (folder_ / name).string() + "' > /dev/null 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(exit_of("revoked.pub", certificate_line(ssh_root, 77)), 1);
  EXPECT_EQ(exit_of("other-serial.pub", certificate_line(ssh_root, 78)), 0);
  EXPECT_EQ(exit_of("other-ca.pub", certificate_line(bundle_root, 77)), 0);
  EXPECT_EQ(exit_of("revoked-key.pub", person_key(10).line("")), 1);
  EXPECT_EQ(exit_of("other-key.pub", person_key(11).line("")), 0);
}

TEST_F(Krls, NeedTheListThatTheyName) {
  const json first = list(1, {entry("serial", serial_of(ssh_root, 77), start)});
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(first))), Code::field_not_allowed);
  ASSERT_TRUE(approve(list_statement(first)));
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(first))), Code::field_not_allowed)
      << "approved is not held";
  ASSERT_TRUE(publish_list(first));
  EXPECT_TRUE(holdings_->may_sign(krl_statement(first)));
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(first, other_root))), Code::field_not_allowed)
      << "another root's list";
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(list(1)))), Code::field_not_allowed)
      << "another document";
  ASSERT_TRUE(publish_list(list(2, {entry("serial", serial_of(ssh_root, 77), start)})));
  const Status overtaken = holdings_->may_sign(krl_statement(first));
  ASSERT_EQ(code_of(overtaken), Code::field_not_allowed);
  EXPECT_THAT(overtaken.error().message, HasSubstr("newest list is 2"));
}

TEST_F(Krls, OfTwoListsOfOneNumberTheDocumentDecides) {
  const json first = list(1, {entry("serial", serial_of(ssh_root, 77), start)});
  const json second = list(1, {entry("serial", serial_of(ssh_root, 78), start)});
  ASSERT_TRUE(publish_list(first));
  ASSERT_TRUE(publish_list(second));
  EXPECT_NE(holdings_->krl(krl_statement(first)).value(),
            holdings_->krl(krl_statement(second)).value());
}

TEST_F(Krls, NameOnlyRootsWhoseKeysTheNodeKnows) {
  const json revoked = list(1, {entry("serial", serial_of(other_root, 77), start)});
  ASSERT_TRUE(publish_list(revoked));
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(revoked))), Code::field_not_allowed);
  ASSERT_TRUE(publish_bundle(first_bundle()));
  EXPECT_EQ(code_of(holdings_->may_sign(krl_statement(revoked))), std::nullopt)
      << "the bundle says the key";
}

}  // namespace
}  // namespace quorate::testing

// Byte strings that must be refused, and with which code: those of requests.json, and one for each
// limit, order and rule of uniqueness that they leave out.

#include <gtest/gtest.h>

#include "proto/statement/statement.h"
#include "proto/statement/to_be_signed.h"
#include "tests/proto/statement/statements.h"

namespace quorate::statement {
namespace {

using nlohmann::json;
using testing::code_of;
using testing::requests;
using testing::root_of;
using testing::statement_bytes;
using testing::statement_of;
using testing::text_bytes;

// A spoilt statement goes through the encoder, which does not judge, and the decoder, which must.
std::optional<Code> code_of_encoded(const Statement& statement) {
  return code_of(decode(encode(statement)));
}

template <typename Spoil>
std::optional<Code> spoilt_certificate(Spoil spoil, const std::string& name = "ssh-user") {
  Statement statement = statement_of(name);
  spoil(std::get<SshCertificate>(statement.body), statement);
  return code_of_encoded(statement);
}

template <typename Spoil>
std::optional<Code> spoilt_file(Spoil spoil) {
  Statement statement = statement_of("file");
  spoil(std::get<File>(statement.body));
  return code_of_encoded(statement);
}

TEST(Refused, EveryStatementOfTheVectorsWithItsCode) {
  std::size_t seen = 0;
  for (const json& one : requests().at("refused")) {
    if (one.at("is") != "statement") continue;
    ++seen;
    const auto code = code_of(decode(testing::bytes(one.at("hex"))));
    ASSERT_TRUE(code.has_value()) << one.at("what");
    EXPECT_EQ(number(*code), one.at("code").get<int>()) << one.at("what");
  }
  EXPECT_EQ(seen, 60u);
}

TEST(Refused, CertificatesBeyondTheLimitsTheVectorsLeaveOut) {
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) { c.principals = {std::string(256, 'a')}; }),
            Code::too_large);
  EXPECT_FALSE(spoilt_certificate([](auto& c, auto&) { c.principals = {std::string(255, 'a')}; }));
  EXPECT_FALSE(spoilt_certificate([](auto& c, auto&) { c.key_id = std::string(256, 'a'); }));
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) {
              c.critical = {{"force-command", std::string(1025, 'a')}};
            }),
            Code::too_large);
  EXPECT_FALSE(spoilt_certificate([](auto& c, auto&) {
    c.critical = {{"force-command", std::string(1024, 'a')}};
  }));
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) {
              c.critical = {{std::string(65, 'a'), ""}};
            }),
            Code::too_large);
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) { c.extensions = {std::string(65, 'a')}; }),
            Code::too_large);
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) { c.extensions.assign(17, "permit-pty"); }),
            Code::too_large);
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) {
              c.critical.assign(17, {"force-command", "x"});
            }),
            Code::too_large);
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) { c.extensions = {""}; }), Code::malformed);
}

TEST(Refused, CertificatesWhoseSourceAddressSshdWouldRefuse) {
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) {
              c.critical = {{"source-address", "127.0.0.1/8"}};
            }),
            Code::malformed);
}

TEST(Refused, HostCertificatesWithACriticalOption) {
  EXPECT_EQ(spoilt_certificate(
                [](auto& c, auto&) {
                  c.critical = {{"force-command", "x"}};
                },
                "ssh-host"),
            Code::malformed);
}

TEST(Refused, CertificatesThatBeginMoreThan300SecondsBeforeTheStatement) {
  EXPECT_FALSE(spoilt_certificate([](auto& c, auto& s) { c.valid_after = s.not_before - 300; }));
  EXPECT_EQ(spoilt_certificate([](auto& c, auto& s) { c.valid_after = s.not_before - 301; }),
            Code::validity_not_allowed);
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) { c.valid_after = 0; }),
            Code::validity_not_allowed);
}

TEST(Refused, WindowsAtTheEndOfTimeDoNotWrap) {
  EXPECT_FALSE(spoilt_certificate([](auto& c, auto&) { c.valid_before = ~std::uint64_t{0}; }));
  EXPECT_FALSE(spoilt_certificate([](auto& c, auto& s) {
    s.not_before = last_second - 1;
    s.not_after = last_second;
    c.valid_after = last_second;
    c.valid_before = ~std::uint64_t{0};
  }));
  EXPECT_EQ(spoilt_certificate([](auto&, auto& s) { s.not_after = last_second + 1; }),
            Code::malformed);
}

TEST(Refused, WindowsLongerThanSevenDays) {
  EXPECT_FALSE(
      spoilt_certificate([](auto&, auto& s) { s.not_after = s.not_before + longest_life_s; }));
  EXPECT_EQ(
      spoilt_certificate([](auto&, auto& s) { s.not_after = s.not_before + longest_life_s + 1; }),
      Code::life);
}

TEST(Refused, FilesOutsideTheirRules) {
  EXPECT_EQ(spoilt_file([](File& f) { f.name_space = std::string(65, 'a'); }), Code::too_large);
  EXPECT_FALSE(spoilt_file([](File& f) { f.name_space = std::string(64, 'a'); }));
  EXPECT_EQ(spoilt_file([](File& f) { f.name_space = ""; }), Code::malformed);
  EXPECT_EQ(spoilt_file([](File& f) { f.name_space = "a*"; }), Code::malformed);
  EXPECT_FALSE(spoilt_file([](File& f) { f.name_space = "azAZ09._@:/+-"; }));
  EXPECT_EQ(spoilt_file([](File& f) { f.name_space = "quorate-"; }), Code::namespace_not_allowed);
  EXPECT_FALSE(spoilt_file([](File& f) { f.name_space = "quorate"; }));
  EXPECT_FALSE(spoilt_file([](File& f) { f.name_space = "krl2"; }));
  EXPECT_FALSE(spoilt_file([](File& f) { f.label = ""; }));
  EXPECT_FALSE(spoilt_file([](File& f) { f.label = std::string(255, 'a'); }));
}

TEST(Refused, ANameOf64Characters) {
  Statement statement = statement_of("file");
  statement.root = std::string(63, 'a');
  EXPECT_FALSE(code_of_encoded(statement));
  statement.root = std::string(64, 'a');
  EXPECT_EQ(code_of_encoded(statement), Code::malformed);
  statement.root = "files";
  statement.profile = "-a";
  EXPECT_EQ(code_of_encoded(statement), Code::malformed);
}

TEST(Refused, ARootIdThatIsNoKey) {
  Statement statement = statement_of("file");
  statement.root_id = {};
  statement.root_id[31] = 0x80;
  EXPECT_EQ(code_of_encoded(statement), Code::unknown_root);
}

TEST(Refused, StatementsLargerThanTheirKindAllows) {
  Bytes file = statement_bytes("file");
  file.resize(64 * 1024 + 1);
  EXPECT_EQ(code_of(decode(file)), Code::too_large);
  Bytes unknown = file;
  unknown[1] = 99;
  EXPECT_EQ(code_of(decode(unknown)), Code::too_large);
  Bytes list = statement_bytes("revocation");
  list.resize(64 * 1024 + 1);
  EXPECT_EQ(code_of(decode(list)), Code::malformed);  // bytes too many, but not for its kind
  list.resize(768 * 1024 + 1);
  EXPECT_EQ(code_of(decode(list)), Code::too_large);
}

TEST(Refused, AccessPayloadsAbove16KiB) {
  Statement statement = statement_of("access");
  std::get<Access>(statement.body).payload = Bytes(16 * 1024 + 1, '{');
  EXPECT_EQ(code_of_encoded(statement), Code::too_large);
}

TEST(RefusedInOrder, TheWholeLayoutComesBeforeAnyField) {
  // A principal that is none, and one extension too many: the layout is judged first.
  EXPECT_EQ(spoilt_certificate([](auto& c, auto&) {
              c.principals = {"*"};
              c.extensions.assign(17, "permit-pty");
            }),
            Code::too_large);
}

TEST(RefusedInOrder, FormsComeBeforeLifeAndLifeBeforeWhatIsNeverAllowed) {
  const auto make_long = [](Statement& s) { s.not_after = s.not_before + longest_life_s + 1; };
  EXPECT_EQ(spoilt_certificate([&](auto& c, auto& s) {
              make_long(s);
              c.principals = {"alice", "alice"};
            }),
            Code::malformed);
  EXPECT_EQ(spoilt_certificate([&](auto& c, auto& s) {
              make_long(s);
              c.subject = ssh::ed25519_blob(s.root_id);
            }),
            Code::life);
}

TEST(RefusedInOrder, CaKeyThenTimesThenKeyThenOptions) {
  const Bytes small_order = ssh::ed25519_blob(ByteArray<32>{1});
  const auto backdate = [](auto& c, auto& s) { c.valid_after = s.not_before - 301; };
  EXPECT_EQ(spoilt_certificate([&](auto& c, auto& s) {
              backdate(c, s);
              c.subject = ssh::ed25519_blob(s.root_id);
            }),
            Code::subject_is_ca_key);
  EXPECT_EQ(spoilt_certificate([&](auto& c, auto& s) {
              backdate(c, s);
              c.subject = small_order;
            }),
            Code::validity_not_allowed);
  EXPECT_EQ(spoilt_certificate([&](auto& c, auto&) {
              c.subject = small_order;
              c.extensions = {"permit-all"};
            }),
            Code::key_not_allowed);
}

TEST(Refused, SignedBytesDoNotExistForWhatMustNotBeSigned) {
  Statement file = statement_of("file");
  std::get<File>(file.body).name_space = "krl";
  EXPECT_EQ(code_of(to_be_signed(file, root_of(file))), Code::namespace_not_allowed);
  Statement certificate = statement_of("ssh-user");
  std::get<SshCertificate>(certificate.body).valid_after = 0;
  EXPECT_EQ(code_of(to_be_signed(certificate, root_of(certificate))), Code::validity_not_allowed);
}

}  // namespace
}  // namespace quorate::statement

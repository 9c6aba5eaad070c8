// The statements of requests.json, to the byte.

#include <gtest/gtest.h>

#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "proto/statement/access_payload.h"
#include "proto/statement/dsse.h"
#include "proto/statement/root_id.h"
#include "proto/statement/statement.h"
#include "proto/statement/to_be_signed.h"
#include "tests/proto/statement/statements.h"

namespace quorate::statement {
namespace {

using nlohmann::json;
using testing::array;
using testing::bytes;
using testing::hex_of;
using testing::requests;
using testing::root_of;
using testing::text_bytes;

// The statement as its fields in the vectors say, so that what is decoded meets another witness.
Body body_of(const json& fields) {
  const Kind kind{fields.at("kind").get<std::uint8_t>()};
  switch (kind) {
    case Kind::ssh_user:
    case Kind::ssh_host: {
      SshCertificate out{};
      out.type = kind == Kind::ssh_user ? ssh::CertificateType::user : ssh::CertificateType::host;
      out.subject = bytes(fields.at("subject"));
      out.key_id = fields.at("key_id");
      out.principals = fields.at("principals");
      out.valid_after = fields.at("valid_after");
      out.valid_before = fields.at("valid_before");
      for (const json& option : fields.at("critical")) {
        out.critical.push_back({option.at(0), option.at(1)});
      }
      out.extensions = fields.at("extensions");
      return out;
    }
    case Kind::file:
      return File{fields.at("namespace"), array<64>(fields.at("sha512")), fields.at("size"),
                  fields.at("label")};
    case Kind::access:
      return Access{text_bytes(fields.at("payload").get_ref<const std::string&>())};
    case Kind::bundle:
      return Bundle{text_bytes(fields.at("payload").get_ref<const std::string&>())};
    case Kind::revocation:
      return RevocationList{text_bytes(fields.at("payload").get_ref<const std::string&>())};
    case Kind::krl: return Krl{fields.at("number"), array<32>(fields.at("list_document"))};
  }
  throw std::logic_error("unknown kind in the vectors");
}

Statement statement_of(const json& fields) {
  return {Kind{fields.at("kind").get<std::uint8_t>()},
          array<32>(fields.at("root_id")),
          fields.at("root"),
          fields.at("profile"),
          array<16>(fields.at("nonce")),
          fields.at("not_before"),
          fields.at("not_after"),
          body_of(fields)};
}

class StatementVector : public ::testing::TestWithParam<const char*> {
 protected:
  const json& vector() const { return requests().at("statements").at(GetParam()); }
  Statement expected() const { return statement_of(vector().at("fields")); }
};

TEST_P(StatementVector, DecodesToItsFieldsAndEncodesToItsBytes) {
  const auto decoded = decode(bytes(vector().at("statement")));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(*decoded, expected());
  EXPECT_EQ(hex_of(encode(expected())), vector().at("statement"));
  EXPECT_EQ(hex_of(compose(expected()).value()), vector().at("statement"));
}

TEST_P(StatementVector, HasItsRequestId) {
  EXPECT_EQ(hex_of(request_id(bytes(vector().at("statement")))), vector().at("request_id"));
}

TEST_P(StatementVector, HasItsSignedBytesAndDocument) {
  const Statement statement = expected();
  Bytes signed_bytes;
  if (statement.kind == Kind::krl) {
    signed_bytes = krl_to_be_signed(bytes(vector().at("krl")));
  } else {
    const auto built = to_be_signed(statement, root_of(statement));
    ASSERT_TRUE(built.has_value()) << built.error().message;
    signed_bytes = *built;
  }
  EXPECT_EQ(hex_of(signed_bytes), vector().at("tbs"));
  EXPECT_EQ(hex_of(document(signed_bytes)), vector().at("document"));
}

TEST_P(StatementVector, GivesTheNonceOfTokensAndTheValuesNoOneMayChoose) {
  const Statement statement = expected();
  const RequestId id = array<32>(vector().at("request_id"));
  if (vector().contains("oidc_nonce")) {
    EXPECT_EQ(token_nonce(statement), vector().at("oidc_nonce"));
  }
  if (vector().contains("ssh_serial")) {
    EXPECT_EQ(hex_of(ssh::derived_nonce(statement.root_id, id)), vector().at("ssh_nonce"));
    EXPECT_EQ(std::to_string(ssh::derived_serial(statement.root_id, id)),
              vector().at("ssh_serial"));
  }
}

INSTANTIATE_TEST_SUITE_P(Requests, StatementVector,
                         ::testing::Values("ssh-user", "ssh-host", "file", "access", "revocation",
                                           "krl"),
                         [](const auto& one) {
                           std::string name = one.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(StatementVectors, AccessPayloadGetsItsReq) {
  const json& vector = requests().at("statements").at("access");
  const auto& payload = vector.at("fields").at("payload").get_ref<const std::string&>();
  EXPECT_EQ(text_of(with_req(bytes_of(payload))), vector.at("signed_payload"));
}

TEST(StatementVectors, KrlIsBuiltFromItsListToTheByte) {
  const json& vectors = requests().at("statements");
  const Statement krl = testing::statement_of("krl");
  const Statement list = testing::statement_of("revocation");
  const RootId users = array<32>(requests().at("keys").at("root_ssh_users"));
  const RootKeys roots{{users, ed25519_root(users).value()}};
  const Bytes& payload = std::get<RevocationList>(list.body).payload;
  const auto built = krl_of(krl, payload, roots);
  ASSERT_TRUE(built.has_value()) << built.error().message;
  EXPECT_EQ(hex_of(*built), vectors.at("krl").at("krl"));
}

TEST(StatementVectors, KrlOfAnotherListOrOfAnUnknownRootIsNotBuilt) {
  Statement krl = testing::statement_of("krl");
  const Statement list = testing::statement_of("revocation");
  const Bytes& payload = std::get<RevocationList>(list.body).payload;
  EXPECT_EQ(testing::code_of(krl_of(krl, payload, {})), Code::field_not_allowed);

  const RootId users = array<32>(requests().at("keys").at("root_ssh_users"));
  const RootKeys roots{{users, ed25519_root(users).value()}};
  std::get<Krl>(krl.body).number = 4;
  EXPECT_EQ(testing::code_of(krl_of(krl, payload, roots)), Code::field_not_allowed);
  std::get<Krl>(krl.body).number = 3;
  std::get<Krl>(krl.body).list_document[0] ^= 1;
  EXPECT_EQ(testing::code_of(krl_of(krl, payload, roots)), Code::field_not_allowed);
  EXPECT_EQ(testing::code_of(krl_of(krl, text_bytes("{}"), roots)), Code::malformed);
}

TEST(StatementVectors, KrlWithoutItsListHasNoSignedBytes) {
  const Statement krl = testing::statement_of("krl");
  EXPECT_EQ(testing::code_of(to_be_signed(krl, root_of(krl))), Code::field_not_allowed);
}

TEST(StatementVectors, RsaRootHasItsId) {
  const json& root = requests().at("rsa_root");
  const Bytes e{0, 1, 0, 1};
  EXPECT_EQ(hex_of(rsa_root_id(e, bytes(root.at("n")))), root.at("root_id"));
}

TEST(StatementVectors, DssePublishedExampleHasItsPae) {
  EXPECT_EQ(text_of(pae("http://example.com/HelloWorld", bytes_of("hello world"))),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(text_of(pae("", {})), "DSSEv1 0  0 ");
}

}  // namespace
}  // namespace quorate::statement

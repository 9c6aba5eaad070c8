// sshcert.*, sshsig.*, statement.parse against documents that stock tools accepted.

#include <gtest/gtest.h>
#include <sodium.h>

#include "tests/support/known_answers.h"
#include "tests/tool/program_in_a_pipe.h"

namespace quorate::primitives {
namespace {

using nlohmann::json;
using testing::known_answers;

class DocumentLines : public ::testing::Test {
 protected:
  ProgramInAPipe program_;

  void expect_error(const json& request, std::string_view code) {
    const json answer = program_.ask(request);
    ASSERT_TRUE(answer.contains("error")) << answer;
    EXPECT_EQ(answer["error"]["code"], code) << answer;
  }
};

std::string hex_of_base64(const std::string& text) {
  Bytes bytes(text.size());
  std::size_t size = 0;
  EXPECT_EQ(sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                              nullptr, sodium_base64_VARIANT_ORIGINAL),
            0);
  bytes.resize(size);
  return to_hex(bytes);
}

// Of the statements that ask for a certificate: the fields as sshcert.build takes them.
json build_request(const json& statement) {
  const json& fields = statement.at("fields");
  json options = json::array();
  for (const json& option : fields.at("critical")) {
    options.push_back({{"name", option[0]}});
    if (option[1] != "") options.back()["value"] = option[1];
  }
  return {{"op", "sshcert.build"},
          {"type", fields.at("kind") == 1 ? "user" : "host"},
          {"key", fields.at("subject")},
          {"key_id", fields.at("key_id")},
          {"principals", fields.at("principals")},
          {"valid_after", fields.at("valid_after")},
          {"valid_before", fields.at("valid_before")},
          {"critical_options", options},
          {"extensions", fields.at("extensions")},
          {"root", {{"key", fields.at("root_id")}}},
          {"request_id", statement.at("request_id")}};
}

TEST_F(DocumentLines, BuildTheCertificatesOfTheStatements) {
  const json statements = known_answers("requests.json").at("statements");
  for (const char* name : {"ssh-user", "ssh-host"}) {
    const json& statement = statements.at(name);
    EXPECT_EQ(program_.ask(build_request(statement)), json({{"tbs", statement.at("tbs")}}));
  }
}

TEST_F(DocumentLines, RefuseCertificatesThatNobodyMayHave) {
  const json good = build_request(known_answers("requests.json").at("statements").at("ssh-user"));
  json request = good;
  request["type"] = "root";
  expect_error(request, "usage");
  request = good;
  request["principals"] = json::array();
  expect_error(request, "malformed");
  request = good;
  request["extensions"] = {"no-touch-required"};
  expect_error(request, "option_not_allowed");
  request = good;
  request["root"]["key"] = std::string(64, '0');
  expect_error(request, "malformed");
  request = good;
  request["root"]["more"] = 1;
  expect_error(request, "usage");
  request = good;
  request["valid_before"] = request["valid_after"];
  expect_error(request, "validity_not_allowed");
}

TEST_F(DocumentLines, ReadTheCertificatesThatSshKeygenReads) {
  const json documents = known_answers("documents.json");
  for (const json& certificate : documents.at("ssh_certificates")) {
    const std::string blob = hex_of_base64(certificate.at("blob_base64"));
    const json read = program_.ask({{"op", "sshcert.parse"}, {"certificate", blob}});
    ASSERT_FALSE(read.contains("error")) << certificate.at("name") << read;
    EXPECT_EQ(read.at("signature_valid"), true) << certificate.at("name");
    const std::string tbs = certificate.at("tbs_hex");
    EXPECT_NE(tbs.find(read.at("nonce").get<std::string>()), std::string::npos);
    EXPECT_EQ(tbs.substr(tbs.size() - read.at("ca_key").get<std::string>().size()),
              read.at("ca_key"));
    EXPECT_EQ(read.size(), 12U);

    std::string forged = blob;
    forged.back() = forged.back() == '0' ? '1' : '0';
    const json other = program_.ask({{"op", "sshcert.parse"}, {"certificate", forged}});
    EXPECT_EQ(other.value("signature_valid", true), false) << certificate.at("name") << other;
    expect_error({{"op", "sshcert.parse"}, {"certificate", blob + "00"}}, "malformed");
  }
}

TEST_F(DocumentLines, WriteAndReadFileSignatures) {
  const json documents = known_answers("documents.json");
  const json& example = documents.at("sshsig")[0];
  ASSERT_EQ(example.at("name"), "ed25519");
  const json read = program_.ask({{"op", "sshsig.parse"}, {"armour", example.at("armored")}});
  EXPECT_EQ(read.at("namespace"), example.at("namespace"));
  EXPECT_EQ(read.at("hash"), "sha512");
  EXPECT_EQ(read.at("key"), example.at("public_blob_hex"));
  EXPECT_EQ(read.size(), 4U);

  const Bytes message = testing::bytes(example.at("message_hex"));
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), message.data(), message.size());
  const std::string key = example.at("public_blob_hex");
  const std::string signature = read.at("signature");
  json request = {{"op", "sshsig.build"},
                  {"namespace", "file"},
                  {"message_sha512", to_hex(digest)},
                  {"signature", signature.substr(signature.size() - 128)},
                  {"group_key", key.substr(key.size() - 64)}};
  const json built = program_.ask(request);
  EXPECT_EQ(built.at("armour"), example.at("armored"));
  EXPECT_EQ(built.at("signed"), example.at("tbs_hex"));
  EXPECT_EQ(built.size(), 3U);
  request["namespace"] = "";
  expect_error(request, "evidence_malformed");
  request["namespace"] = "a\nb";
  expect_error(request, "evidence_malformed");
}

TEST_F(DocumentLines, ShowWhatAFidoKeySays) {
  const json documents = known_answers("documents.json");
  for (const json& example : documents.at("sshsig")) {
    const std::string name = example.at("name");
    const json read = program_.ask({{"op", "sshsig.parse"}, {"armour", example.at("armored")}});
    ASSERT_FALSE(read.contains("error")) << name << read;
    const auto flags = name.find("flags ");
    EXPECT_EQ(read.contains("counter"), flags != std::string::npos);
    if (flags != std::string::npos) {
      EXPECT_EQ(read.at("flags"), std::stoi(name.substr(flags + 6)));
    }
  }
  expect_error({{"op", "sshsig.parse"}, {"armour", "-----BEGIN SSH SIGNATURE-----\n"}},
               "evidence_malformed");
}

TEST_F(DocumentLines, ReadStatements) {
  const json requests = known_answers("requests.json");
  for (const auto& [name, statement] : requests.at("statements").items()) {
    const json read =
        program_.ask({{"op", "statement.parse"}, {"statement", statement.at("statement")}});
    json expected = {{"kind", statement.at("fields").at("kind")},
                     {"request_id", statement.at("request_id")}};
    if (name != "krl") {  // which follows from a list that the statement only names
      expected["tbs"] = statement.at("tbs");
      expected["document"] = statement.at("document");
    }
    EXPECT_EQ(read, expected) << name;
  }
}

TEST_F(DocumentLines, RefuseStatementsWithTheirCode) {
  const json requests = known_answers("requests.json");
  std::size_t statements = 0;
  for (const json& refused : requests.at("refused")) {
    if (refused.at("is") != "statement") continue;
    ++statements;
    const auto code = code_of_number(refused.at("code").get<std::uint32_t>());
    ASSERT_TRUE(code.has_value());
    SCOPED_TRACE(refused.at("what"));
    expect_error({{"op", "statement.parse"}, {"statement", refused.at("hex")}},
                 quorate::name(*code));
  }
  EXPECT_EQ(statements, 60U);
}

}  // namespace
}  // namespace quorate::primitives

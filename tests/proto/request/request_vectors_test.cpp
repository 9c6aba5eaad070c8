// The request of requests.json to the byte, the requests that must be refused, and ssh-keygen's
// word on both signatures.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "proto/request/judgement.h"
#include "tests/proto/request/people.h"
#include "tests/support/temporary_folder.h"

namespace quorate::request {
namespace {

using nlohmann::json;
using testing::bytes;
using testing::code_of;
using testing::hex_of;
using testing::KnownPeople;
using testing::requests;
using testing::statement_bytes;
using testing::TemporaryFolder;

const json& vector() { return requests().at("request"); }

// What a node does with bytes that came in, but for its own roots, clock and policy.
std::optional<Code> refusal_of(ByteView request_bytes) {
  const auto request = decode(request_bytes);
  if (!request) return request.error().code;
  const auto statement = statement::decode(request->statement);
  if (!statement) return statement.error().code;
  return code_of(judge_evidence(*request, *statement, KnownPeople(), NoTokens()));
}

Approval approval_of_vectors() { return decode_approval(bytes(vector().at("approval"))).value(); }

TEST(RequestVectors, RequestIsMadeOfItsPartsToTheByte) {
  const Request request = testing::request_with(
      statement_bytes("ssh-user"), {{approval, bytes(vector().at("approval_evidence"))},
                                    {requester, bytes(vector().at("requester_sshsig"))}});
  EXPECT_EQ(hex_of(encode(request)), vector().at("request"));
  EXPECT_EQ(decode(bytes(vector().at("request"))).value(), request);
  EXPECT_EQ(armour(request), vector().at("file"));
  EXPECT_EQ(decode_armour(vector().at("file").get_ref<const std::string&>()).value(), request);
}

TEST(RequestVectors, EvidenceIsSignedToTheByte) {
  EXPECT_EQ(hex_of(testing::asked_by(testing::requester_key(), statement_bytes("ssh-user")).data),
            vector().at("requester_sshsig"));
  EXPECT_EQ(hex_of(testing::approved_by(testing::approver_key(), approval_of_vectors()).data),
            vector().at("approval_evidence"));
}

TEST(RequestVectors, ApprovalHoldsWhatWasShown) {
  const auto& shown = vector().at("shown").get_ref<const std::string&>();
  EXPECT_EQ(hex_of(shown_hash(shown)), vector().at("shown_hash"));
  EXPECT_EQ(approval_of_vectors().shown, shown_hash(shown));
  EXPECT_EQ(hex_of(encode(approval_of_vectors())), vector().at("approval"));
}

TEST(RequestVectors, RequestIsJudged) { EXPECT_FALSE(refusal_of(bytes(vector().at("request")))); }

TEST(RequestVectors, EveryOtherRequestIsRefusedWithItsCode) {
  std::size_t seen = 0;
  for (const json& one : requests().at("refused")) {
    if (one.at("is") != "request") continue;
    ++seen;
    const auto code = refusal_of(bytes(one.at("hex")));
    ASSERT_TRUE(code.has_value()) << one.at("what");
    EXPECT_EQ(number(*code), one.at("code").get<int>()) << one.at("what");
  }
  EXPECT_EQ(seen, 14u);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The command's exit status, with the folder as its working directory.
int run_in(const TemporaryFolder& folder, const std::string& command) {
  const std::string line = "cd " + folder.path().string() + " && " + command + " >output 2>&1";
  return std::system(line.c_str());  // NOLINT(concurrency-mt-unsafe): tests have one thread
}

// Whether `ssh-keygen -Y verify` takes the armour for that person's signature over the message.
bool ssh_keygen_verifies(const ssh::PublicKey& key, std::string_view name_space,
                         std::string_view armour, ByteView message) {
  const TemporaryFolder folder;
  folder.write("allowed", "somebody " + key.line("") + "\n");
  folder.write("signature", std::string(armour));
  folder.write("message", std::string(text_of(message)));
  return run_in(folder, "ssh-keygen -Y verify -f allowed -I somebody -n " +
                            std::string(name_space) + " -s signature < message") == 0;
}

TEST(RequestVectors, SshKeygenJudgesBothSignatures) {
  const auto alice = ssh::PublicKey::of(testing::requester_key().public_key());
  const auto bob = ssh::PublicKey::of(testing::approver_key().public_key());
  const auto& asked = vector().at("requester_armour").get_ref<const std::string&>();
  const auto& agreed = vector().at("approval_armour").get_ref<const std::string&>();
  const Bytes statement = statement_bytes("ssh-user");
  const Bytes approval_bytes = bytes(vector().at("approval"));
  EXPECT_TRUE(ssh_keygen_verifies(alice, requester_namespace, asked, statement));
  EXPECT_TRUE(ssh_keygen_verifies(bob, approval_namespace, agreed, approval_bytes));
  EXPECT_FALSE(ssh_keygen_verifies(alice, approval_namespace, asked, statement));
  EXPECT_FALSE(ssh_keygen_verifies(bob, requester_namespace, asked, statement));
}

// Everybody's key is dora's.
class OnlyDora final : public People {
 public:
  std::optional<std::string> person_of(const ssh::PublicKey& /*key*/) const override {
    return "dora";
  }
};

TEST(RequestVectors, EvidenceThatSshKeygenSignsIsJudged) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    const TemporaryFolder folder;
    folder.write("statement", std::string(text_of(statement_bytes("file"))));
    ASSERT_EQ(run_in(folder, "ssh-keygen -q -t " + type + " -N '' -f key && " +
                                 "ssh-keygen -Y sign -n quorate-request -f key statement"),
              0);
    const auto sshsig = ssh::Sshsig::parse_armour(content_of(folder / "statement.sig"));
    ASSERT_TRUE(sshsig.has_value()) << sshsig.error().message;
    const Request request =
        testing::request_with(statement_bytes("file"), {{requester, sshsig->blob()}});
    const auto judged =
        judge_evidence(request, testing::statement_of("file"), OnlyDora(), NoTokens());
    ASSERT_TRUE(judged.has_value()) << type << ": " << judged.error().message;
    EXPECT_EQ(judged->requesters[0].key->line(""), sshsig->key.line(""));
  }
}

}  // namespace
}  // namespace quorate::request

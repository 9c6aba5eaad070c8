// A revocation list signed by the quorum, brought to the nodes, and what it does from then on.

#include <gtest/gtest.h>

#include "proto/record/signed_verdict.h"
#include "proto/statement/dsse.h"
#include "tests/cores/gather.h"

namespace quorate::testing {
namespace {

class Revocation : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.create_root("files", "file");
    ASSERT_TRUE(made);
    files_ = std::move(made);
    made = world_.create_root("revocations", "revocation");
    ASSERT_TRUE(made);
    revocations_ = std::move(made);
  }

  std::string payload(std::uint64_t number, const std::string& entries) const {
    const std::uint64_t now = world_.now_s();
    return "{\"entries\":[" + entries + "],\"issued\":" + std::to_string(now) +
           ",\"list\":\"all\",\"next_update\":" + std::to_string(now + 86'400) +
           ",\"number\":" + std::to_string(number) + ",\"v\":1}";
  }
  std::string person(const std::string& name) const {
    return R"({"type":"person","until":)" + std::to_string(world_.now_s() + 30 * 86'400) +
           R"(,"value":")" + name + "\"}";
  }
  statement::Statement list(const std::string& text) {
    const ByteView bytes = bytes_of(text);
    statement::Statement asked{statement::Kind::revocation,
                               revocations_->root_id(),
                               revocations_->root,
                               "",
                               {},
                               world_.now_s(),
                               world_.now_s() + 3600,
                               statement::RevocationList{Bytes(bytes.begin(), bytes.end())}};
    world_.entropy.fill(asked.nonce);
    return asked;
  }
  // The quorum's signature over the list, brought to every node.
  void publish(const std::string& text) {
    const coordinator::Action end = gather(world_, *revocations_, list(text));
    const auto* finished = std::get_if<coordinator::Finished>(&end);
    ASSERT_NE(finished, nullptr);
    const ByteView bytes = bytes_of(text);
    const auto signature = finished->signature;
    for (std::size_t host = 0; host < world_.hosts.size(); ++host) {
      const node::Answer answer =
          world_.ask(host, node::Publish{std::string(statement::revocation_type),
                                         Bytes(bytes.begin(), bytes.end()),
                                         {Bytes(signature.begin(), signature.end())}});
      ASSERT_TRUE(std::holds_alternative<node::Published>(answer))
          << std::get<node::Refused>(answer).refusal.error.message;
    }
  }
  node::Answer ask_file() {
    return world_.sign_with(0, *files_,
                            world_.request_for(world_.file_statement(*files_), world_.requester));
  }

  World world_;
  std::optional<ceremony::EpochRecord> files_;
  std::optional<ceremony::EpochRecord> revocations_;
};

TEST_F(Revocation, ListOfOthersLeavesSigningAsItIsAndStandsInVerdicts) {
  publish(payload(1, person("mallory")));
  const node::Answer answer = ask_file();
  const auto* partial = std::get_if<node::PartialAnswer>(&answer);
  ASSERT_NE(partial, nullptr);
  const auto verdict = record::decode_signed_verdict(partial->verdict).value();
  const auto body = std::get<record::Verdict>(record::decode(verdict.record).value().body);
  EXPECT_EQ(body.revocation, 1u);
}

TEST_F(Revocation, WhoStandsOnItIsRefusedAlsoWhatWasApprovedBefore) {
  const Bytes before = world_.request_for(world_.file_statement(*files_), world_.requester);
  ASSERT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(0, *files_, before)));
  publish(payload(1, person("requester")));
  EXPECT_EQ(code_of(ask_file()), Code::revoked);
  EXPECT_EQ(code_of(world_.sign_with(0, *files_, before)), Code::revoked);
}

TEST_F(Revocation, ListThatForgetsAnEntryOrSkipsANumberIsNotSigned) {
  publish(payload(1, person("mallory")));
  world_.clock_ms += 1000;
  const auto refusal = [&](const std::string& text) {
    return code_of(
        world_.sign_with(0, *revocations_, world_.request_for(list(text), world_.requester)));
  };
  EXPECT_EQ(refusal(payload(2, person("trudy"))), Code::field_not_allowed);
  EXPECT_EQ(refusal(payload(3, person("mallory"))), Code::field_not_allowed);
  EXPECT_TRUE(std::holds_alternative<node::PartialAnswer>(world_.sign_with(
      0, *revocations_,
      world_.request_for(list(payload(2, person("mallory") + "," + person("trudy"))),
                         world_.requester))));
}

TEST_F(Revocation, ListWithoutTheQuorumsSignatureIsNotHeld) {
  const std::string text = payload(1, person("mallory"));
  const ByteView bytes = bytes_of(text);
  const auto forged = world_.desk.sign(statement::pae(statement::revocation_type, bytes));
  EXPECT_EQ(code_of(world_.ask(0, node::Publish{std::string(statement::revocation_type),
                                                Bytes(bytes.begin(), bytes.end()),
                                                {Bytes(forged.begin(), forged.end())}})),
            Code::signature_invalid);
}

}  // namespace
}  // namespace quorate::testing

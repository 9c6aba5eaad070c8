// `quorate-node policy check | explain | diff`, as an operator types them, over a request that a
// stock ssh-keygen signed. No node runs.

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "crypto/ed25519/signing_key.h"
#include "proto/document/sshsig.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"
#include "tests/end_to_end/shell.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::uint64_t noon = 1'794'999'600;  // 2026-11-18T11:00:00Z

class PolicyCommands : public ::testing::Test {
 protected:
  PolicyCommands() {
    EXPECT_EQ(shell_("ssh-keygen -q -t ed25519 -N '' -f alice && mkdir node").exit, 0);
    std::string line = shell_.read("alice.pub");
    line.pop_back();
    policy_ = "version = 1\n[[person]]\nname = \"alice\"\nkeys = [\"" + line +
              "\"]\n[[group]]\nname = \"all\"\nmembers = [\"alice\"]\n"
              "[[profile]]\nname = \"notes\"\nroot = \"files\"\nstatement = \"file\"\n"
              "requester = { groups = [\"all\"] }\n[profile.file]\nnamespaces = [\"file\"]\n";
    shell_.write("node/policy.toml", policy_);
  }

  // A request for a file signature under this namespace, by alice.
  void write_request(const std::string& name_space) {
    SeededEntropy entropy(1);
    SecretBytes<32> seed;
    entropy.fill(seed.writable());
    statement::Statement asked{statement::Kind::file,
                               ed25519::SigningKey(seed).public_key().bytes(),
                               "files",
                               "",
                               {},
                               noon - 60,
                               noon + 3600,
                               statement::File{name_space, {}, 5, "hello.txt"}};
    request::Request request{statement::encode(asked), {}};
    shell_.write("statement", std::string(text_of(request.statement)));
    const Ended signing =
        shell_("rm -f statement.sig; ssh-keygen -q -Y sign -n quorate-request -f alice statement");
    ASSERT_EQ(signing.exit, 0) << shown(signing);
    const auto sshsig = ssh::Sshsig::parse_armour(shell_.read("statement.sig"));
    ASSERT_TRUE(sshsig.has_value()) << sshsig.error().message;
    ASSERT_TRUE(request::add(request, {request::requester, sshsig->blob()}).has_value());
    shell_.write("note.request", request::armour(request));
  }

  Shell shell_;
  std::string policy_;
};

TEST_F(PolicyCommands, CheckSaysInWordsWhatIsAllowed) {
  const Ended ended = shell_("quorate-node policy check node");
  EXPECT_EQ(ended.exit, 0) << shown(ended);
  EXPECT_THAT(ended.out, StartsWith("notes: file under the root files\n  takes         alice\n"));
  const auto json = nlohmann::json::parse(shell_("quorate-node policy check --json node").out);
  EXPECT_EQ(json.at("profiles").at(0).at("name"), "notes");
}

TEST_F(PolicyCommands, CheckNamesAMistakeWithFileAndLine) {
  shell_.write("node/policy.toml", policy_ + "max_siez = \"1KiB\"\n");
  const Ended ended = shell_("quorate-node policy check node");
  EXPECT_EQ(ended.exit, 2) << shown(ended);
  EXPECT_EQ(ended.complaints,
            "quorate-node: node/policy.toml:15: nothing is called `max_siez` here; is it "
            "misspelt?\n");
  EXPECT_EQ(shell_("rm node/policy.toml; quorate-node policy check node").exit, 2);
}

TEST_F(PolicyCommands, ExplainDecidesWithoutANodeAndNamesTheLine) {
  write_request("file");
  const std::string explain = "quorate-node policy explain node note.request --at ";
  const Ended approved = shell_(explain + "2026-11-18T11:00:00Z");
  EXPECT_EQ(approved.exit, 0) << shown(approved);
  EXPECT_THAT(
      approved.out,
      StartsWith("decision       approve\ndecided by     node/policy.toml:8: profile notes"));

  write_request("git");
  const Ended refused = shell_(explain + std::to_string(noon) + " --json");
  EXPECT_EQ(refused.exit, 1) << shown(refused);
  const auto json = nlohmann::json::parse(refused.out);
  EXPECT_EQ(json.at("decision"), "refuse");
  EXPECT_EQ(json.at("code"), "namespace_not_allowed");
  EXPECT_EQ(json.at("requester"), "alice");
  EXPECT_EQ(json.at("rule"), "node/policy.toml:14: file.namespaces");

  const Ended late = shell_(explain + "2026-11-18T13:00:00Z");
  EXPECT_EQ(late.exit, 1);
  EXPECT_THAT(late.out, HasSubstr("105 expired"));
  EXPECT_EQ(shell_(explain + "noon").exit, 2);
  EXPECT_EQ(shell_("quorate-node policy explain node alice.pub").exit, 2);
}

TEST_F(PolicyCommands, DiffComparesByMeaning) {
  shell_.write("same.toml", "# another comment\n" + policy_ + "# the end\n");
  EXPECT_EQ(shell_("quorate-node policy diff node same.toml").exit, 0);
  shell_.write("other.toml", policy_ + "max_size = \"1KiB\"\n");
  const Ended ended = shell_("quorate-node policy diff node other.toml");
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_EQ(ended.out, "profile notes.file.max_size: none -> 1024\n");
}

}  // namespace
}  // namespace quorate::testing

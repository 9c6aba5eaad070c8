// What needs more than one person, from the command line: refused, approved, signed; and whose word
// does not count. And the policies that say so, taken over while the nodes run.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/policy_text.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> all = {"alpha", "bravo", "charlie"};

class Approvals : public DevQuorum {
 protected:
  static void SetUpTestSuite() {
    begin("--custody file");
    const Ended keys =
        run("for key in asker2 carol carol2 dave; do"
            " ssh-keygen -q -t ed25519 -N '' -C $key -f $key || exit; done");
    if (keys.exit != 0) throw std::runtime_error(shown(keys));
    set_policy(all, policy("24h"));
  }
  void SetUp() override {
    DevQuorum::SetUp();
    shell().write("note.txt", "a note\n");
    ASSERT_EQ(run("rm -f note.request note.txt.sig alice* d/client/requests/*").exit, 0);
  }

  static std::string key(const std::string& file) {
    std::string line = shell().read(file + ".pub");
    while (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
  }
  // Everybody may approve, the asker too: that it does not count is no matter of groups.
  static std::string policy(const std::string& max_validity) {
    return "version = 1\n" + person("asker", {key("d/client/requester"), key("asker2")}) +
           person("carol", {key("carol"), key("carol2")}) + person("dave", {key("dave")}) +
           group("askers", {"asker"}) + group("approvers", {"asker", "carol", "dave"}) +
           profile("releases", "files", "file", "askers") +
           "[profile.file]\nnamespaces = [\"file\"]\n"
           "[[profile.approval]]\ncount = 2\ngroups = [\"approvers\"]\nwithin = \"12h\"\n" +
           profile("certificates", "ssh-users", "ssh-user", "askers") +
           "[profile.ssh]\nprincipals = [\"alice\"]\nmax_validity = \"" + max_validity +
           "\"\nextensions = [\"permit-pty\"]\n";
  }

  static void save() {
    const Ended saved = run("quorate sign --root files --save note.request note.txt");
    ASSERT_EQ(saved.exit, 0) << shown(saved);
  }
  static Ended approve(const std::string& who, const std::string& options = "") {
    return run("quorate approve --yes --key " + who + " " + options + " note.request");
  }
  static Ended send() { return run("quorate request sign --json -o note.txt.sig note.request"); }
  static bool is_signed() { return run("test -e note.txt.sig").exit == 0; }

  // What the command says with --json when it failed.
  static json error_of(const Ended& ended) {
    const json parsed = json::parse(ended.out, nullptr, false);
    return parsed.is_object() ? parsed.value("error", json::object()) : json::object();
  }
  static json node_of(const json& status, const std::string& name) {
    for (const json& node : status["nodes"]) {
      if (node["name"] == name) return node;
    }
    return {};
  }
  static json status() { return json::parse(run("quorate status --json").out); }
};

TEST_F(Approvals, ARequestWaitsForTwoPeopleIsApprovedAndSigned) {
  save();
  const Ended without = send();
  EXPECT_EQ(without.exit, 1) << shown(without);
  EXPECT_EQ(error_of(without)["code"], "pending");
  EXPECT_EQ(count_of("approval_missing", without), 3u) << "every node has seen it by now";
  EXPECT_THAT(without.complaints, HasSubstr("waits for approvals"));
  EXPECT_THAT(without.complaints, HasSubstr("2 approvals by carol or dave"));
  EXPECT_THAT(without.complaints, HasSubstr("quorate approve note.request"));
  EXPECT_FALSE(is_signed());

  const Ended first = approve("carol");
  ASSERT_EQ(first.exit, 0) << shown(first);
  const Ended half = send();
  EXPECT_EQ(half.exit, 1) << shown(half);
  EXPECT_THAT(half.complaints, HasSubstr("1 more approval by dave"));

  ASSERT_EQ(approve("dave").exit, 0);
  const Ended whole = send();
  EXPECT_EQ(whole.exit, 0) << shown(whole);
  expect_verified("note.txt");
}

TEST_F(Approvals, SigningAtOnceKeepsTheRequestAndSaysWhatToTypeNext) {
  const Ended ended = run("quorate sign --root files --json note.txt");
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  const std::string kept = run("ls d/client/requests/*.request").out;
  ASSERT_FALSE(kept.empty());
  const std::string file = kept.substr(0, kept.find('\n'));
  EXPECT_THAT(ended.complaints, HasSubstr(file.substr(file.rfind('/'))));
  for (const char* who : {"carol", "dave"}) {
    const Ended approved = run(std::string("quorate approve --yes --key ") + who + " " + file);
    ASSERT_EQ(approved.exit, 0) << shown(approved);
  }
  const Ended whole = run("quorate request sign -o note.txt.sig " + file);
  EXPECT_EQ(whole.exit, 0) << shown(whole);
  expect_verified("note.txt");
}

TEST_F(Approvals, TwoKeysOfOnePersonAreOneApproval) {
  save();
  ASSERT_EQ(approve("carol").exit, 0);
  ASSERT_EQ(approve("carol2").exit, 0);
  const Ended ended = send();
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_EQ(count_of("approval_missing", ended), 3u) << shown(ended);
  EXPECT_THAT(ended.complaints, HasSubstr("1 more approval by dave"));
  EXPECT_FALSE(is_signed());
}

TEST_F(Approvals, WhoeverAskedDoesNotApproveUnderAnotherKeyEither) {
  save();
  ASSERT_EQ(approve("carol").exit, 0);
  const Ended own = approve("d/client/requester");
  EXPECT_EQ(own.exit, 1) << shown(own);
  EXPECT_THAT(own.complaints, HasSubstr("asked for this"));

  // The client can't know that this key is the asker's, too. The nodes do.
  ASSERT_EQ(approve("asker2").exit, 0);
  const Ended ended = send();
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_GE(count_of("approval_by_requester", ended), 2u) << shown(ended);
  EXPECT_FALSE(is_signed());
  // Nor does it stand in the way of one that counts.
  ASSERT_EQ(approve("dave").exit, 0);
  EXPECT_EQ(send().exit, 0);
}

TEST_F(Approvals, AnApprovalThatHasExpiredCountsNoMore) {
  save();
  ASSERT_EQ(approve("carol", "--expires 1s").exit, 0);
  const Ended expired =
      until(0,
            "quorate request sign --json -o note.txt.sig note.request >said.json; "
            "grep approval_expired said.json");
  EXPECT_EQ(expired.exit, 0) << shown(expired) << shell().read("said.json");
  ASSERT_EQ(approve("dave").exit, 0);
  const Ended ended = send();
  EXPECT_EQ(ended.exit, 1) << "one that expired and one that counts are one";
  EXPECT_GE(count_of("approval_expired", ended), 2u) << shown(ended);
  EXPECT_FALSE(is_signed());

  ASSERT_EQ(approve("carol", "--expires 1h").exit, 0);
  EXPECT_EQ(send().exit, 0);
}

TEST_F(Approvals, AStrangersApprovalRefusesTheRequest) {
  ASSERT_EQ(run("rm -f stranger*; ssh-keygen -q -t ed25519 -N '' -f stranger").exit, 0);
  save();
  ASSERT_EQ(approve("stranger").exit, 0);
  const Ended ended = send();
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_GE(count_of("key_unknown", ended), 2u) << shown(ended);
}

TEST_F(Approvals, AnApprovedRequestIsSignedAgainByOtherNodes) {
  save();
  ASSERT_EQ(approve("carol").exit, 0);
  ASSERT_EQ(approve("dave").exit, 0);
  for (const char* pair : {"alpha,bravo", "bravo,charlie", "alpha,charlie"}) {
    const Ended ended = run(
        std::string("quorate request sign --force -o note.txt.sig note.request --nodes ") + pair);
    EXPECT_EQ(ended.exit, 0) << shown(ended);
    expect_verified("note.txt");
  }
}

TEST_F(Approvals, EveryFieldAndEveryApprovalIsShownInWords) {
  save();
  ASSERT_EQ(approve("carol").exit, 0);
  const Ended shown_request = run("quorate request show note.request");
  ASSERT_EQ(shown_request.exit, 0) << shown(shown_request);
  const auto fingerprint = [](const std::string& file) {
    const std::string line = run("ssh-keygen -l -f " + file + ".pub").out;
    const std::size_t begin = line.find("SHA256:");
    return line.substr(begin, line.find(' ', begin) - begin);
  };
  for (const std::string& text : {std::string("files"), std::string("note.txt"),
                                  fingerprint("d/client/requester"), fingerprint("carol")}) {
    EXPECT_THAT(shown_request.out, HasSubstr(text));
  }
  EXPECT_THAT(shown_request.out, Not(HasSubstr(fingerprint("dave"))));
}

TEST_F(Approvals, EachNodesVerdictIsThereForPrograms) {
  save();
  const json error = error_of(send());
  ASSERT_EQ(error["nodes"].size(), 3u) << error;
  for (const json& node : error["nodes"]) {
    const json& verdict = node["verdict"];
    EXPECT_EQ(verdict["decision"], "pending") << node;
    EXPECT_EQ(verdict["name"], "approval_missing");
    EXPECT_TRUE(verdict["holds"].get<bool>()) << verdict["trouble"];
    EXPECT_LT(verdict["receipt"]["index"], verdict["receipt"]["size"]);
  }
  ASSERT_EQ(approve("carol").exit, 0);
  ASSERT_EQ(approve("dave").exit, 0);
  const json done = json::parse(send().out);
  ASSERT_EQ(done["verdicts"].size(), 2u) << done;
  for (const json& verdict : done["verdicts"]) {
    EXPECT_EQ(verdict["decision"], "approve");
    EXPECT_EQ(verdict["profile"], error["nodes"][0]["verdict"]["profile"]);
    EXPECT_TRUE(verdict["holds"].get<bool>());
    EXPECT_TRUE(verdict["receipt"].is_object());
  }
}

// --- the policy itself

TEST_F(Approvals, ABrokenPolicyLeavesTheOldOneInForceAndStatusSaysSo) {
  const json before = node_of(status(), "alpha");
  const std::string said = reload_policy("alpha", policy("24h") + "colour = \"red\"\n");
  EXPECT_THAT(said, HasSubstr("not taken over"));
  EXPECT_THAT(said, HasSubstr("policy.toml:"));
  EXPECT_THAT(said, HasSubstr("colour"));

  const json after = node_of(status(), "alpha");
  EXPECT_EQ(after["policies"], before["policies"]);
  EXPECT_THAT(after.value("policy_trouble", ""), HasSubstr("policy.toml:")) << after;
  EXPECT_THAT(run("quorate status").out, HasSubstr("policy.toml:"));
  EXPECT_EQ(run("quorate-node policy check d/nodes/alpha").exit, 2);
  // The one before still signs.
  save();
  ASSERT_EQ(approve("carol").exit, 0);
  ASSERT_EQ(approve("dave").exit, 0);
  EXPECT_EQ(run("quorate request sign -o note.txt.sig note.request --nodes alpha,bravo").exit, 0);

  set_policy({"alpha"}, policy("24h"));
  EXPECT_EQ(node_of(status(), "alpha").value("policy_trouble", "-"), "");
}

TEST_F(Approvals, NodesThatDoNotAllowTheSameAreShown) {
  EXPECT_TRUE(status()["policies_agree"].get<bool>());
  set_policy({"charlie"}, policy("1h"));
  const json differing = status();
  EXPECT_FALSE(differing["policies_agree"].get<bool>());
  EXPECT_EQ(node_of(differing, "alpha")["policies"], node_of(differing, "bravo")["policies"]);
  EXPECT_NE(node_of(differing, "alpha")["policies"], node_of(differing, "charlie")["policies"]);
  EXPECT_THAT(run("quorate status").out, HasSubstr("policies differ"));

  // Each judges by its own; two of the three still do as before.
  ASSERT_EQ(run("ssh-keygen -q -t ed25519 -N '' -f alice").exit, 0);
  const std::string ask = "quorate ssh-cert --json --root ssh-users -I a -n alice -V +8h -O clear ";
  const Ended ended = run(ask + "--nodes alpha,charlie alice.pub");
  EXPECT_NE(ended.exit, 0) << shown(ended);
  EXPECT_EQ(codes_of(ended)["charlie"], "validity_not_allowed");
  EXPECT_EQ(run(ask + "alice.pub").exit, 0);

  set_policy({"charlie"}, policy("24h"));
  EXPECT_TRUE(status()["policies_agree"].get<bool>());
}

TEST_F(Approvals, AnApprovalThatWasStoredDiesWithThePolicyThatItWasGivenUnder) {
  ASSERT_EQ(run("ssh-keygen -q -t ed25519 -N '' -f alice").exit, 0);
  ASSERT_EQ(run("quorate ssh-cert --root ssh-users -I a -n alice -V +8h -O clear --save "
                "alice.request alice.pub")
                .exit,
            0);
  const std::string sign = "quorate request sign --json --force alice.request";
  EXPECT_EQ(run(sign).exit, 0);
  set_policy(all, policy("1h"));
  const Ended ended = run(sign);
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_GE(count_of("validity_not_allowed", ended), 2u) << shown(ended);
  set_policy(all, policy("24h"));
  EXPECT_EQ(run(sign).exit, 0);
}

}  // namespace
}  // namespace quorate::testing

// What an auditor learns: ledgers pulled, verified, searched, and an artifact traced back to those
// who wanted it.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/policy_text.h"

namespace quorate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Audit : public DevQuorum {
 protected:
  // A file that carol approved, a certificate that needed nobody, and a wish that was refused.
  static void SetUpTestSuite() {
    begin("--custody file");
    expect_done("for key in carol alice; do ssh-keygen -q -t ed25519 -N '' -f $key || exit; done");
    set_policy({"alpha", "bravo", "charlie"}, policy());
    shell().write("note.txt", "a note\n");
    expect_done("quorate sign --root files --save note.request note.txt");
    expect_done("! quorate request sign -o note.txt.sig note.request");
    expect_done("quorate approve --yes --key carol note.request");
    signers_ = signers("quorate request sign --json -o note.txt.sig note.request");
    expect_done("quorate ssh-cert --root ssh-users -I alice -n alice -V +8h alice.pub");
    expect_done("! quorate ssh-cert --root ssh-users -I x -n mallory -V +8h alice.pub");
    expect_done("quorate audit pull");
  }

  static void expect_done(const std::string& line) {
    const Ended ended = run(line);
    if (ended.exit != 0) throw std::runtime_error(line + ": " + shown(ended));
  }
  static std::set<std::string> signers(const std::string& line) {
    return json::parse(run(line).out)["signers"].get<std::set<std::string>>();
  }
  static std::string key(const std::string& file) {
    std::string line = shell().read(file + ".pub");
    while (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
  }
  static std::string policy() {
    return "version = 1\n" + person("asker", {key("d/client/requester")}) +
           person("carol", {key("carol")}) + group("askers", {"asker"}) +
           group("approvers", {"carol"}) + profile("releases", "files", "file", "askers") +
           "[profile.file]\nnamespaces = [\"file\"]\n"
           "[[profile.approval]]\ncount = 1\ngroups = [\"approvers\"]\n" +
           profile("certificates", "ssh-users", "ssh-user", "askers") +
           "[profile.ssh]\nprincipals = [\"alice\"]\nmax_validity = \"24h\"\n"
           "extensions = [\"permit-X11-forwarding\", \"permit-agent-forwarding\", "
           "\"permit-port-forwarding\", \"permit-pty\", \"permit-user-rc\"]\n";
  }

  static json ran(const std::string& line) {
    const Ended ended = run("quorate audit " + line + " --json");
    EXPECT_EQ(ended.exit, 0) << shown(ended);
    return json::parse(ended.out, nullptr, false);
  }
  static std::set<std::string> kinds_of(const Ended& ended) {
    std::set<std::string> kinds;
    const json parsed = json::parse(ended.out);
    for (const json& finding : parsed["findings"]) kinds.insert(finding["kind"]);
    return kinds;
  }

  static std::set<std::string> signers_;
};

std::set<std::string> Audit::signers_;

TEST_F(Audit, PullsWhatIsNewAndVerifiesItFromTheDiskAlone) {
  ran("pull");
  const json again = ran("pull");
  ASSERT_EQ(again["nodes"].size(), 3u);
  for (const json& node : again["nodes"]) {
    EXPECT_EQ(node["new"], 0) << node;
    EXPECT_GT(node["size"], 5) << node;
    EXPECT_EQ(node["cosigned_by"].size(), 2u) << node;
  }
  kill_node("alpha");
  const Ended away = run("quorate audit pull --timeout 2");
  EXPECT_EQ(away.exit, 3) << shown(away);
  const json verified = ran("verify");
  EXPECT_TRUE(verified["findings"].empty()) << verified;
  EXPECT_GE(verified["settled"], 2) << "a file and a certificate, each in two ledgers";
}

TEST_F(Audit, TracesAFileToWhoAskedWhoApprovedAndWhichNodesSigned) {
  const json traced = ran("trace note.txt.sig");
  EXPECT_EQ(traced["root"], "files");
  EXPECT_EQ(traced["asked_by"], json{"asker"});
  EXPECT_EQ(traced["approved_by"], json{"carol"});
  EXPECT_EQ(traced["signers"].get<std::set<std::string>>(), signers_);
  ASSERT_EQ(traced["requests"].size(), 1u);
  EXPECT_THAT(run("quorate request show --json note.request").out,
              HasSubstr(traced["requests"][0].get<std::string>()));
  std::size_t pending = 0;
  for (const json& verdict : traced["verdicts"]) {
    pending += verdict["decision"] == "pending" ? 1 : 0;
    EXPECT_NE(verdict["profile"], std::string(64, '0')) << verdict;
  }
  EXPECT_EQ(pending, 3u) << "every node had seen it before it was approved";

  const Ended words = run("quorate audit trace note.txt.sig");
  EXPECT_THAT(words.out, HasSubstr("asked by     asker"));
  EXPECT_THAT(words.out, HasSubstr("approved by  carol"));
}

TEST_F(Audit, TracesACertificateAndARequestWithoutAskingAnyNode) {
  for (const char* name : {"alpha", "bravo", "charlie"}) kill_node(name);
  const json certificate = ran("trace --offline alice-cert.pub");
  EXPECT_EQ(certificate["root"], "ssh-users");
  EXPECT_EQ(certificate["asked_by"], json{"asker"});
  EXPECT_TRUE(certificate["approved_by"].empty());
  EXPECT_EQ(certificate["signers"].size(), 2u);
  EXPECT_EQ(ran("trace --offline note.request")["approved_by"], json{"carol"});
}

TEST_F(Audit, SaysOfAForgeryThatNobodyAccountsForIt) {
  shell().write("forged.txt", "forged\n");
  ASSERT_EQ(run("ssh-keygen -q -Y sign -n file -f carol forged.txt").exit, 0);
  const Ended other_key = run("quorate audit trace --offline forged.txt.sig");
  EXPECT_EQ(other_key.exit, 1) << shown(other_key);
  // The root's own signature, over another file.
  ASSERT_EQ(run("cp note.txt.sig moved.txt.sig && echo other >moved.txt").exit, 0);
  const Ended moved = run("quorate audit trace --offline moved.txt.sig");
  EXPECT_EQ(moved.exit, 1) << shown(moved);
}

TEST_F(Audit, FindsRecordsByPersonRootCodeAndTime) {
  const auto decisions = [](const std::string& filter) {
    std::multiset<std::string> found;
    const json shown_records = ran("show " + filter);
    for (const json& record : shown_records["records"]) {
      found.insert(record.value("decision", record["type"].get<std::string>()));
    }
    return found;
  };
  EXPECT_EQ(decisions("--who carol"), (std::multiset<std::string>{"approve", "approve"}));
  EXPECT_EQ(decisions("--who asker --root files").count("pending"), 3u);
  EXPECT_EQ(decisions("--root ssh-users").count("approve"), 2u);
  EXPECT_GE(decisions("--code principal_not_allowed").count("refuse"), 2u);
  EXPECT_EQ(decisions("--code 302"), decisions("--code principal_not_allowed"));
  EXPECT_TRUE(decisions("--who nobody").empty());
  EXPECT_EQ(decisions("--since 1h"), decisions(""));
  EXPECT_EQ(decisions("").size(), decisions("--nodes alpha").size() +
                                      decisions("--nodes bravo").size() +
                                      decisions("--nodes charlie").size());
  EXPECT_THAT(run("quorate audit show --who carol").out, HasSubstr("approved by carol"));
}

TEST_F(Audit, ExportsOneObjectALine) {
  std::istringstream lines(run("quorate audit export").out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const json record = json::parse(line, nullptr, false);
    ASSERT_TRUE(record.is_object()) << line;
    EXPECT_TRUE(record.contains("node") && record.contains("type")) << line;
  }
  EXPECT_EQ(count, ran("show")["records"].size());
  EXPECT_GT(count, 20u);
}

TEST_F(Audit, ACopyThatWasTouchedIsNoticed) {
  ASSERT_EQ(run("rm -rf touched && cp -a d/client touched").exit, 0);
  ASSERT_EQ(run("printf X | dd of=touched/audit/bravo.leaves bs=1 seek=200 conv=notrunc").exit, 0);
  const Ended edited = run("quorate audit verify --home touched --json");
  EXPECT_EQ(edited.exit, 1) << shown(edited);
  EXPECT_FALSE(kinds_of(edited).empty());
  ASSERT_EQ(run("cp d/client/audit/bravo.leaves touched/audit/ && truncate -s -1 "
                "touched/audit/bravo.leaves")
                .exit,
            0);
  EXPECT_EQ(run("quorate audit verify --home touched").exit, 1);
}

TEST_F(Audit, NamesCanBeForgottenAndEverythingStillVerifies) {
  const Ended brief = run(
      "quorate ssh-cert --root ssh-users -I brief -n alice -V +8h --life 3s --nodes alpha,bravo "
      "-o brief-cert.pub alice.pub");
  ASSERT_EQ(brief.exit, 0) << shown(brief);
  // On the auditor's disk.
  ASSERT_EQ(run("rm -rf forgetful && cp -a d/client forgetful && rm forgetful/audit/*.texts").exit,
            0);
  EXPECT_EQ(run("quorate audit verify --home forgetful").exit, 0);
  const Ended erased = run("quorate audit trace --offline --home forgetful note.txt.sig");
  EXPECT_EQ(erased.exit, 0) << shown(erased);
  EXPECT_THAT(erased.out, HasSubstr("erased"));
  EXPECT_THAT(erased.out, Not(HasSubstr("carol")));

  // At a node, once a request can't be asked for again: who never pulled it before can't learn the
  // name there any more.
  stop_node("alpha");
  const Ended done = until(
      0,
      "quorate-node ledger erase d/nodes/alpha --json --before \"$(date -u -d tomorrow +%F)\" "
      ">said.json; ! grep '\"verdicts\":0' said.json");
  ASSERT_EQ(done.exit, 0) << shown(done) << shell().read("said.json");
  EXPECT_EQ(run("quorate-node ledger verify d/nodes/alpha").exit, 0);
  ASSERT_EQ(run("quorate dev up --dir d").exit, 0);
  ASSERT_EQ(run("rm -rf late && cp -a d/client late && rm -rf late/audit").exit, 0);
  const Ended pull = run("quorate audit pull --home late");
  EXPECT_EQ(pull.exit, 0) << shown(pull);
  EXPECT_EQ(run("quorate audit verify --home late").exit, 0);
  const std::string traced = run("quorate audit trace --home late brief-cert.pub --json").out;
  std::map<std::string, json> asked_by;
  const json brief_history = json::parse(traced);
  for (const json& verdict : brief_history["verdicts"]) {
    asked_by[verdict["node"]] = verdict["asked_by"];
  }
  EXPECT_EQ(asked_by["alpha"], json{"erased"}) << traced;
  EXPECT_EQ(asked_by["bravo"], json{"asker"}) << traced;
  // Requests that are still good go on: alpha signs again what it approved.
  const Ended again =
      run("quorate request sign --force -o note.txt.sig note.request --nodes alpha,bravo");
  EXPECT_EQ(again.exit, 0) << shown(again);
}

}  // namespace
}  // namespace quorate::testing

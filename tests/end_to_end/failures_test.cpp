// What a quorum does when machines, tokens and people fail it, or mean harm.

#include <gmock/gmock.h>

#include <filesystem>
#include <future>
#include <nlohmann/json.hpp>

#include "tests/end_to_end/dev_quorum.h"

namespace quorate::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class Failures : public DevQuorum {
 protected:
  void SetUp() override {
    DevQuorum::SetUp();
    shell().write("note.txt", "a note\n");
  }
};

TEST_F(Failures, ANodeKilledAtAnyMomentLosesNothing) {
  constexpr int rounds = 9;
  for (int round = 0; round < rounds; ++round) {
    const std::string victim = std::vector<std::string>{"alpha", "bravo", "charlie"}[round % 3];
    auto signing = std::async(std::launch::async, [] {
      return run("for i in 1 2 3; do quorate sign --root files --force note.txt || exit; done");
    });
    kill_node(victim);
    const Ended signed_file = signing.get();
    ASSERT_EQ(signed_file.exit, 0) << "without " << victim << "\n" << shown(signed_file);
    expect_verified("note.txt");
    const Ended up = run("quorate dev up --dir d");
    ASSERT_EQ(up.exit, 0) << shown(up);
  }
  const Ended status = run("quorate status --json");
  EXPECT_EQ(status.exit, 0);
  const auto parsed = nlohmann::json::parse(status.out);
  for (const auto& root : parsed["roots"]) {
    EXPECT_EQ(root["usable"], 3) << root["name"];
  }
}

TEST_F(Failures, WithTwoNodesGoneTheClientSaysExactlyThat) {
  kill_node("bravo");
  kill_node("charlie");
  const Ended ended = sign("note.txt", "--timeout 2");
  EXPECT_EQ(ended.exit, 3) << shown(ended);
  EXPECT_EQ(codes_of(ended)["bravo"], "unreachable");
  EXPECT_EQ(codes_of(ended)["charlie"], "unreachable");
  EXPECT_EQ(codes_of(ended)["alpha"], "answered");
  EXPECT_THAT(ended.complaints, HasSubstr("Connection refused"));

  const Ended status = run("quorate status");
  EXPECT_EQ(status.exit, 3) << shown(status);
  EXPECT_THAT(status.out, HasSubstr("can't sign: 1 more needed"));
}

TEST_F(Failures, ANodeWithoutItsTokenRefusesSaysWhyAndComesBackByItself) {
  const pid_t process = process_of("charlie");
  fs::rename(node("charlie") / "token", node("charlie") / "token.away");
  const Ended refused = until(
      1, "quorate sign --root files --force --json --timeout 2 --nodes alpha,charlie note.txt");
  EXPECT_EQ(refused.exit, 1) << shown(refused);
  EXPECT_EQ(codes_of(refused)["charlie"], "custody_unavailable") << shown(refused);
  EXPECT_EQ(sign("note.txt").exit, 0) << "the others go on";
  const Ended status = run("quorate status --json");
  const auto parsed = nlohmann::json::parse(status.out);
  for (const auto& root : parsed["roots"]) {
    EXPECT_EQ(root["usable"], 2) << status.out;
  }

  fs::rename(node("charlie") / "token.away", node("charlie") / "token");
  const Ended again =
      until(0, "quorate sign --root files --force --timeout 2 --nodes alpha,charlie note.txt");
  EXPECT_EQ(again.exit, 0) << shown(again);
  EXPECT_EQ(process_of("charlie"), process) << "without a restart";
}

TEST_F(Failures, AWrongPinIsRefusedOnceAndTheRightOneHelpsWithoutARestart) {
  kill_node("charlie");
  const fs::path pin = node("charlie") / "pin";
  fs::rename(pin, node("charlie") / "pin.right");
  ASSERT_EQ(run("(umask 077; echo 00000000 >d/nodes/charlie/pin)").exit, 0);
  ASSERT_EQ(run("rm -f d/nodes/charlie/log; setsid quorate-node run d/nodes/charlie "
                ">d/nodes/charlie/log 2>&1 &")
                .exit,
            0);
  const Ended said = until(0, "grep -i pin d/nodes/charlie/log");
  EXPECT_EQ(said.exit, 0) << shown(run("cat d/nodes/charlie/log"));
  EXPECT_EQ(sign("note.txt").exit, 0) << "the others go on";
  const Ended short_of = sign("note.txt", "--timeout 2 --nodes alpha,charlie");
  EXPECT_EQ(short_of.exit, 3) << shown(short_of);

  const pid_t process = process_of("charlie");
  fs::rename(node("charlie") / "pin.right", pin);
  const Ended again =
      until(0, "quorate sign --root files --force --timeout 2 --nodes alpha,charlie note.txt");
  EXPECT_EQ(again.exit, 0) << shown(again) << shown(run("cat d/nodes/charlie/log"));
  EXPECT_EQ(process_of("charlie"), process) << "without a restart";
}

// t - 1 disks in hand: all that lies in DIR, token and PIN included. They make a whole node, and
// one node more than one is not.
TEST_F(Failures, TheDiskOfOneNodeSignsNothingByItself) {
  for (const char* name : {"alpha", "bravo", "charlie"}) kill_node(name);
  const std::string node_toml = shell().read("d/nodes/alpha/node.toml");
  ASSERT_EQ(
      run("rm -rf thief && mkdir thief && cp -a d/nodes/alpha thief/ && cp -a d/client thief/ && "
          "rm -f thief/alpha/pid")
          .exit,
      0);
  // Where the disk came from the token's folder was another; a thief puts it right.
  ASSERT_EQ(run("sed -i \"s|$PWD/d/nodes/alpha|$PWD/thief/alpha|g\" thief/alpha/*.toml "
                "thief/alpha/*.conf")
                .exit,
            0);
  ASSERT_EQ(run("setsid quorate-node run thief/alpha >thief/log 2>&1 &").exit, 0);
  const Ended described = until(
      3,
      "QUORATE_HOME=thief/client quorate status --json | grep -q '\"reachable\": true' && exit 3");
  ASSERT_EQ(described.exit, 3) << shown(run("cat thief/log"));

  const Ended ended =
      run("QUORATE_HOME=thief/client quorate sign --root files --json --timeout 2 "
          "-o thief/note.sig note.txt");
  EXPECT_EQ(ended.exit, 3) << shown(ended);
  EXPECT_EQ(codes_of(ended)["alpha"], "answered");
  EXPECT_NE(run("test -e thief/note.sig").exit, 0);
  EXPECT_EQ(run("kill $(cat thief/alpha/pid)").exit, 0);
  EXPECT_EQ(until(1, "test -e thief/alpha/pid").exit, 1);
}

TEST_F(Failures, AClientThatNoNodeKnowsIsToldSoAndShownItsKey) {
  ASSERT_EQ(run("rm -rf stranger && mkdir stranger && cp d/client/roster.toml d/client/requester* "
                "stranger/ && cp -a d/client/roots stranger/")
                .exit,
            0);
  const Ended ended =
      run("QUORATE_HOME=stranger quorate sign --root files --force --timeout 2 note.txt");
  EXPECT_EQ(ended.exit, 3) << shown(ended);
  EXPECT_THAT(ended.complaints, HasSubstr("does not know this client"));
  EXPECT_NE(run("quorate status").exit, 3);
}

TEST_F(Failures, AStrangersKeyAsksForNothing) {
  ASSERT_EQ(run("rm -f stranger_key*; ssh-keygen -q -t ed25519 -N '' -f stranger_key").exit, 0);
  const Ended ended = sign("note.txt", "--key stranger_key");
  EXPECT_EQ(ended.exit, 1) << shown(ended);
  EXPECT_EQ(count_of("key_unknown", ended), 2u) << shown(ended);
  EXPECT_THAT(ended.complaints, HasSubstr("next: "));
}

// The administrator's key stands in no policy, and the requester's key starts no ceremony.
TEST_F(Failures, NeitherKeyServesForTheOther) {
  const Ended asked = sign("note.txt", "--key d/client/admin");
  EXPECT_EQ(asked.exit, 1) << shown(asked);
  EXPECT_EQ(count_of("key_unknown", asked), 2u) << shown(asked);

  const Ended proposed =
      run("quorate root create other --purpose file --algorithm ed25519 --threshold 2 --members "
          "alpha,bravo,charlie --admin-key d/client/requester --json");
  EXPECT_EQ(proposed.exit, 1) << shown(proposed);
  EXPECT_GE(count_of("key_unknown", proposed), 1u) << shown(proposed);
  EXPECT_THAT(run("quorate root list").out, Not(HasSubstr("other")));
}

TEST_F(Failures, AChangedRequestIsRefused) {
  ASSERT_EQ(run("rm -f old.request; quorate sign --root files --save old.request note.txt").exit,
            0);
  EXPECT_EQ(run("quorate request sign old.request --force -o note.txt.sig").exit, 0);
  // A bit changed anywhere in it: the nodes, or already the reader, say no.
  ASSERT_EQ(
      run("sed 's/A/B/2' old.request >changed.request; ! cmp -s old.request changed.request").exit,
      0);
  const Ended ended =
      run("quorate request sign changed.request --force -o note.txt.sig --timeout 2");
  EXPECT_NE(ended.exit, 0) << shown(ended);
}

TEST_F(Failures, UpStartsWhatIsStoppedAndMakesNothingNew) {
  const std::string roster = shell().read("d/client/roster.toml");
  const std::string root = run("quorate root show files --format ssh").out;
  kill_node("bravo");
  const Ended up = run("quorate dev up --dir d --json");
  ASSERT_EQ(up.exit, 0) << shown(up);
  const auto json = nlohmann::json::parse(up.out);
  for (const auto& each : json["nodes"]) {
    EXPECT_EQ(each["was_running"], each["name"] != "bravo") << each;
  }
  EXPECT_EQ(shell().read("d/client/roster.toml"), roster);
  EXPECT_EQ(run("quorate root show files --format ssh").out, root);
  EXPECT_EQ(run("quorate status").exit, 0);
}

TEST_F(Failures, DownLeavesNoProcessAndUpBringsTheSameRootsBack) {
  const std::string root = run("quorate root show files --format ssh").out;
  std::vector<pid_t> processes;
  for (const char* name : {"alpha", "bravo", "charlie"}) processes.push_back(process_of(name));
  const Ended down = run("quorate dev down --dir d --json");
  ASSERT_EQ(down.exit, 0) << shown(down);
  const auto parsed = nlohmann::json::parse(down.out);
  for (const auto& each : parsed["nodes"]) {
    EXPECT_EQ(each["state"], "stopped");
  }
  for (const pid_t process : processes) {
    // Gone, or dead and not yet fetched by whoever adopted it: then it has no command line.
    EXPECT_EQ(run("cat /proc/" + std::to_string(process) + "/cmdline").out, "");
  }
  const Ended twice = run("quorate dev down --dir d --json");
  EXPECT_EQ(nlohmann::json::parse(twice.out)["nodes"][0]["state"], "was_not_running");

  ASSERT_EQ(run("quorate dev up --dir d").exit, 0);
  EXPECT_EQ(run("quorate root show files --format ssh").out, root);
  EXPECT_EQ(sign("note.txt").exit, 0);
}

// Custody `file`, more nodes, another threshold.
TEST(OtherQuorums, FourOfFiveWithPassphrasesSign) {
  const Shell shell;
  const Ended up = shell("quorate dev up --dir d --nodes 5 --threshold 4 --custody file");
  ASSERT_EQ(up.exit, 0) << shown(up);
  shell.write("note.txt", "a note\n");
  const Ended ended =
      shell("export QUORATE_HOME=d/client; quorate sign --root files --json note.txt");
  EXPECT_EQ(ended.exit, 0) << shown(ended);
  EXPECT_EQ(nlohmann::json::parse(ended.out)["signers"].size(), 4u);
  EXPECT_THAT(shell("QUORATE_HOME=d/client quorate status").out, HasSubstr("file (not an HSM)"));
  EXPECT_EQ(shell("quorate dev down --dir d").exit, 0);
}

}  // namespace
}  // namespace quorate::testing

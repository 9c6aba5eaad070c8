// Five nodes, three of which sign; one is stopped in the middle of its life, and one lies. Nothing
// of that shows: neither in the signatures nor in the time that they take. Who lied is proved.
//
// QUORATE_ROBUST says how many signatures; from 1000 on the times are judged, too, for which the
// machine should have nothing else to do.

#include <gmock/gmock.h>
#include <signal.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "client/driver/answer.h"
#include "client/driver/signing.h"
#include "client/home/blames.h"
#include "client/home/identity.h"
#include "client/home/known_roots.h"
#include "proto/signing/session.h"
#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/hand.h"
#include "tests/end_to_end/policy_text.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;
using Milliseconds = double;

const std::vector<std::string> five = {"alpha", "bravo", "charlie", "delta", "echo"};

constexpr std::size_t usual_requests = 60;
constexpr std::size_t enough_to_judge_times = 1'000;

std::size_t requests() {
  const char* wanted = std::getenv("QUORATE_ROBUST");  // NOLINT(concurrency-mt-unsafe): one thread
  return wanted == nullptr ? usual_requests : std::stoul(wanted);
}

template <typename T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// A client that lives long: what it measured, whom it caught, and its commitments stay with it.
class LongLived {
 public:
  LongLived(const std::filesystem::path& folder, const ceremony::EpochRecord& root)
      : home_(folder),
        roster_(or_throw(home::load_roster(home_.roster()))),
        root_(root),
        quorum_(or_throw(driver::Quorum::make(or_throw(home::load_identity(home_.identity())),
                                              roster_.nodes))) {}

  struct One {
    Milliseconds took;
    std::set<std::string> signers;
    std::set<std::string> liars;
  };

  // Throws where there is no signature, or not one that stock Ed25519 accepts.
  One sign(const statement::Statement& statement, const Bytes& request) {
    driver::Signing signing(*quorum_, root_);
    coordinator::Task task{root_, roster_.quorum, signing.names(),
                           statement::request_id(statement::encode(statement)),
                           to_be_signed(statement)};
    task.blamed = blamed_;
    const auto begun = steady_clock::now();
    const driver::SigningEnd end =
        or_throw(signing.finish(task, request, std::chrono::seconds(20), {}));
    One one{std::chrono::duration<Milliseconds, std::milli>(steady_clock::now() - begun).count(),
            {},
            {}};
    const auto* finished = std::get_if<coordinator::Finished>(&end);
    if (finished == nullptr) {
      throw std::runtime_error(std::get<coordinator::Failed>(end).report.summary());
    }
    const Bytes message = to_be_signed(statement);
    if (crypto_sign_verify_detached(finished->signature.data(), message.data(), message.size(),
                                    root_.group_key().bytes().data()) != 0) {
      throw std::runtime_error("the signature does not verify");
    }
    for (const coordinator::NodeReport& node : finished->nodes) {
      if (finished->verdicts.contains(node.node)) one.signers.insert(node.name);
      if (node.evidence) {
        one.liars.insert(node.name);
        blamed_.insert(node.node);
        blame::WrongPartial evidence = *node.evidence;
        evidence.certificate = or_throw(home::KnownRoots(home_).certificate(root_));
        proofs_.push_back(or_throw(home::Blames(home_).keep(evidence)));
      }
    }
    return one;
  }

  // As if this node had been the quickest of late: then it is asked first.
  void believe_quickest(const std::string& name) {
    for (std::size_t i = 0; i < coordinator::remembered_answers; ++i) {
      quorum_->latencies().record(roster_.find(name)->identity, 0);
    }
  }
  const std::vector<std::filesystem::path>& proofs() const { return proofs_; }

 private:
  home::Home home_;
  home::Roster roster_;
  ceremony::EpochRecord root_;
  std::unique_ptr<driver::Quorum> quorum_;
  std::set<frost::Identifier> blamed_;
  std::vector<std::filesystem::path> proofs_;
};

class Robust : public DevQuorum {
 protected:
  static void SetUpTestSuite() { begin("--nodes 5 --threshold 3 --custody file"); }

  void SetUp() override {
    if (run("quorate-node run --help").out.find("--plant") == std::string::npos) {
      GTEST_SKIP() << "this build holds no planted bugs, so that no node of it can lie";
    }
    DevQuorum::SetUp();
    SeededEntropy entropy(std::random_device{}());
    std::string people;
    std::vector<std::string> names;
    for (int i = 0; i < 4; ++i) {
      builders_.push_back({draw_key(entropy)});
      names.push_back("builder-" + std::to_string(i));
      people += person(names.back(), {builders_.back().line("builder")});
    }
    const Ended requester = run("cut -d' ' -f1,2 d/client/requester.pub");
    people += person("me", {requester.out.substr(0, requester.out.find('\n')) + " me"});
    names.emplace_back("me");
    set_policy(five, "version = 1\n" + people + group("builders", names) +
                         profile("builds", "files", "file", "builders") +
                         "[profile.file]\nnamespaces = [\"file\"]\n");
    shell().write("note.txt", "a note\n");
  }

  void TearDown() override {
    for (const std::string& name : stopped_) kill(process_of(name), SIGCONT);
  }

  static void restart_as_liar(const std::string& name) {
    stop_node(name);
    const std::string place = "d/nodes/" + name;
    ASSERT_EQ(
        run("setsid quorate-node run " + place + " --plant B24 >" + place + "/log 2>&1 & sleep 0")
            .exit,
        0);
    const Ended up =
        until(0, "quorate status --json --nodes " + name + " | grep -q '\"reachable\": true'");
    ASSERT_EQ(up.exit, 0) << shown(run("cat " + place + "/log"));
  }
  void freeze(const std::string& name) {
    ASSERT_EQ(kill(process_of(name), SIGSTOP), 0);
    stopped_.push_back(name);
  }

  std::vector<LongLived::One> sign_many(LongLived& client, const ceremony::EpochRecord& root,
                                        std::size_t count) {
    std::vector<LongLived::One> all;
    for (std::size_t i = 0; i < count; ++i) {
      statement::File file{"file", {}, i, "build-" + std::to_string(i)};
      const auto asked = statement_for(root, statement::Kind::file, std::move(file));
      const Person& who = builders_[i % builders_.size()];
      all.push_back(
          client.sign(asked, request_of(asked, {asked_by(who, statement::encode(asked))})));
    }
    return all;
  }

  static Milliseconds at(const std::vector<LongLived::One>& all, std::size_t per_mille) {
    std::vector<Milliseconds> times;
    for (const LongLived::One& one : all) times.push_back(one.took);
    std::ranges::sort(times);
    return times[std::min(times.size() - 1, times.size() * per_mille / 1000)];
  }
  static void show(const char* what, const std::vector<LongLived::One>& all) {
    std::cout << what << ": " << all.size() << " signatures, ms: median " << at(all, 500)
              << ", p99 " << at(all, 990) << ", worst " << at(all, 1000) << "\n";
  }

  std::vector<Person> builders_;
  std::vector<std::string> stopped_;
};

TEST_F(Robust, OneSilentAndOneLiarOfFiveDoNotShowAndTheLiarIsProved) {
  const std::filesystem::path folder = shell().folder() / "d/client";
  const ceremony::EpochRecord root = Hand(folder).root("files");
  std::vector<LongLived::One> healthy;
  {
    LongLived client(folder, root);
    sign_many(client, root, 10);  // the first connect, and know nobody yet
    healthy = sign_many(client, root, std::max<std::size_t>(20, requests() / 5));
  }
  restart_as_liar("delta");
  LongLived client(folder, root);
  std::vector<LongLived::One> all = sign_many(client, root, 10);
  client.believe_quickest("delta");
  client.believe_quickest("echo");
  freeze("echo");  // while its commitments are at hand
  const std::vector<LongLived::One> rest = sign_many(client, root, requests());
  all.insert(all.end(), rest.begin(), rest.end());

  std::size_t lies = 0;
  for (const LongLived::One& one : all) {
    EXPECT_EQ(one.signers.size(), 3u);
    EXPECT_FALSE(one.signers.contains("delta"));
    lies += one.liars.size();
  }
  for (const LongLived::One& one : rest) EXPECT_FALSE(one.signers.contains("echo"));
  EXPECT_EQ(lies, 1u) << "once caught, it is not asked any more";
  show("healthy", healthy);
  show("with one silent and one lying", rest);
  if (requests() >= enough_to_judge_times) {
    EXPECT_LE(at(rest, 1000), 3 * at(healthy, 500) + 50);
  }

  // The proof, checked by another program, from the file alone.
  ASSERT_EQ(client.proofs().size(), 1u);
  const std::string proof = client.proofs().front().string();
  shell().write("proof", std::string());
  ASSERT_EQ(run("cp '" + proof + "' proof && mkdir -p nobody").exit, 0);
  const Ended elsewhere = run("QUORATE_HOME=nobody quorate audit verify --blame proof");
  EXPECT_EQ(elsewhere.exit, 0) << shown(elsewhere);
  EXPECT_THAT(elsewhere.out, HasSubstr("is guilty"));
  const Ended verified = run("quorate audit verify --blame proof --json");
  ASSERT_EQ(verified.exit, 0) << shown(verified);
  EXPECT_EQ(nlohmann::json::parse(verified.out)["node"], "delta");
  EXPECT_EQ(nlohmann::json::parse(verified.out)["root"], "files");

  // Shown until it is cleared.
  const auto status = nlohmann::json::parse(run("quorate status --json --timeout 2").out);
  for (const auto& node : status["nodes"]) {
    EXPECT_EQ(node["blames"].size(), node["name"] == "delta" ? 1u : 0u) << node;
  }
  EXPECT_THAT(run("quorate status --timeout 2").out, HasSubstr("IT LIED"));
  EXPECT_EQ(run("quorate blame clear delta").exit, 0);
  EXPECT_THAT(run("quorate blame list").out, HasSubstr("no node has lied"));

  // An altered one is none.
  const Ended altered =
      run("sed '3s/A/B/;3t;3s/./A/5' proof >altered; cmp -s proof altered || "
          "quorate audit verify --blame altered");
  EXPECT_EQ(altered.exit, 1) << shown(altered);
}

// The same with the program that people use, which lives for one signature each time.
TEST_F(Robust, TheCommandSignsCatchesTheLiarAndKeepsTheProof) {
  restart_as_liar("delta");
  freeze("echo");
  // Where it is needed there is no signature, but a proof.
  const Ended caught = run(
      "quorate sign --root files --force --json --timeout 5 --nodes alpha,bravo,delta note.txt");
  EXPECT_NE(caught.exit, 0);
  std::string proof;
  const auto failure = nlohmann::json::parse(caught.out);
  for (const auto& node : failure["error"]["nodes"]) {
    EXPECT_EQ(node["code"] == "lied", node["name"] == "delta") << node;
    if (node["name"] == "delta") proof = node.value("evidence", "");
  }
  ASSERT_FALSE(proof.empty()) << shown(caught);
  EXPECT_EQ(run("quorate audit verify --blame '" + proof + "'").exit, 0);
  // From now on it is asked last.
  for (int i = 0; i < 5; ++i) {
    const Ended ended = run("quorate sign --root files --force --json note.txt");
    ASSERT_EQ(ended.exit, 0) << shown(ended);
    expect_verified("note.txt");
    EXPECT_THAT(nlohmann::json::parse(ended.out)["other_nodes"],
                ::testing::Not(::testing::Contains(
                    ::testing::ResultOf([](const auto& node) { return node["code"]; }, "lied"))));
  }
  EXPECT_EQ(run("quorate blame clear delta").exit, 0);
}

// What an honest node signed is no evidence, in whatever record somebody puts it.
TEST_F(Robust, NoProofCanBeMadeAgainstAnHonestNode) {
  const std::filesystem::path folder = shell().folder() / "d/client";
  Hand hand(folder);
  const ceremony::EpochRecord root = hand.root("files");
  const statement::Statement asked =
      statement_for(root, statement::Kind::file, statement::File{"file", {}, 1, "x"});
  const Bytes request = request_of(asked, {asked_by(builders_[0], statement::encode(asked))});
  const std::vector<frost::Commitment> commitments =
      hand.commitments(root, {"alpha", "bravo", "charlie"});
  const wire::v1::Answer answer = hand.ask("alpha", driver::sign_ask(root, request, commitments));
  ASSERT_TRUE(answer.has_partial());
  layout::Signed partial;
  const std::string& body = answer.partial().partial().body();
  const std::string& signature = answer.partial().partial().signature();
  partial.body.assign(body.begin(), body.end());
  ASSERT_EQ(signature.size(), partial.signature.size());
  std::copy(signature.begin(), signature.end(), partial.signature.begin());

  const auto certificate = or_throw(home::KnownRoots(home::Home(folder)).certificate(root));
  const blame::WrongPartial framed{root, to_be_signed(asked), commitments, partial, certificate};
  const auto said_of = [](const blame::WrongPartial& evidence) {
    shell().write("framed", blame::armour(evidence));
    return run("quorate audit verify --blame framed");
  };
  const Ended right = said_of(framed);
  EXPECT_EQ(right.exit, 1) << shown(right);
  EXPECT_THAT(right.complaints, HasSubstr("proves nothing: the partial signature is right"));

  blame::WrongPartial other = framed;
  other.to_be_signed.push_back('x');
  EXPECT_EQ(said_of(other).exit, 1) << "over bytes that it never signed";
  other = framed;
  std::swap(other.commitments[1].hiding, other.commitments[1].binding);
  EXPECT_EQ(said_of(other).exit, 1) << "in a session that it never saw";
  other = framed;
  other.record.commitments[1] = other.record.commitments[2];
  const Ended shares = said_of(other);
  EXPECT_EQ(shares.exit, 1) << "with a verification share that is not its own";
  EXPECT_THAT(shares.complaints, HasSubstr("another root"));
  other.certificate.reset();
  EXPECT_EQ(said_of(other).exit, 1);
}

}  // namespace
}  // namespace quorate::testing

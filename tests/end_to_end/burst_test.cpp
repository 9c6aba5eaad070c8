// kill -9 in the middle of a burst: what a client received was written down before, everywhere.

#include <algorithm>
#include <cstdlib>
#include <future>
#include <random>

#include "client/audit/ledger_check.h"
#include "client/audit/pull.h"
#include "client/driver/answer.h"
#include "proto/record/checkpoint.h"
#include "tests/end_to_end/burst.h"
#include "tests/end_to_end/dev_quorum.h"
#include "tests/end_to_end/policy_text.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {
namespace {

using statement::Kind;
using statement::Statement;

// Of the one whom a limit holds back.
constexpr std::size_t limit = 20;

// A sanitizer makes the nodes several times slower; what is to be seen is the same.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t usual_size = 2'000;
#else
constexpr std::size_t usual_size = 10'000;
#endif

std::size_t burst_size() {
  const char* wanted = std::getenv("QUORATE_BURST");  // NOLINT(concurrency-mt-unsafe): one thread
  return wanted == nullptr ? usual_size : std::stoul(wanted);
}

struct Ledger {
  audit::LedgerCheck check;
  std::set<std::pair<layout::Hash, layout::Hash>> approved;  // request ids and documents
};

class KilledInABurst : public DevQuorum {
 protected:
  static void SetUpTestSuite() { begin("--custody file"); }

  void SetUp() override {
    DevQuorum::SetUp();
    SeededEntropy entropy(std::random_device{}());
    std::vector<std::string> names;
    std::string people;
    for (int i = 0; i < 4; ++i) {  // no person gets all of this within a minute
      many_.push_back({draw_key(entropy)});
      names.push_back("builder-" + std::to_string(i));
      people += person(names.back(), {many_.back().line("builder")});
    }
    eve_.push_back({draw_key(entropy)});
    set_policy({"alpha", "bravo", "charlie"},
               "version = 1\n" + people + person("eve", {eve_.front().line("eve")}) +
                   group("builders", names) + group("limited", {"eve"}) +
                   profile("builds", "files", "file", "builders") +
                   "[profile.file]\nnamespaces = [\"file\"]\n" +
                   profile("few", "files", "file", "limited") +
                   "[profile.file]\nnamespaces = [\"file\"]\n[profile.limits]\nper_requester = \"" +
                   std::to_string(limit) + "/24h\"\n");
  }

  static Wish wish(const ceremony::EpochRecord& root, const Person& who, std::size_t number) {
    statement::File file{"file", {}, number, "build-" + std::to_string(number)};
    const Statement asked = statement_for(root, Kind::file, std::move(file));
    return {asked, request_of(asked, {asked_by(who, statement::encode(asked))})};
  }

  // Eve's twenty come early, and bravo is asked for each of them.
  std::vector<Wish> wishes(const ceremony::EpochRecord& root) const {
    const std::size_t many = burst_size();
    std::vector<Wish> all;
    for (std::size_t i = 0; i < many; ++i) {
      const bool is_eves = i % 8 == 0 && i / 8 < limit;
      all.push_back(wish(root, is_eves ? eve_.front() : many_[i % many_.size()], i));
      if (is_eves) all.back().nodes = {"alpha", "bravo"};
    }
    return all;
  }

  // The whole of it, as an auditor gets it from the node itself.
  static Ledger pull(Hand& hand, const std::string& name) {
    const home::RosterNode& place = hand.node(name);
    const audit::Node node{name, record::origin_of(hand.roster().quorum, name), place.identity,
                           place.cosigner};
    Ledger ledger{audit::LedgerCheck(node), {}};
    audit::Pull pull(node, {});
    while (const auto ask = pull.next()) {
      const auto page = driver::decode_history(hand.ask(name, driver::history_ask(*ask)));
      if (!page) throw std::runtime_error(name + ": " + page.error().message);
      const auto grown = pull.take(*page);
      if (!grown) throw std::runtime_error(name + ": " + grown.error().message);
      for (const Bytes& leaf : grown->leaves) ledger.check.take(leaf);
    }
    EXPECT_FALSE(pull.finding().has_value()) << pull.finding()->what;
    ledger.check.finish(pull.held().note);
    for (const audit::Approved& each : ledger.check.approved()) {
      ledger.approved.emplace(each.request_id, each.document);
    }
    return ledger;
  }

  std::vector<Person> many_;
  std::vector<Person> eve_;
};

TEST_F(KilledInABurst, EveryArtifactIsInTheLedgersOfItsSignersTheTreesVerifyAndNoLimitIsForgotten) {
  const std::filesystem::path home = shell().folder() / "d/client";
  Hand hand(home);
  const ceremony::EpochRecord root = hand.root("files");
  const std::vector<Wish> all = wishes(root);

  Burst burst(home, root);
  std::future<Ended> restarted;
  const Burst::Outcome outcome = burst.run(all, [&](std::size_t received) {
    if (received != all.size() / 2) return;
    kill_node("bravo");
    restarted = std::async(std::launch::async, [&burst] {
      Ended up = run("quorate dev up --dir d");
      burst.node_is_back("bravo");
      return up;
    });
  });
  const Ended up = restarted.get();
  ASSERT_EQ(up.exit, 0) << shown(up);
  ASSERT_EQ(outcome.artifacts.size(), all.size());
  EXPECT_TRUE(outcome.refusals.empty());

  std::map<std::string, Ledger> ledgers;
  for (const home::RosterNode& node : hand.roster().nodes) {
    const auto [ledger, is_new] = ledgers.emplace(node.name, pull(hand, node.name));
    for (const audit::Finding& finding : ledger->second.check.findings()) {
      ADD_FAILURE() << finding.what;
    }
  }
  EXPECT_EQ(ledgers.at("bravo").check.counts().crashes, 1u);
  EXPECT_EQ(ledgers.at("alpha").check.counts().crashes, 0u);

  std::size_t missing = 0;
  std::size_t made_with_bravo = 0;
  for (const Artifact& artifact : outcome.artifacts) {
    EXPECT_EQ(artifact.signers.size(), root.members.threshold);
    made_with_bravo += artifact.signers.contains("bravo") ? 1 : 0;
    for (const std::string& signer : artifact.signers) {
      const auto& approved = ledgers.at(signer).approved;
      missing += approved.contains({artifact.request_id, artifact.document}) ? 0 : 1;
    }
  }
  EXPECT_EQ(missing, 0u);
  EXPECT_GT(made_with_bravo, all.size() / 4) << "the node that was killed had little to lose";

  // Sent again, each of eve's counts once, as before; one more is too many.
  std::vector<Wish> eves;
  std::ranges::copy_if(all, std::back_inserter(eves),
                       [](const Wish& sent) { return !sent.nodes.empty(); });
  const Burst::Outcome again = burst.run(eves);
  EXPECT_TRUE(again.refusals.empty());
  ASSERT_EQ(again.artifacts.size(), limit);
  for (const Artifact& artifact : again.artifacts) {
    EXPECT_EQ(artifact.signers, (std::set<std::string>{"alpha", "bravo"}));
  }
  Wish one_more = wish(root, eve_.front(), all.size());
  one_more.nodes = {"alpha", "bravo"};
  EXPECT_EQ(burst.run({one_more}).refusals, (std::multiset<std::string>{"rate_limited"}));

  ASSERT_EQ(run("quorate dev down --dir d").exit, 0);
  for (const auto& [name, ledger] : ledgers) {
    const Ended verified = run("quorate-node ledger verify d/nodes/" + name);
    EXPECT_EQ(verified.exit, 0) << shown(verified);
  }
}

}  // namespace
}  // namespace quorate::testing

// quorate audit over copies on this disk: ledgers that the test makes, and no node to ask.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "client/audit/replica.h"
#include "client/home/home.h"
#include "client/home/known_roots.h"
#include "client/home/roster.h"
#include "tests/client/audit/ledger.h"
#include "tests/client/cli/command_line.h"

namespace quorate::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using testing::hash_of;
using ::testing::HasSubstr;
using testing::Ledger;
using testing::noon_ms;

const record::Hash request = hash_of(20);

class AuditCommand : public CommandLine {
 protected:
  AuditCommand() {
    home::Roster roster{"test", {}};
    std::uint16_t port = 1;
    for (const Ledger* ledger : all()) {
      roster.nodes.push_back({ledger->node().name,
                              "ops",
                              {"127.0.0.1", port++},
                              ledger->node().identity,
                              ledger->node().cosigner});
    }
    std::ofstream(home / "roster.toml", std::ios::trunc) << home::format(roster);
    EXPECT_TRUE(home::KnownRoots(home::Home(home)).pin(record).has_value());
  }
  std::vector<const Ledger*> all() const { return {&alpha, &bravo, &charlie}; }

  // As `audit pull` a day later would.
  void pull(const Ledger& ledger) const {
    audit::Replica replica = audit::Replica::open(home / "audit", ledger.node().name).value();
    const auto pulled = testing::pull_all(ledger, replica.mark().held);
    ASSERT_FALSE(pulled.pull.finding());
    ASSERT_TRUE(replica.append({pulled.leaves, pulled.texts}).has_value());
    ASSERT_TRUE(replica.keep(pulled.pull.held(), noon_ms / 1000 + 24 * 3600).has_value());
  }
  void pull_all_ledgers() const {
    for (const Ledger* ledger : all()) pull(*ledger);
  }
  // Exit code and what was found, by kind.
  std::pair<int, std::vector<std::string>> verify() const {
    const Ended ended = quorate({"audit", "verify", "--json"});
    std::vector<std::string> kinds;
    const json answer = json::parse(ended.out);
    for (const json& finding : answer["findings"]) kinds.push_back(finding["kind"]);
    return {ended.exit, kinds};
  }
  void approve_by_alpha_and_charlie() {
    alpha.approve(request, record.root_id(), noon_ms);
    charlie.approve(request, record.root_id(), noon_ms + 5);
  }

  Ledger alpha{"alpha", 1};
  Ledger bravo{"bravo", 2};
  Ledger charlie{"charlie", 3};
  const ceremony::EpochRecord record = testing::root_of({&alpha, &bravo, &charlie});
};

TEST_F(AuditCommand, VerifyIsContentWithHonestLedgers) {
  approve_by_alpha_and_charlie();
  pull_all_ledgers();
  const Ended ended = quorate({"audit", "verify"});
  EXPECT_EQ(ended.exit, 0) << ended.out << ended.complaints;
  EXPECT_THAT(ended.out, HasSubstr("1 requests stand in enough ledgers"));
  EXPECT_THAT(ended.out, HasSubstr("nothing was found amiss"));
}

TEST_F(AuditCommand, VerifyProvesWhatTooFewLedgersKnow) {
  alpha.approve(request, record.root_id(), noon_ms);
  pull_all_ledgers();
  const Ended ended = quorate({"audit", "verify", "--json"});
  EXPECT_EQ(ended.exit, 1);
  const json finding = json::parse(ended.out)["findings"][0];
  EXPECT_EQ(finding["kind"], "too_few_ledgers");
  EXPECT_EQ(finding["proofs"][0]["name"], "record alpha 1");
  EXPECT_EQ(finding["proofs"][1]["name"], "receipt alpha 1");
}

TEST_F(AuditCommand, VerifyBlamesNobodyForDamageOnThisDisk) {
  approve_by_alpha_and_charlie();
  pull_all_ledgers();
  std::fstream file(home / "audit" / "alpha.leaves",
                    std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file.put('x');
  file.close();
  EXPECT_EQ(verify(), (std::pair<int, std::vector<std::string>>{1, {"file_damaged"}}));
}

TEST_F(AuditCommand, VerifyFindsWhatACosignerWasShownOtherwise) {
  pull_all_ledgers();
  Ledger twin("bravo", 2);
  twin.leaves.front()[3] ^= 1;
  const std::string note = twin.note();
  const std::string line = record::sign_cosignature(
      record::open_note(note, bravo.node().origin, bravo.node().identity).value(),
      alpha.node().origin, alpha.cosigner(), noon_ms / 1000);
  ASSERT_TRUE(audit::Replica::open(home / "audit", "bravo")
                  ->keep_cosigned("alpha", note + line)
                  .has_value());
  EXPECT_EQ(verify(), (std::pair<int, std::vector<std::string>>{1, {"split"}}));
  ASSERT_TRUE(
      audit::Replica::open(home / "audit", "bravo")->keep_cosigned("alpha", note).has_value());
  EXPECT_EQ(verify(), (std::pair<int, std::vector<std::string>>{1, {"note_invalid"}}));
}

TEST_F(AuditCommand, VerifyRepeatsWhatAPullFound) {
  pull_all_ledgers();
  const audit::Finding shrunk{audit::Kind::shrunk, {"bravo"}, "bravo shrank", {}, {}};
  ASSERT_TRUE(
      audit::Replica::open(home / "audit", "bravo")->keep_contradiction(shrunk).has_value());
  EXPECT_EQ(verify(), (std::pair<int, std::vector<std::string>>{1, {"shrunk"}}));
}

TEST_F(AuditCommand, ShowsAndExportsWhatIsAskedFor) {
  approve_by_alpha_and_charlie();
  pull_all_ledgers();
  const json shown = json::parse(quorate({"audit", "show", "--root", "files", "--json"}).out);
  ASSERT_EQ(shown["records"].size(), 2u);
  EXPECT_EQ(shown["records"][0]["node"], "alpha");
  EXPECT_EQ(shown["records"][0]["asked_by"], json({"erased"}));
  EXPECT_THAT(quorate({"audit", "show", "--who", "mallory"}).out, HasSubstr("no such record"));
  EXPECT_EQ(quorate({"audit", "show", "--code", "no_such_code"}).exit, 2);
  EXPECT_EQ(quorate({"audit", "show", "--root", "nobodys"}).exit, 2);
  EXPECT_EQ(quorate({"audit", "show", "--since", "tomorrow"}).exit, 2);

  const std::string lines = quorate({"audit", "export"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 5);  // three starts, two approvals
  EXPECT_EQ(json::parse(lines.substr(0, lines.find('\n')))["type"], "start");
}

TEST_F(AuditCommand, NamesTheRequesterWhereTheTextIsThere) {
  const audit::Text alice{{7}, {'a', 'l', 'i', 'c', 'e'}};
  record::Verdict verdict = testing::an_approval(request, record.root_id());
  verdict.evidence[0].person = record::veil(alice.salt, alice.text);
  alpha.add(verdict, noon_ms);
  alpha.texts = {alice};
  pull_all_ledgers();
  const json shown = json::parse(quorate({"audit", "show", "--who", "alice", "--json"}).out);
  ASSERT_EQ(shown["records"].size(), 1u);
  EXPECT_THAT(shown["records"][0]["asked_by"], ElementsAre("alice"));
}

}  // namespace
}  // namespace quorate::cli

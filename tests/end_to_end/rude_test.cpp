// What those who write clients meet early: a quorum that is late, refuses and stays away, within
// the rules.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/end_to_end/dev_quorum.h"

namespace quorate::testing {
namespace {

using ::testing::HasSubstr;

class Rude : public DevQuorum {
 protected:
  static void SetUpTestSuite() { begin("--rude --seed 7 --custody file"); }

  // How often each fault was met, by all nodes together: `late 12, held 3, ...`.
  static std::map<std::string, int> faults() {
    std::map<std::string, int> met;
    const Ended status = until(0, "quorate status --json");
    const nlohmann::json parsed = nlohmann::json::parse(status.out);
    for (const auto& node : parsed["nodes"]) {
      const std::string rude = node["rude"];
      if (rude.empty()) continue;
      std::istringstream words(rude.substr(rude.find(": ") + 2));
      for (std::string part; std::getline(words, part, ',');) {
        const std::size_t number = part.rfind(' ');
        const std::size_t first = part.find_first_not_of(' ');
        met[part.substr(first, number - first)] += std::stoi(part.substr(number));
      }
    }
    return met;
  }
  static bool has_all(const std::map<std::string, int>& met) {
    for (const char* fault : {"late", "held", "nonce refused", "busy", "custody gone", "away"}) {
      const auto found = met.find(fault);
      if (found == met.end() || found->second == 0) return false;
    }
    return true;
  }
};

TEST_F(Rude, GivesAPatientClientEverySignature) {
  shell().write("note.txt", "a note\n");
  constexpr int least = 40;
  constexpr int most = 400;
  int signatures = 0;
  std::map<std::string, int> met;
  while (signatures < least || (signatures < most && !has_all(met))) {
    const Ended ended = until(0, "quorate sign --root files --force --json note.txt");
    ASSERT_EQ(ended.exit, 0) << "signature " << signatures << "\n" << shown(ended);
    expect_verified("note.txt");
    ++signatures;
    if (signatures >= least && signatures % 5 == 0) met = faults();
  }
  met = faults();
  EXPECT_TRUE(has_all(met)) << nlohmann::json(met).dump();
}

TEST_F(Rude, SaysThatItIsRudeWhereverOneLooks) {
  const Ended status = run("quorate status");
  EXPECT_THAT(status.out, HasSubstr("RUDE, as it was told to be; seed 7: late "));
  EXPECT_THAT(shell().read("d/nodes/alpha/log"), HasSubstr("RUDE, with seed 7"));
  const Ended again = run("quorate dev up --dir d --rude");
  EXPECT_EQ(again.exit, 2) << shown(again);
  EXPECT_THAT(again.complaints, HasSubstr("quorate dev down"));
}

TEST_F(Rude, IsForLoopbackOnly) {
  ASSERT_EQ(run("cp -a d/nodes/alpha far && rm -f far/pid &&"
                " sed -i 's/^listen = .*/listen = \"0.0.0.0:7999\"/' far/node.toml")
                .exit,
            0);
  const Ended refused = run("quorate-node run far --rude 1 0 3 1");
  EXPECT_EQ(refused.exit, 2) << shown(refused);
  EXPECT_THAT(refused.complaints, HasSubstr("loopback"));
  const Ended nonsense = run("quorate-node run d/nodes/alpha --rude 1 3 3 1");
  EXPECT_EQ(nonsense.exit, 2) << shown(nonsense);
}

}  // namespace
}  // namespace quorate::testing

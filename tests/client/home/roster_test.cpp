#include "client/home/roster.h"

#include <gtest/gtest.h>

#include "crypto/base/hex.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::home {
namespace {

ed25519::Point key(std::uint64_t seed) {
  testing::SeededEntropy entropy(seed);
  return ed25519::Point::base_times(ed25519::SecretScalar::draw(entropy));
}

std::string hex(std::uint64_t seed) { return to_hex(key(seed).bytes()); }

// Lines 1 to 15; alpha begins in line 3, bravo in line 10.
std::string two_nodes() {
  return "version = 1\n"
         "quorum = \"demo\"\n"
         "[[node]]\n"
         "name = \"alpha\"\n"
         "operator = \"ops-a\"\n"
         "address = \"127.0.0.1:7201\"\n"
         "identity = \"" +
         hex(1) +
         "\"\n"
         "cosigner = \"" +
         hex(2) +
         "\"\n"
         "\n"
         "[[node]]\n"
         "name = \"bravo\"\n"
         "operator = \"ops-b\"\n"
         "address = \"[::1]:7202\"\n"
         "identity = \"" +
         hex(3) +
         "\"\n"
         "cosigner = \"" +
         hex(4) + "\"\n";
}

std::string with(const std::string& old_text, const std::string& new_text) {
  std::string text = two_nodes();
  const std::size_t place = text.find(old_text);
  EXPECT_NE(place, std::string::npos) << old_text;
  return text.replace(place, old_text.size(), new_text);
}

TEST(Roster, NamesTheNodesAndHowToReachThem) {
  const Roster roster = parse_roster(two_nodes(), "roster.toml").value();
  EXPECT_EQ(roster.quorum, "demo");
  ASSERT_EQ(roster.nodes.size(), 2u);
  EXPECT_EQ(roster.find("bravo")->address, (Address{"::1", 7202}));
  EXPECT_EQ(roster.find("bravo")->address.text(), "[::1]:7202");
  EXPECT_EQ(roster.find(key(1))->name, "alpha");
  EXPECT_EQ(roster.find(key(2)), nullptr);  // a cosigner is nobody's channel
  EXPECT_EQ(roster.find("charlie"), nullptr);
}

TEST(Roster, ReadsWhatItWrites) {
  Roster roster = parse_roster(two_nodes(), "roster.toml").value();
  roster.nodes[0].operator_name = R"(Ops "A" \ B)";
  EXPECT_EQ(parse_roster(format(roster), "roster.toml").value(), roster);
}

struct Mistake {
  std::string text;
  std::string place;  // and the beginning of what is said
};

TEST(Roster, SaysWhereAMistakeIsAndWhatWasExpected) {
  const std::vector<Mistake> mistakes = {
      {with("version = 1", "version = 2"), "roster.toml:1: `version`: expected the number 1"},
      {with("version = 1\n", ""), "roster.toml:1: `version` is missing"},
      {with("quorum = \"demo\"", "quorum = \"De mo\""), "roster.toml:2: `quorum`: expected a name"},
      {with("quorum", "quorums"), "roster.toml:1: `quorum` is missing"},
      {with("operator = \"ops-b\"", "operators = \"ops-b\""),
       "roster.toml:10: `operator` is missing"},
      {with("name = \"bravo\"\n", ""), "roster.toml:10: `name` is missing"},
      {with("name = \"bravo\"", "name = 7"), "roster.toml:11: `name`: expected a text in quotes"},
      {with("name = \"bravo\"", "name = \"alpha\""),
       "roster.toml:11: `name`: expected a name that"},
      {with("[::1]:7202", "127.0.0.1:7201"), "roster.toml:13: `address`: expected an address that"},
      {with("127.0.0.1:7201", "127.0.0.1"), "roster.toml:6: `address`: expected HOST:PORT"},
      {with("127.0.0.1:7201", "127.0.0.1:0"), "roster.toml:6: `address`: expected HOST:PORT"},
      {with("127.0.0.1:7201", "127.0.0.1:65536"), "roster.toml:6: `address`: expected HOST:PORT"},
      {with(hex(1), hex(1).substr(2)), "roster.toml:7: `identity`: expected an Ed25519"},
      {with(hex(1), std::string(64, '0')), "roster.toml:7: `identity`: expected an Ed25519"},
      {with(hex(3), hex(1)), "roster.toml:14: `identity`: expected a key that no other"},
      {with(hex(3), hex(2)), "roster.toml:14: `identity`: expected a key that no other"},
      {with(hex(4), hex(3)), "roster.toml:15: `cosigner`: expected another key"},
      {with("ops-a\"", "ops-a\\u001b\""), "roster.toml:5: `operator`: expected 1 to 255"},
      {with("quorum = \"demo\"", "quorum = \"demo"), "roster.toml:2: not TOML: "},
      {two_nodes() + "extra = 1\n", "roster.toml:16: nothing is called `extra` here"},
      {"version = 1\nquorum = \"demo\"\n", "roster.toml:1: `node` is missing: expected 1 to 256"},
      {"version = 1\nquorum = \"demo\"\nnode = [1]\n", "roster.toml:3: `node`: expected sections"},
  };
  for (const Mistake& mistake : mistakes) {
    const Result<Roster> refused = parse_roster(mistake.text, "roster.toml");
    ASSERT_FALSE(refused.has_value()) << mistake.place;
    EXPECT_EQ(refused.error().code, Code::configuration);
    EXPECT_EQ(refused.error().message.substr(0, mistake.place.size()), mistake.place);
  }
}

TEST(Roster, SaysWhichFileIsMissing) {
  const Result<Roster> missing = load_roster("/nonexistent/roster.toml");
  EXPECT_EQ(missing.error().code, Code::configuration);
  EXPECT_NE(missing.error().message.find("/nonexistent/roster.toml"), std::string::npos);
}

}  // namespace
}  // namespace quorate::home

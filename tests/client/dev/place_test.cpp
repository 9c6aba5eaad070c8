#include "client/dev/place.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "client/dev/local_quorum.h"
#include "client/dev/node_file.h"
#include "client/dev/port.h"
#include "crypto/base/hex.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::dev {
namespace {

class LocalPlace : public ::testing::Test {
 protected:
  LocalPlace() { std::filesystem::remove_all(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }

  const Path folder = Path(::testing::TempDir()) / ("quorate-place-" + std::to_string(getpid()));
};

TEST(NodeNames, AreTheSpellingAlphabet) {
  EXPECT_EQ(node_name(0), "alpha");
  EXPECT_EQ(node_name(2), "charlie");
  EXPECT_EQ(node_name(25), "zulu");
  for (std::size_t i = 1; i < most_nodes; ++i) EXPECT_LT(node_name(i - 1), node_name(i));
}

TEST_F(LocalPlace, IsAbsoluteWhateverWasTyped) {
  EXPECT_EQ(Place("some/where/").folder(), std::filesystem::current_path() / "some/where");
  EXPECT_EQ(Place("/some/./where").node("alpha"), "/some/where/nodes/alpha");
}

TEST_F(LocalPlace, ListsTheNodesThatWereMade) {
  const Place place(folder);
  EXPECT_TRUE(place.node_names()->empty());
  for (const char* name : {"bravo", "alpha", "half-made"}) {
    std::filesystem::create_directories(place.node(name));
  }
  std::ofstream(place.node("alpha") / "node.toml") << "x";
  std::ofstream(place.node("bravo") / "node.toml") << "x";
  EXPECT_EQ(place.node_names().value(), (std::vector<std::string>{"alpha", "bravo"}));
}

TEST_F(LocalPlace, IsForOneAtATime) {
  const Place place(folder);
  auto first = Lock::take(place);
  ASSERT_TRUE(first.has_value());
  const auto second = Lock::take(place);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::usage);
  { const Lock gone = std::move(*first); }
  EXPECT_TRUE(Lock::take(place).has_value());
}

TEST_F(LocalPlace, RefusesAFolderOfSomebodyElseAndAdvisesToRemoveNothing) {
  const Place place(folder);
  std::filesystem::create_directories(place.client());
  testing::SeededEntropy entropy(1);
  const Status made = make(place, {}, entropy, [](const std::string&) {});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, Code::usage);
  EXPECT_NE(made.error().message.find("choose another --dir"), std::string::npos);
  EXPECT_EQ(made.error().message.find("remove"), std::string::npos);
}

TEST(Ports, AreFreeAndDiffer) {
  const auto ports = free_ports(3);
  ASSERT_TRUE(ports.has_value());
  EXPECT_EQ(std::set<std::uint16_t>(ports->begin(), ports->end()).size(), 3u);
  EXPECT_TRUE(is_free(ports->front()));
}

TEST(NodeFile, GetsAnotherAddressAndKeepsTheRest) {
  EXPECT_EQ(with_listen("name = \"a\"\nlisten = \"127.0.0.1:1\"  # here\n[x]\nlistened = 1\n",
                        "127.0.0.1:2")
                .value(),
            "name = \"a\"\nlisten = \"127.0.0.1:2\"\n[x]\nlistened = 1\n");
  EXPECT_FALSE(with_listen("name = \"a\"\n", "127.0.0.1:2").has_value());
}

}  // namespace
}  // namespace quorate::dev

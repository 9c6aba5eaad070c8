// The command line as a person meets it, as far as it needs no node.

#include "client/cli/run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "client/home/roster.h"
#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

namespace fs = std::filesystem;

struct Ended {
  int exit;
  std::string out;
  std::string complaints;
};

Ended quorate(std::vector<const char*> words) {
  words.insert(words.begin(), "quorate");
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int exit = run(static_cast<int>(words.size()), words.data());
  std::fflush(stdout);
  return {exit, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

ed25519::Point point(const char* hex) {
  return ed25519::Point::parse(from_hex(hex).value()).value();
}

class CommandLine : public ::testing::Test {
 protected:
  CommandLine() {
    fs::remove_all(home);
    fs::create_directories(home);
    const ed25519::Point key =
        point("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const ed25519::Point other =
        point("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    // Nobody listens on the discard port of loopback.
    const home::Roster roster{"test", {{"alpha", "ops", {"127.0.0.1", 9}, key, other}}};
    std::ofstream(home / "roster.toml") << home::format(roster);
    setenv("QUORATE_HOME", home.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
  }

  const fs::path home =
      fs::path(::testing::TempDir()) / ("quorate-cli-" + std::to_string(getpid()));
};

TEST_F(CommandLine, EveryHelpEndsWithAnExample) {
  const std::vector<std::vector<const char*>> commands = {{},
                                                          {"status"},
                                                          {"root"},
                                                          {"root", "create"},
                                                          {"root", "list"},
                                                          {"root", "show"},
                                                          {"sign"},
                                                          {"ssh-cert"},
                                                          {"request"},
                                                          {"request", "show"},
                                                          {"request", "sign"},
                                                          {"dev"},
                                                          {"dev", "up"},
                                                          {"dev", "down"}};
  for (std::vector<const char*> words : commands) {
    const std::string name = words.empty() ? "" : words.back();
    words.push_back("--help");
    const Ended ended = quorate(words);
    EXPECT_EQ(ended.exit, 0) << name;
    const std::size_t example = ended.out.rfind("Example:\n  quorate ");
    ASSERT_NE(example, std::string::npos) << name << ended.out;
    EXPECT_EQ(ended.out.find("Options:", example), std::string::npos) << name;
  }
}

TEST_F(CommandLine, MistakesOfUsageEndWithTwoAndSayWhatToDo) {
  const std::vector<std::vector<const char*>> mistakes = {
      {},
      {"sing"},
      {"sign", "--root", "files"},
      {"sign", "--root", "files", "--no-such-option", "FILE"},
      {"root", "create", "x", "--purpose", "file", "--algorithm", "rsa", "--threshold", "2",
       "--members", "a,b"},
      {"root", "show", "files", "--format", "yaml"},
      {"status", "--nodes", "nobody"},
      {"status", "--timeout", "soon"},
      {"sign", "--root", "files", "/nowhere/at/all"},
      {"request", "show", "/nowhere/at/all"},
      {"dev", "up", "--nodes", "1"},
      {"dev", "up", "--nodes", "2", "--threshold", "3", "--dir", "/nowhere/at/all"}};
  for (const std::vector<const char*>& words : mistakes) {
    const std::string name = words.empty() ? "" : words.back();
    const Ended ended = quorate(words);
    EXPECT_EQ(ended.exit, 2) << name << ended.complaints;
    EXPECT_TRUE(ended.complaints.starts_with("quorate: ")) << name << ended.complaints;
    EXPECT_EQ(ended.out, "") << name;
  }
}

TEST_F(CommandLine, FailuresAreJsonTooWhereJsonIsAskedFor) {
  const Ended ended = quorate({"status", "--json", "--nodes", "nobody"});
  EXPECT_EQ(ended.exit, 2);
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["error"]["code"], "usage");
  EXPECT_EQ(json["error"]["exit"], 2);
  EXPECT_EQ(json["error"]["next"], "the roster has: alpha");
}

TEST_F(CommandLine, NamesTheNodesThatAreOutOfReachAndEndsWithThree) {
  const Ended ended = quorate({"root", "show", "files"});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_NE(ended.complaints.find("alpha  unreachable: "), std::string::npos) << ended.complaints;
  EXPECT_NE(ended.complaints.find("next: "), std::string::npos);
}

TEST_F(CommandLine, StatusEndsWithThreeWhenNobodyAnswers) {
  const Ended ended = quorate({"status", "--json"});
  EXPECT_EQ(ended.exit, 3);
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["nodes"][0]["name"], "alpha");
  EXPECT_EQ(json["nodes"][0]["reachable"], false);
}

TEST_F(CommandLine, AHomeWithoutARosterIsAMistakeOfConfiguration) {
  fs::remove(home / "roster.toml");
  const Ended ended = quorate({"status"});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_NE(ended.complaints.find("roster.toml"), std::string::npos);
}

TEST_F(CommandLine, DoesNotTouchASignatureThatIsThere) {
  const fs::path file = home / "note.txt";
  std::ofstream(file) << "note";
  std::ofstream(file.string() + ".sig") << "mine";
  const Ended ended = quorate({"sign", "--root", "files", file.c_str()});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_NE(ended.complaints.find("--force"), std::string::npos) << ended.complaints;
  std::string kept;
  std::ifstream(file.string() + ".sig") >> kept;
  EXPECT_EQ(kept, "mine");
}

}  // namespace
}  // namespace quorate::cli

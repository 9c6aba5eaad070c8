// The command line as a person meets it, as far as it needs no node.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/client/cli/command_line.h"

namespace quorate::cli {
namespace {

namespace fs = std::filesystem;

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
                                                          {"request", "nonce"},
                                                          {"approve"},
                                                          {"audit"},
                                                          {"audit", "pull"},
                                                          {"audit", "verify"},
                                                          {"audit", "show"},
                                                          {"audit", "export"},
                                                          {"audit", "trace"},
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
      {"request", "nonce", "/nowhere/at/all"},
      {"approve", "/nowhere/at/all"},
      {"sign", "--root", "files", "--life", "8d", "run_test"},
      {"sign", "--root", "files", "--life", "soon", "run_test"},
      {"audit", "verify"},
      {"audit", "show"},
      {"audit", "trace", "/nowhere/at/all"},
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

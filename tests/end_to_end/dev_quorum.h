// A quorum as `quorate dev up` makes it: three processes, three SoftHSM tokens, two roots.

#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/shell.h"

namespace quorate::testing {

// One quorum for all tests of a suite. Each test finds it up and leaves it as it likes: what is
// stopped is started again before the next.
class DevQuorum : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { begin(""); }
  static void TearDownTestSuite();
  void SetUp() override;

  // For suites that want another quorum: `options` are those of `dev up`.
  static void begin(const std::string& options);

  // In the suite's folder, with QUORATE_HOME set.
  static Ended run(const std::string& line);
  static const Shell& shell() { return *shell_; }
  static std::filesystem::path node(const std::string& name);
  static pid_t process_of(const std::string& node);

  // kill -9, and gone when this returns.
  static void kill_node(const std::string& node);
  // As its operator stops it.
  static void stop_node(const std::string& node);

  // Gives these nodes another policy.toml and has them read it again; returns when they have, and
  // throws where one would not take it.
  static void set_policy(const std::vector<std::string>& nodes, const std::string& text);
  // The same for one whose text may be wrong. What the node says of it in its log.
  static std::string reload_policy(const std::string& node, const std::string& text);

  // Runs the line again and again until it ends with this exit code; the last one, after 30
  // seconds.
  static Ended until(int exit, const std::string& line);

  // Signs FILE under the root `files`; then ssh-keygen judges.
  static Ended sign(const std::string& file, const std::string& options = "");
  static void expect_verified(const std::string& file);

  // The error object that a command with --json ended with: the code that each node answered with.
  static std::map<std::string, std::string> codes_of(const Ended& ended);
  // How many nodes answered with it. Which are asked first is nobody's promise.
  static std::size_t count_of(const std::string& code, const Ended& ended);

 private:
  static void end_node(const std::string& node, int signal);

  static std::unique_ptr<Shell> shell_;
};

}  // namespace quorate::testing

#include "client/dev/process.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <fstream>

namespace quorate::dev {
namespace {

class Process : public ::testing::Test {
 protected:
  Process() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  // Waits for a child of ours, which Stopping has told to end.
  static int reap(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  }

  const Path folder = Path(::testing::TempDir()) / ("quorate-process-" + std::to_string(getpid()));
};

TEST_F(Process, RunGivesWhatTheProgramWrote) {
  EXPECT_EQ(run("sh", {"-c", "echo out; echo complaint >&2"}).value(), "out\n");
}

TEST_F(Process, RunTellsWhatTheProgramComplainedOf) {
  const Result<std::string> ended = run("sh", {"-c", "echo it is broken >&2; exit 3"});
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, Code::tool_failed);
  EXPECT_NE(ended.error().message.find("it is broken"), std::string::npos);
}

TEST_F(Process, RunReadsMoreThanAPipeHolds) {
  const auto written = run("sh", {"-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"});
  EXPECT_EQ(written->size(), 300'000u);
}

TEST_F(Process, RunNamesAProgramThatIsNotThere) {
  const Result<std::string> ended = run("quorate-no-such-program", {});
  ASSERT_FALSE(ended.has_value());
  EXPECT_NE(ended.error().message.find("quorate-no-such-program"), std::string::npos);
}

TEST_F(Process, InTheBackgroundHasASessionALogAndNothingOfOurs) {
  ASSERT_EQ(setenv("SOFTHSM2_CONF", "/of/somebody/else", 1), 0);  // NOLINT(concurrency-mt-unsafe)
  const int ours = dup(STDOUT_FILENO);  // stays open across exec unless somebody closes it
  ASSERT_GE(ours, 3);
  const Path log = folder / "log";
  const auto child = start_in_background("sh",
                                         {"-c",
                                          "echo session $(ps -o sid= -p $$) pid $$; echo conf "
                                          "\"$SOFTHSM2_CONF\"; ls /proc/$$/fd | wc -l; "
                                          "read line || echo no input >&2"},
                                         log);
  ASSERT_TRUE(child.has_value());
  EXPECT_EQ(reap(*child), 0);
  close(ours);
  const std::string said = tail(log, 10);
  EXPECT_NE(said.find("conf \n"), std::string::npos) << said;
  EXPECT_NE(said.find("\nno input"), std::string::npos) << said;
  EXPECT_NE(said.find("\n3\n"), std::string::npos) << said;
}

TEST_F(Process, StopsOnRequest) {
  const auto child = start_in_background("sleep", {"1000"}, folder / "log");
  auto stopping = Stopping::of(*child);
  ASSERT_TRUE(stopping.has_value());
  EXPECT_FALSE(has_ended(*child));
  ASSERT_TRUE(stopping->ask().has_value());
  EXPECT_EQ(stopping->wait(std::chrono::seconds(30)).value(), Stopped::on_request);
  EXPECT_TRUE(has_ended(*child));
  EXPECT_TRUE(has_ended(*child)) << "as often as one asks";
  EXPECT_EQ(WTERMSIG(reap(*child)), SIGTERM);
}

TEST_F(Process, StopsByForceWhatDoesNotListen) {
  const Path ready = folder / "ready";
  ASSERT_EQ(mkfifo(ready.c_str(), 0600), 0);
  const auto child = start_in_background(
      "sh", {"-c", "trap '' TERM; echo >" + ready.string() + "; while :; do sleep 1000; done"},
      folder / "log");
  std::string line;
  std::getline(std::ifstream(ready) >> std::ws, line);  // returns when the trap is set
  auto stopping = Stopping::of(*child);
  ASSERT_TRUE(stopping->ask().has_value());
  EXPECT_EQ(stopping->wait(std::chrono::milliseconds(50)).value(), Stopped::by_force);
  EXPECT_EQ(WTERMSIG(reap(*child)), SIGKILL);
}

// What `dev down` must never do: stop a process that got a dead node's number.
TEST_F(Process, TakesNobodyForANodeThatIsNone) {
  EXPECT_FALSE(running_node(folder).has_value());
  std::ofstream(folder / "pid") << getpid() << "\n";
  EXPECT_FALSE(running_node(folder).has_value());
  std::ofstream(folder / "pid") << "nonsense\n";
  EXPECT_FALSE(running_node(folder).has_value());
}

TEST_F(Process, TailGivesTheLastLines) {
  std::ofstream(folder / "log") << "one\ntwo\nthree\n";
  EXPECT_EQ(tail(folder / "log", 2), "two\nthree");
  EXPECT_EQ(tail(folder / "missing", 2), "");
}

}  // namespace
}  // namespace quorate::dev

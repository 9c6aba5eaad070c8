#include "tests/end_to_end/dev_quorum.h"

// glibc 2.36 declares these without saying that they are C.
extern "C" {
#include <sys/pidfd.h>
}

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

namespace quorate::testing {

std::unique_ptr<Shell> DevQuorum::shell_;

void DevQuorum::begin(const std::string& options) {
  shell_ = std::make_unique<Shell>();
  const Ended up = run("quorate dev up --dir d --verbose " + options);
  if (up.exit != 0) throw std::runtime_error("dev up: " + shown(up));
  const Ended trust =
      run("echo \"files $(quorate root show files --format ssh)\" >allowed_signers");
  if (trust.exit != 0) throw std::runtime_error("root show: " + shown(trust));
}

void DevQuorum::TearDownTestSuite() {
  const Ended down = run("quorate dev down --dir d");
  EXPECT_EQ(down.exit, 0) << shown(down);
  shell_.reset();
}

void DevQuorum::SetUp() {
  const Ended up = run("quorate dev up --dir d");
  ASSERT_EQ(up.exit, 0) << shown(up);
}

Ended DevQuorum::run(const std::string& line) {
  return (*shell_)("export QUORATE_HOME=" + (shell_->folder() / "d/client").string() + "; " + line);
}

std::filesystem::path DevQuorum::node(const std::string& name) {
  return shell_->folder() / "d/nodes" / name;
}

pid_t DevQuorum::process_of(const std::string& name) {
  pid_t process = -1;
  std::ifstream(node(name) / "pid") >> process;
  return process;
}

void DevQuorum::kill_node(const std::string& name) { end_node(name, SIGKILL); }

void DevQuorum::stop_node(const std::string& name) { end_node(name, SIGTERM); }

void DevQuorum::end_node(const std::string& name, int signal) {
  const int descriptor = pidfd_open(process_of(name), 0);
  ASSERT_GE(descriptor, 0) << name << " does not run";
  ASSERT_EQ(pidfd_send_signal(descriptor, signal, nullptr, 0), 0);
  pollfd ended{descriptor, POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 30'000), 1);
  close(descriptor);
}

void DevQuorum::set_policy(const std::vector<std::string>& nodes, const std::string& text) {
  for (const std::string& name : nodes) {
    const std::string said = reload_policy(name, text);
    if (said.find("is in force") == std::string::npos) throw std::runtime_error(name + ": " + said);
  }
}

std::string DevQuorum::reload_policy(const std::string& name, const std::string& text) {
  const std::string log = (node(name) / "log").string();
  const std::string lines = "grep -E 'policy.toml is (in force|not taken over)' " + log;
  const Ended before = run(lines);
  shell_->write("d/nodes/" + name + "/policy.toml", text);
  kill(process_of(name), SIGHUP);
  // Each line is longer than what stood there before by itself.
  const Ended after = until(
      0, "test $(" + lines + " | wc -c) -gt " + std::to_string(before.out.size()) + " && " + lines);
  return after.out.substr(std::min(before.out.size(), after.out.size()));
}

Ended DevQuorum::until(int exit, const std::string& line) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (true) {
    Ended ended = run(line);
    if (ended.exit == exit || std::chrono::steady_clock::now() > deadline) return ended;
  }
}

Ended DevQuorum::sign(const std::string& file, const std::string& options) {
  return run("quorate sign --root files --force --json " + options + " " + file);
}

void DevQuorum::expect_verified(const std::string& file) {
  const Ended verified =
      run("ssh-keygen -Y verify -f allowed_signers -I files -n file -s " + file + ".sig <" + file);
  EXPECT_EQ(verified.exit, 0) << shown(verified);
}

std::map<std::string, std::string> DevQuorum::codes_of(const Ended& ended) {
  std::map<std::string, std::string> codes;
  const nlohmann::json json = nlohmann::json::parse(ended.out, nullptr, false);
  if (!json.is_object() || !json.contains("error")) return codes;
  for (const nlohmann::json& node : json["error"]["nodes"]) {
    codes[node["name"]] = node["code"];
  }
  return codes;
}

std::size_t DevQuorum::count_of(const std::string& code, const Ended& ended) {
  std::size_t count = 0;
  for (const auto& [node, answered] : codes_of(ended)) count += answered == code ? 1 : 0;
  return count;
}

}  // namespace quorate::testing

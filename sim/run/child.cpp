#include "sim/run/child.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"

namespace quorate::sim {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void run_and_tell(const RunPlan& plan, plant::Bug bug, const RunOptions& options,
                               int pipe) {
  prepare_process();
#if QUORATE_PLANT
  plant::plant(bug);
#else
  (void)bug;
#endif
  const std::string line = line_of(simulate(plan, options));
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t n = ::write(pipe, line.data() + written, line.size() - written);
    if (n <= 0) ::_exit(3);
    written += static_cast<std::size_t>(n);
  }
  (void)std::fflush(nullptr);
  ::_exit(0);
}

// Everything up to the pipe's end. False: it was not over in time.
bool read_all(int pipe, Clock::time_point until, std::string& into) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{pipe, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    char bytes[16384];
    const ssize_t n = ::read(pipe, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    into.append(bytes, static_cast<std::size_t>(n));
  }
}

}  // namespace

std::optional<RunResult> run_in_child(const RunPlan& plan, plant::Bug bug,
                                      std::chrono::milliseconds most, const RunOptions& options) {
  (void)std::fflush(nullptr);  // or the child would write it once more
  int ends[2];
  QUORATE_INVARIANT(::pipe2(ends, O_CLOEXEC) == 0);
  const pid_t process = ::fork();
  QUORATE_INVARIANT(process >= 0);
  if (process == 0) run_and_tell(plan, bug, options, ends[1]);
  ::close(ends[1]);
  std::string line;
  const bool is_over = read_all(ends[0], Clock::now() + most, line);
  if (!is_over) (void)::kill(process, SIGKILL);
  int status = 0;
  (void)::waitpid(process, &status, 0);
  ::close(ends[0]);
  if (!is_over) return std::nullopt;
  if (line.ends_with('\n')) return result_of(line);
  RunResult died;
  died.seed = plan.seed;
  died.nodes = plan.nodes;
  died.violations.push_back(death(status));
  return died;
}

std::string line_of(const RunResult& result) {
  nlohmann::json out = {{"seed", result.seed},
                        {"events", result.events},
                        {"time", result.virtual_time},
                        {"nodes", result.nodes},
                        {"signatures", result.signatures},
                        {"partials", result.partials},
                        {"failures", result.failures},
                        {"second", result.second_sessions},
                        {"convictions", result.convictions},
                        {"crashes", result.crashes},
                        {"roots", result.roots},
                        {"probes", result.probes},
                        {"hash", to_hex(result.hash)},
                        {"violations", nlohmann::json::array()}};
  for (const Violation& violation : result.violations) {
    out["violations"].push_back({violation.property, violation.time, violation.what});
  }
  // What a liar wrote may stand in a violation, and need not be UTF-8.
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

RunResult result_of(const std::string& line) {
  const nlohmann::json from = nlohmann::json::parse(line);
  RunResult out;
  out.seed = from["seed"].get<Seed>();
  out.events = from["events"].get<std::uint64_t>();
  out.virtual_time = from["time"].get<Time>();
  out.nodes = from["nodes"].get<std::size_t>();
  out.signatures = from["signatures"].get<std::uint64_t>();
  out.partials = from["partials"].get<std::uint64_t>();
  out.failures = from["failures"].get<std::uint64_t>();
  out.second_sessions = from["second"].get<std::uint64_t>();
  out.convictions = from["convictions"].get<std::uint64_t>();
  out.crashes = from["crashes"].get<std::uint64_t>();
  out.roots = from["roots"].get<std::uint64_t>();
  out.probes = from["probes"].get<std::set<std::string>>();
  out.hash = *from_hex_exactly<32>(from["hash"].get<std::string>());
  for (const auto& violation : from["violations"]) {
    out.violations.push_back({violation[0].get<std::string>(), violation[1].get<Time>(),
                              violation[2].get<std::string>()});
  }
  return out;
}

Violation death(int status) {
  const std::string why = WIFSIGNALED(status)
                              ? std::string("the process died: ") + ::strsignal(WTERMSIG(status))
                              : "the process ended in the middle of a run";
  return {"crash", 0, why};
}

}  // namespace quorate::sim

#include "sim/run/swarm.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/base/invariant.h"
#include "sim/run/child.h"
#include "sim/run/simulation.h"

namespace quorate::sim {
namespace {

using Clock = std::chrono::steady_clock;

double cpu_seconds_of_children() {
  rusage usage{};
  (void)getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The child's side: a line when a seed begins, and a line with what came of it.
void say(int pipe, const std::string& line) {
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t n = ::write(pipe, line.data() + written, line.size() - written);
    if (n <= 0) ::_exit(3);
    written += static_cast<std::size_t>(n);
  }
}

[[noreturn]] void work(const SwarmOptions& options, unsigned worker, unsigned workers, Seed next,
                       int pipe) {
  prepare_process();
#if QUORATE_PLANT
  plant::plant(options.bug);
#endif
  for (Seed seed = next;; seed += workers) {
    const bool is_over = options.most_seeds != 0 && seed >= options.first + options.most_seeds;
    if (is_over) break;
    say(pipe, "begin " + std::to_string(seed) + "\n");
    RunResult result = simulate(draw_plan(seed, options.overrides), {});
    if (options.runs_twice && result.violations.empty()) {
      // Memory lies elsewhere the second time, and the machine's clock has gone on.
      if (simulate(draw_plan(seed, options.overrides), {}).hash != result.hash) {
        result.violations.push_back({"P14", result.virtual_time, "two runs of one seed differ"});
      }
    }
    say(pipe, line_of(result));
  }
  (void)worker;
  ::_exit(0);
}

struct Worker {
  pid_t process = 0;
  int pipe = -1;
  std::string buffer;
  std::optional<Seed> running;
  Seed last = 0;
};

class Swarm {
 public:
  Swarm(const SwarmOptions& options, const std::function<void(const SwarmReport&)>& progress)
      : options_(options), progress_(progress), begun_(Clock::now()) {}

  SwarmReport run() {
    workers_.resize(std::max(1U, options_.jobs));
    for (unsigned i = 0; i < workers_.size(); ++i) start(i, options_.first + i);
    while (is_anybody_working() && !is_time_over() && !has_what_was_sought()) {
      wait_a_second();
      report_.wall_seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
      if (progress_) progress_(report_);
    }
    for (Worker& worker : workers_) stop(worker);
    report_.wall_seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    report_.cpu_seconds = cpu_seconds_of_children() - cpu_before_;
    std::sort(report_.failures.begin(), report_.failures.end(),
              [](const SwarmFailure& a, const SwarmFailure& b) { return a.seed < b.seed; });
    return report_;
  }

 private:
  bool has_what_was_sought() const {
    if (options_.stops_at_first && !report_.failures.empty()) return true;
    return std::any_of(report_.failures.begin(), report_.failures.end(),
                       [this](const SwarmFailure& failure) {
                         return options_.stops_at.contains(failure.property);
                       });
  }
  bool is_anybody_working() const {
    return std::any_of(workers_.begin(), workers_.end(),
                       [](const Worker& worker) { return worker.pipe >= 0; });
  }
  bool is_time_over() const {
    return options_.minutes > 0 &&
           Clock::now() - begun_ > std::chrono::duration<double>(options_.minutes * 60);
  }

  void start(unsigned index, Seed next) {
    int ends[2];
    QUORATE_INVARIANT(::pipe2(ends, O_CLOEXEC) == 0);
    const pid_t process = ::fork();
    QUORATE_INVARIANT(process >= 0);
    if (process == 0) {
      work(options_, index, static_cast<unsigned>(workers_.size()), next, ends[1]);
    }
    ::close(ends[1]);
    workers_[index] = Worker{process, ends[0], {}, {}, next};
  }

  void stop(Worker& worker) {
    if (worker.pipe < 0) return;
    (void)::kill(worker.process, SIGKILL);
    int status = 0;
    (void)::waitpid(worker.process, &status, 0);
    ::close(worker.pipe);
    worker.pipe = -1;
  }

  void wait_a_second() {
    std::vector<pollfd> waiting;
    for (const Worker& worker : workers_) waiting.push_back({worker.pipe, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), 1000) <= 0) return;
    for (unsigned i = 0; i < workers_.size(); ++i) {
      if (waiting[i].revents != 0) read(i);
    }
  }

  void read(unsigned index) {
    Worker& worker = workers_[index];
    char bytes[65536];
    const ssize_t n = ::read(worker.pipe, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) return;
    if (n <= 0) {
      bury(index);
      return;
    }
    worker.buffer.append(bytes, static_cast<std::size_t>(n));
    std::size_t end = 0;
    while ((end = worker.buffer.find('\n')) != std::string::npos) {
      const std::string line = worker.buffer.substr(0, end);
      worker.buffer.erase(0, end + 1);
      if (line.starts_with("begin ")) {
        worker.running = std::stoull(line.substr(6));
        worker.last = *worker.running;
      } else {
        worker.running.reset();
        add(result_of(line));
      }
    }
  }

  // A process that ended: well, when its seeds were done; otherwise the seed it was at killed it.
  void bury(unsigned index) {
    Worker& worker = workers_[index];
    int status = 0;
    (void)::waitpid(worker.process, &status, 0);
    ::close(worker.pipe);
    worker.pipe = -1;
    if (!worker.running) return;
    const Violation died = death(status);
    report_.failures.push_back({*worker.running, died.property, died.what});
    ++report_.seeds;
    const Seed next = *worker.running + workers_.size();
    if (!options_.stops_at_first) start(index, next);
  }

  void add(const RunResult& result) {
    ++report_.seeds;
    report_.events += result.events;
    const double hours = static_cast<double>(result.virtual_time) / static_cast<double>(hour);
    report_.virtual_hours += hours;
    report_.node_hours += hours * static_cast<double>(result.nodes);
    report_.signatures += result.signatures;
    report_.partials += result.partials;
    report_.refused += result.failures;
    report_.second_sessions += result.second_sessions;
    report_.convictions += result.convictions;
    report_.crashes += result.crashes;
    report_.roots += result.roots;
    for (const std::string& probe : result.probes) ++report_.probes[probe];
    if (!result.violations.empty()) {
      const Violation& first = result.violations.front();
      report_.failures.push_back({result.seed, first.property, first.what});
    }
  }

  const SwarmOptions& options_;
  const std::function<void(const SwarmReport&)>& progress_;
  const Clock::time_point begun_;
  const double cpu_before_ = cpu_seconds_of_children();
  std::vector<Worker> workers_;
  SwarmReport report_;
};

}  // namespace

SwarmReport swarm(const SwarmOptions& options,
                  const std::function<void(const SwarmReport&)>& progress) {
  return Swarm(options, progress).run();
}

}  // namespace quorate::sim

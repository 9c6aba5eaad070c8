// quorate-sim run, swarm, list.

#include <chrono>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "client/home/file.h"
#include "crypto/base/hex.h"
#include "proto/layout/labelled.h"
#include "sim/cli/commands.h"
#include "sim/cli/words.h"
#include "sim/run/case.h"
#include "sim/run/simulation.h"
#include "sim/run/swarm.h"
#include "version.h"

namespace quorate::sim {
namespace {

struct RunCommand {
  Seed seed = 1;
  std::string bug;
  std::string trace;
  std::string follow;
  bool twice = false;
  bool json = false;

  int act() const {
    prepare_process();
    if (!plant_named(bug)) return 2;
    RunOptions options;
    if (trace == "short") {
      options.reader = [this](Time time, std::string_view host, std::string_view text) {
        const bool is_wanted =
            follow.empty() || host == follow || text.find(follow) != std::string_view::npos;
        if (is_wanted) std::cout << trace_line(time, host, text);
      };
    }
    const RunPlan plan = draw_plan(seed);
    const RunResult result = simulate(plan, options);
    if (twice) {
      const RunResult again = simulate(plan, {});
      if (again.hash != result.hash) {
        std::cout << "P14: two runs of seed " << seed << " differ\n";
        return 1;
      }
    }
    std::cout << (json ? json_of(result) : text_of(plan, result));
    return result.violations.empty() ? 0 : 1;
  }
};

// The last line is one for all, to compare by eye.
struct HashesCommand {
  Seed first = 1;
  std::uint64_t seeds = 64;
  bool without_marks = false;

  int act() const {
    prepare_process();
    Overrides overrides;
    if (without_marks) overrides.interior_chaos = false;
    bool is_well = true;
    Bytes hashes;
    for (Seed seed = first; seed < first + seeds; ++seed) {
      const RunResult result = simulate(draw_plan(seed, overrides), {});
      std::cout << seed << ' ' << to_hex(result.hash) << '\n';
      append(hashes, result.hash);
      is_well = is_well && result.violations.empty();
    }
    std::cout << "all " << to_hex(layout::hash("traces", {hashes})) << '\n';
    return is_well ? 0 : 1;
  }
};

struct SwarmCommand {
  SwarmOptions options;
  std::string bug;
  std::string folder;
  bool json = false;

  // Each failure as a file, for quorate-sim replay.
  Status save(const SwarmReport& report) const {
    for (const SwarmFailure& failure : report.failures) {
      Case found;
      found.seed = failure.seed;
      found.release = std::string(version);
      found.bug = options.bug;
      found.property = failure.property;
      found.note = failure.property + " failed: " + failure.what;
      found.overrides = options.overrides;
      const std::string file = folder + "/seed-" + std::to_string(failure.seed) + ".toml";
      QUORATE_CHECK(home::write_file(file, write_case(found), 0644, home::Existing::replace));
    }
    return Done{};
  }

  int act() {
    prepare_process();
    if (!plant_named(bug)) return 2;
    if (!bug.empty()) options.bug = *plant::bug_named(bug);
    if (options.most_seeds == 0 && options.minutes <= 0) options.minutes = 1;
    options.jobs = jobs_or_all(options.jobs);
    const bool shows = ::isatty(STDERR_FILENO) == 1;
    const SwarmReport report = swarm(options, [&](const SwarmReport& so_far) {
      if (shows) std::cerr << '\r' << progress_line(so_far) << std::flush;
    });
    if (shows) std::cerr << "\r\033[K";
    std::cout << (json ? json_of(report) : text_of(report));
    if (!folder.empty()) {
      if (const Status saved = save(report); !saved) {
        std::cerr << "quorate-sim: " << saved.error().message << '\n';
        return 2;
      }
    }
    return report.failures.empty() ? 0 : 1;
  }
};

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("run", "one seed: what happens, and whether all promises hold");
  auto arguments = std::make_shared<RunCommand>();
  command->add_option("--seed", arguments->seed, "which run")->capture_default_str();
  command->add_option("--trace", arguments->trace, "short: a line for each event")
      ->check(CLI::IsMember({"short"}));
  command->add_option("--follow", arguments->follow,
                      "only lines of this host, or with this text: #17");
  command->add_flag("--twice", arguments->twice, "run it again, and demand the same trace");
  command->add_option("--plant", arguments->bug, "with this planted bug");
  command->add_flag("--json", arguments->json, "the result as JSON");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

void add_swarm(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("swarm", "many seeds; failures are seeds to repeat");
  auto arguments = std::make_shared<SwarmCommand>();
  command->add_option("--minutes", arguments->options.minutes, "how long; 1 where nothing is said");
  command->add_option("--seeds", arguments->options.most_seeds, "how many at the most");
  command->add_option("--first", arguments->options.first, "the first seed")->capture_default_str();
  command->add_option("--jobs", arguments->options.jobs, "processes; all processors where 0")
      ->default_val(0);
  command->add_option("--requests", arguments->options.overrides.requests,
                      "requests of each seed; where nothing is said, 10 to 120, as the seed draws");
  command->add_flag("--stop", arguments->options.stops_at_first, "stop at the first failure");
  command->add_option("--plant", arguments->bug, "with this planted bug");
  command->add_option("--save", arguments->folder, "a folder: each failure as a file, for replay")
      ->check(CLI::ExistingDirectory);
  command->add_flag("--json", arguments->json, "the report as JSON");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

void add_hashes(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "hashes", "the traces' hashes of some seeds: the same in every build, or something is wrong");
  auto arguments = std::make_shared<HashesCommand>();
  command->add_option("--first", arguments->first, "the first seed")->capture_default_str();
  command->add_option("--seeds", arguments->seeds, "how many")->capture_default_str();
  command->add_flag("--without-marks", arguments->without_marks,
                    "with no choices in the cores' interior, which a release has none of");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

void add_list(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("list", "faults, strategies, properties, probes or bugs");
  auto what = std::make_shared<std::string>();
  command->add_option("WHAT", *what)
      ->required()
      ->check(CLI::IsMember({"faults", "strategies", "properties", "probes", "bugs"}));
  command->callback([&action, what] {
    action = [what] {
      std::cout << list_of(*what);
      return 0;
    };
  });
}

}  // namespace quorate::sim

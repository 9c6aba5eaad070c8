// quorate-sim shrink.

#include <iomanip>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include "client/home/file.h"
#include "sim/cli/commands.h"
#include "sim/cli/words.h"
#include "sim/run/shrink.h"

namespace quorate::sim {
namespace {

std::string counts(const RunPlan& plan) {
  return std::to_string(plan.faults.size()) + " faults, " + std::to_string(plan.asks.size()) +
         " requests";
}

std::string progress_line(const ShrinkProgress& so_far) {
  return std::to_string(so_far.runs) + " runs, " + counts(so_far.plan) +
         " left; trying less: " + so_far.doing;
}

std::string of(std::size_t after, std::size_t before) {
  return std::to_string(after) + " of " + std::to_string(before);
}

std::string text_of(const Shrunk& shrunk) {
  const RunPlan& before = shrunk.before;
  const RunPlan& after = shrunk.after;
  std::string faults = of(after.faults.size(), before.faults.size());
  for (const Fault& fault : after.faults) faults += " " + fault.id;
  std::ostringstream took;
  took << std::fixed << std::setprecision(1) << shrunk.seconds << " s, " << shrunk.runs << " runs";
  if (!shrunk.is_minimal) took << "; the time was over before the smallest was found";
  return shrunk.result.note + '\n' + line("faults left", faults) +
         line("requests left", of(after.asks.size(), before.asks.size())) +
         line("attacks left", of(after.attacks.size(), before.attacks.size())) +
         line("liars left", of(after.liars, before.liars)) +
         line("nodes", std::to_string(after.threshold) + " of " + std::to_string(after.nodes) +
                           ", were " + std::to_string(before.threshold) + " of " +
                           std::to_string(before.nodes)) +
         line("time", duration(after.length) + ", was " + duration(before.length)) +
         line("took", took.str());
}

struct ShrinkCommand {
  ShrinkOptions options;
  std::string bug;
  std::string file;
  std::int64_t seconds = 60;

  int act() {
    if (!plant_named(bug)) return 2;
    if (!bug.empty()) options.bug = *plant::bug_named(bug);
    options.most = std::chrono::seconds(seconds);
    const bool shows = ::isatty(STDERR_FILENO) == 1;
    const Result<Shrunk> shrunk = shrink(options, [&](const ShrinkProgress& so_far) {
      if (shows) std::cerr << "\r\033[K" << progress_line(so_far) << std::flush;
    });
    if (shows) std::cerr << "\r\033[K";
    if (!shrunk) {
      std::cerr << "quorate-sim: seed " << options.seed << ": " << shrunk.error().message << '\n';
      return shrunk.error().code == Code::usage ? 2 : 1;
    }
    const std::string text = write_case(shrunk->result);
    if (file.empty()) {
      std::cout << text;
      std::cerr << text_of(*shrunk);
      return 0;
    }
    const Status written = home::write_file(file, text, 0644, home::Existing::replace);
    if (!written) {
      std::cerr << "quorate-sim: " << written.error().message << '\n';
      return 2;
    }
    std::cout << text_of(*shrunk) << "again: quorate-sim replay " << file
              << (bug.empty() ? "" : " --expect-failure") << " --trace short\n";
    return 0;
  }
};

}  // namespace

void add_shrink(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("shrink", "a failing seed made small, and written to a file");
  auto arguments = std::make_shared<ShrinkCommand>();
  command->add_option("SEED", arguments->options.seed, "that fails")->required();
  command->add_option("--plant", arguments->bug, "with this planted bug");
  command->add_option("--property", arguments->options.property,
                      "that is to fail still; where none is said, what fails first");
  command->add_option("-o,--output", arguments->file,
                      "the file; standard output where none is said");
  command->add_option("--seconds", arguments->seconds, "how long at the most")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

}  // namespace quorate::sim

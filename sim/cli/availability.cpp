// quorate-sim availability and scenario: the operator's questions.

#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>

#include "client/home/file.h"
#include "sim/availability/availability.h"
#include "sim/cli/commands.h"
#include "sim/report/report.h"

namespace quorate::sim {
namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20;

int give_up(const Error& error) {
  std::cerr << "quorate-sim: " << error.message << '\n';
  return 2;
}

// What a scenario names stands beside it.
Result<availability::Scenario> read_scenario(const std::string& file) {
  QUORATE_TRY(const std::string text, home::read_file(file, file_limit));
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return availability::load(text, file, [folder](const std::string& name) -> Result<std::string> {
    return home::read_file((folder / name).string(), file_limit);
  });
}

struct AvailabilityCommand {
  std::string file;
  std::string report_file;
  std::vector<std::string> compare;
  availability::AvailabilityOptions options;
  bool json = false;

  int act() {
    const Result<availability::Scenario> scenario = read_scenario(file);
    if (!scenario) return give_up(scenario.error());
    if (!compare.empty()) {
      options.compare.emplace();
      for (const std::string& choice : compare) {
        const auto threshold = availability::threshold_of(choice);
        if (!threshold) {
          return give_up({Code::usage, "--compare: '" + choice +
                                           "' is no choice; write it like 3of5, and several "
                                           "like 2of3,3of5"});
        }
        options.compare->push_back(*threshold);
      }
    }
    const auto report = availability::availability(*scenario, options);
    if (!report) return give_up(report.error());
    std::cout << (json ? report::json(*report) + "\n" : report::text(*report));
    if (!report_file.empty()) {
      const Status written =
          home::write_file(report_file, report::html(*report), 0644, home::Existing::replace);
      if (!written) return give_up(written.error());
      std::cerr << "the page is " << report_file << '\n';
    }
    return report->holds() ? 0 : 1;
  }
};

struct ScenarioCommand {
  std::string file;
  availability::StoryOptions options;
  std::uint64_t days = 365;

  int act() {
    const Result<availability::Scenario> scenario = read_scenario(file);
    if (!scenario) return give_up(scenario.error());
    options.length = static_cast<Time>(days) * day;
    const Result<std::string> told = availability::story(*scenario, options);
    if (!told) return give_up(told.error());
    std::cout << *told;
    return 0;
  }
};

}  // namespace

void add_availability(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "availability", "what a quorum survives, how fast it is, and which failures stop it");
  auto arguments = std::make_shared<AvailabilityCommand>();
  command->add_option("FILE", arguments->file, "the quorum: docs/scenarios has examples")
      ->required();
  command->add_option("--years", arguments->options.years, "of each run; else the file's")
      ->check(CLI::Range(1, 10'000));
  command->add_option("--seeds", arguments->options.seeds, "how many runs; else the file's")
      ->check(CLI::Range(1, 10'000));
  command->add_option("--seed", arguments->options.first_seed, "the first one")
      ->capture_default_str();
  command->add_option("--compare", arguments->compare, "with other choices: 2of3,3of5")
      ->delimiter(',');
  command->add_option("--report", arguments->report_file, "a page with plots, for a browser");
  command->add_flag("--json", arguments->json, "the figures as JSON");
  command->add_flag("--every-request", arguments->options.every_request,
                    "each request of the load, for a month, and not a sample: confirms the sample");
  command->footer(
      "Exit code 1 where simulation and formula differ though they may not.\n"
      "Example: quorate-sim availability docs/scenarios/hsm.toml --compare 2of3,3of5 --report "
      "hsm.html");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

void add_scenario(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("scenario", "one run of a described quorum, told as a story");
  auto arguments = std::make_shared<ScenarioCommand>();
  command->add_option("FILE", arguments->file, "the quorum: docs/scenarios has examples")
      ->required();
  command->add_option("--seed", arguments->options.seed, "another run")->capture_default_str();
  command->add_option("--days", arguments->days, "how long it lasts")
      ->check(CLI::Range(1, 36'500))
      ->capture_default_str();
  command->add_option("--lines", arguments->options.lines, "tell no more than this")
      ->capture_default_str();
  command->footer("Example: quorate-sim scenario docs/scenarios/upgrade.toml --days 90");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

}  // namespace quorate::sim

// quorate-sim mutants: whether the simulator sees.

#include <algorithm>
#include <iomanip>
#include <iostream>

#include <nlohmann/json.hpp>

#include "sim/cli/commands.h"
#include "sim/run/mutants.h"
#include "sim/run/simulation.h"

namespace quorate::sim {
namespace {

struct MutantsCommand {
  MutantOptions options{.most_seeds = 1000, .jobs = 0, .without_kinds = {}};
  std::vector<std::string> only;
  std::vector<std::string> without;
  bool json = false;

  int act() {
#if QUORATE_PLANT
    options.jobs = jobs_or_all(options.jobs);
    options.without_kinds = {without.begin(), without.end()};
    for (const std::string& kind : without) {
      const bool is_known = std::any_of(fault_kinds().begin(), fault_kinds().end(),
                                        [&](const FaultKind& one) { return one.name == kind; });
      if (is_known) continue;
      std::cerr << "quorate-sim: there is no fault called " << kind << '\n';
      return 2;
    }
    std::vector<Mutant> which;
    for (const Mutant& mutant : mutants()) {
      const bool is_named =
          std::find(only.begin(), only.end(), plant::name(mutant.bug)) != only.end();
      if (only.empty() || is_named) which.push_back(mutant);
    }
    nlohmann::json rows = nlohmann::json::array();
    bool all_caught = true;
    if (!json) std::cout << "bug   seeds  caught by  what was seen\n";
    try_mutants(which, options, [&](const MutantResult& result) {
      const std::string id(plant::name(result.mutant->bug));
      const bool is_elsewhere = !result.mutant->where.empty();
      if (!is_elsewhere && !result.caught_by) all_caught = false;
      if (json) {
        rows.push_back({{"bug", id},
                        {"seeds", result.seeds},
                        {"property", result.property},
                        {"caught", result.caught_by.has_value()},
                        {"elsewhere", result.mutant->where}});
        return;
      }
      std::cout << std::left << std::setw(6) << id << std::setw(7);
      if (is_elsewhere) {
        std::cout << "-" << std::setw(11) << "-"
                  << "not the swarm's: " << result.mutant->where;
      } else if (result.caught_by) {
        std::cout << result.seeds << std::setw(11) << result.property << result.what.substr(0, 90);
      } else {
        std::cout << result.seeds << std::setw(11) << "NOT CAUGHT";
      }
      std::cout << std::endl;
    });
    if (json) std::cout << rows.dump(2) << '\n';
    return all_caught ? 0 : 1;
#else
    std::cerr << "quorate-sim: this build holds no planted bugs; build the preset sim\n";
    return 2;
#endif
  }
};

}  // namespace

void add_mutants(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "mutants", "whether each planted bug is caught, by the promise that it breaks");
  auto arguments = std::make_shared<MutantsCommand>();
  command->add_option("--seeds", arguments->options.most_seeds, "how many may be needed")
      ->capture_default_str();
  command->add_option("--jobs", arguments->options.jobs, "processes; all processors where 0")
      ->capture_default_str();
  command->add_option("--only", arguments->only, "these bugs")->delimiter(',');
  command
      ->add_option("--without", arguments->without,
                   "leave these kinds of faults out: whatever then gets away is seen by them alone")
      ->delimiter(',');
  command->add_flag("--json", arguments->json, "the table as JSON");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

}  // namespace quorate::sim

// quorate-sim sweep.

#include <unistd.h>

#include <chrono>
#include <iomanip>
#include <iostream>

#include <nlohmann/json.hpp>

#include "sim/cli/commands.h"
#include "sim/run/simulation.h"
#include "sim/run/sweep.h"

namespace quorate::sim {
namespace {

std::vector<std::string> usual_cuts() { return {"drop", "keep", "subset", "torn"}; }

class SweepCommand {
 public:
  std::string name;
  std::vector<std::string> cuts;
  std::uint64_t most = 0;
  Seed seed = 1;
  std::string bug;
  bool json = false;

  int act() {
    prepare_process();
    if (!plant_named(bug)) return 2;
    if (!json) std::cout << "run          power cut    points   tried    lost  corrupt  points/s\n";
    for (const std::string& run : name.empty() ? sweep_names() : std::vector{name}) {
      for (const std::string& cut : cuts.empty() ? usual_cuts() : cuts) {
        if (!one(run, cut)) return 2;
      }
    }
    if (json) {
      std::cout << rows_.dump(2) << '\n';
    } else {
      for (const std::string& failure : failures_) std::cout << failure << '\n';
      std::cout << (failures_.empty() ? "nothing is lost\n" : "");
    }
    return failures_.empty() ? 0 : 1;
  }

 private:
  bool one(const std::string& run, const std::string& cut) {
    const bool shows = ::isatty(STDERR_FILENO) == 1;
    if (shows) std::cerr << run << ", " << cut << " ..." << std::flush;
    const auto begun = std::chrono::steady_clock::now();
    const Result<SweepReport> report = sweep(run, *cut_named(cut), seed, most);
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    if (shows) std::cerr << "\r\033[K";
    if (!report) {
      std::cerr << "quorate-sim: " << report.error().message << '\n';
      return false;
    }
    const std::string where = run + ", " + cut + ": ";
    for (const std::string& failure : report->failures) failures_.push_back(where + failure);
    const std::uint64_t tried = report->runs - 1;  // the first is without a cut
    const double speed = took > 0 ? static_cast<double>(tried) / took : 0;
    if (json) {
      rows_.push_back({{"run", run},
                       {"cut", cut},
                       {"points", report->points},
                       {"tried", tried},
                       {"lost", report->lost},
                       {"corrupt", report->corrupt},
                       {"points_per_second", speed},
                       {"failures", report->failures}});
    } else {
      std::cout << std::left << std::setw(13) << run << std::setw(10) << cut << std::right
                << std::setw(9) << report->points << std::setw(8) << tried << std::setw(8)
                << report->lost << std::setw(9) << report->corrupt << std::setw(10) << std::fixed
                << std::setprecision(0) << speed << std::endl;
    }
    return true;
  }

  nlohmann::json rows_ = nlohmann::json::array();
  std::vector<std::string> failures_;
};

}  // namespace

void add_sweep(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "sweep", "power fails at every operation of every disk in a short run: nothing may be lost");
  auto arguments = std::make_shared<SweepCommand>();
  command->add_option("NAME", arguments->name, "which run; all where none is said")
      ->check(CLI::IsMember(sweep_names()));
  command
      ->add_option("--cut", arguments->cuts,
                   "what becomes of unsynced bytes: drop, keep, subset, torn, sector (whole "
                   "sectors); the first four where none is said")
      ->delimiter(',')
      ->check(CLI::IsMember({"drop", "keep", "subset", "torn", "sector"}));
  command->add_option("--most", arguments->most,
                      "so many crash points of each, evenly spread; all of them where 0");
  command->add_option("--seed", arguments->seed, "which run of that name")->capture_default_str();
  command->add_option("--plant", arguments->bug, "with this planted bug");
  command->add_flag("--json", arguments->json, "the table as JSON");
  command->footer("Example: quorate-sim sweep signing --cut torn");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

}  // namespace quorate::sim

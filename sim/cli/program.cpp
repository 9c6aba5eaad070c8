#include "sim/cli/program.h"

#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "crypto/base/plant.h"
#include "sim/cli/commands.h"
#include "version.h"

namespace quorate::sim {
namespace {

constexpr const char* about =
    R"(Runs the cores of nodes and clients on a simulated network, disk, clock and token.

  quorate-sim run --seed 7 --trace short        one seed, told line by line
  quorate-sim swarm --minutes 5                 as many seeds as fit; failures are seeds to repeat
  quorate-sim availability quorum.toml          what a quorum of yours survives, and how fast it is)";

// The program that stands beside this one, in this process.
int run_sibling(const char* name, char** argv) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string other = (self.parent_path() / name).string();
  ::execv(other.c_str(), argv);
  std::cerr << "quorate-sim: can't run " << other << ": " << std::strerror(errno) << '\n';
  return 2;
}

// --mode real runs the program that is linked with the real group; and the other way.
void change_program(int argc, char** argv, Mode mode) {
  std::vector<char*> words;
  bool wants_real = mode == Mode::real;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--mode") == 0 && i + 1 < argc) {
      wants_real = std::strcmp(argv[i + 1], "real") == 0;
      if (!wants_real && std::strcmp(argv[i + 1], "fast") != 0) return;  // CLI11 complains
    } else if (std::strcmp(argv[i], "--mode=real") == 0) {
      wants_real = true;
    } else if (std::strcmp(argv[i], "--mode=fast") == 0) {
      wants_real = false;
    }
  }
  if (wants_real == (mode == Mode::real)) return;
  std::exit(run_sibling(wants_real ? "quorate-sim-real" : "quorate-sim", argv));
}

}  // namespace

int run_real(const std::vector<std::string>& words) {
  std::vector<std::string> all = {"quorate-sim", "--mode", "real"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return run_sibling("quorate-sim-real", arguments.data());
}

bool plant_named(const std::string& id) {
  if (id.empty()) return true;
#if QUORATE_PLANT
  if (const auto bug = plant::bug_named(id)) {
    plant::plant(*bug);
    return true;
  }
  std::cerr << "quorate-sim: there is no planted bug '" << id << "'; see quorate-sim list bugs\n";
#else
  std::cerr << "quorate-sim: this build holds no planted bugs; build the preset sim\n";
#endif
  return false;
}

unsigned jobs_or_all(unsigned jobs) {
  return jobs != 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

int run_program(int argc, char** argv, Mode mode) {
  change_program(argc, argv, mode);
  CLI::App app(about);
  app.set_version_flag("--version", std::string(version));
  app.require_subcommand(1);
  app.fallthrough();
  std::string ignored = mode == Mode::fast ? "fast" : "real";
  app.add_option("--mode", ignored,
                 "the group to compute in: fast (transparent) or real (Ed25519, much slower)")
      ->check(CLI::IsMember({"fast", "real"}))
      ->capture_default_str();
  Action action;
  add_run(app, action);
  add_swarm(app, action);
  add_sweep(app, action);
  add_mutants(app, action);
  add_shrink(app, action);
  add_replay(app, action);
  add_hashes(app, action);
  add_list(app, action);
  add_availability(app, action);
  add_scenario(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return action();
}

}  // namespace quorate::sim

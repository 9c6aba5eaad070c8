// What every command of `quorate` takes, and how a command is added to the program.

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "client/cli/console.h"
#include "client/cli/exit.h"

namespace quorate::cli {

using Path = std::filesystem::path;

struct Common {
  std::optional<Path> home;
  double timeout_s = 10;
  std::vector<std::string> nodes;  // empty: all of the roster
  bool wants_json = false;
  bool wants_progress = false;

  std::chrono::milliseconds timeout() const {
    return std::chrono::milliseconds(static_cast<std::int64_t>(timeout_s * 1000));
  }
};

// The command that the line named, ready to run.
struct Chosen {
  std::shared_ptr<Common> common;
  std::function<Outcome<Exit>(const Common&, const Console&)> run;
};

// A command under `parent`. `example` stands at the end of its --help.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example);

// --json and --verbose; with Nodes::asked also --home, --timeout and --nodes.
enum class Nodes { not_asked, asked };
std::shared_ptr<Common> add_common(CLI::App& command, Nodes nodes);

void add_status(CLI::App& program, Chosen& chosen);
void add_root(CLI::App& program, Chosen& chosen);
void add_root_create(CLI::App& root, Chosen& chosen);
void add_sign(CLI::App& program, Chosen& chosen);
void add_ssh_cert(CLI::App& program, Chosen& chosen);
void add_request(CLI::App& program, Chosen& chosen);
void add_dev(CLI::App& program, Chosen& chosen);

}  // namespace quorate::cli

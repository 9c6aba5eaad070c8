// The command line of `quorate`: what every command takes, and how a command names what it takes.
// CLI11 is behind this header: only arguments.cpp and run.cpp are compiled with it.

#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/console.h"
#include "client/cli/exit.h"

namespace CLI {
class App;
}

namespace quorate::cli {

using Path = std::filesystem::path;

struct Common {
  std::optional<Path> home;
  double timeout_s = 10;
  std::vector<std::string> nodes;  // empty: all of the roster
  std::optional<Path> record;      // to be written: what went into the coordinator
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
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example);
// The same for one that only has others under it, one of which must be named.
CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& what,
                    const std::string& example);
// What to run when the line names this command.
void choose(CLI::App& command, Chosen& chosen, std::shared_ptr<Common> common,
            std::function<Outcome<Exit>(const Common&, const Console&)> run);

// --json and --verbose; with Nodes::asked also --home, --timeout and --nodes.
// Nodes::home for those that need the home alone.
enum class Nodes { not_asked, home, asked };
std::shared_ptr<Common> add_common(CLI::App& command, Nodes nodes, double timeout_s = 10);

// "--root", "-o,--output"; or, without a dash, a place on the line: "FILE".
struct Named {
  std::string name;
  std::string what;        // what --help says
  std::string value = "";  // what --help calls its value: NAME
};
enum class Need { optional, required };
struct Range {
  int least;
  int most;
};

// The values live as long as the program's App. One that may be left out keeps what it has, which
// --help shows.
void add_text(CLI::App& command, const Named& named, Need need, std::string& value);
void add_text(CLI::App& command, const Named& named, Need need, std::string& value,
              const std::vector<std::string>& choices);
void add_path(CLI::App& command, const Named& named, Need need, Path& value);
void add_path(CLI::App& command, const Named& named, std::optional<Path>& value);
void add_number(CLI::App& command, const Named& named, std::uint16_t& value, Range range);
void add_number(CLI::App& command, const Named& named, std::optional<std::uint16_t>& value,
                Range range);
// a,b,c
void add_list(CLI::App& command, const Named& named, Need need, std::vector<std::string>& value);
// Once for each.
void add_repeated(CLI::App& command, const Named& named, std::vector<std::string>& value);
void add_flag(CLI::App& command, const Named& named, bool& value);

void add_status(CLI::App& program, Chosen& chosen);
void add_root(CLI::App& program, Chosen& chosen);
void add_root_create(CLI::App& root, Chosen& chosen);
void add_sign(CLI::App& program, Chosen& chosen);
void add_ssh_cert(CLI::App& program, Chosen& chosen);
void add_request(CLI::App& program, Chosen& chosen);
void add_approve(CLI::App& program, Chosen& chosen);
void add_audit(CLI::App& program, Chosen& chosen);
void add_blame(CLI::App& program, Chosen& chosen);
void add_dev(CLI::App& program, Chosen& chosen);

}  // namespace quorate::cli

#include "client/cli/arguments.h"

namespace quorate::cli {

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example) {
  CLI::App* const command = parent.add_subcommand(name, what);
  command->footer("Example:\n" + example);
  return command;
}

std::shared_ptr<Common> add_common(CLI::App& command, Nodes nodes) {
  auto common = std::make_shared<Common>();
  command.add_flag("--json", common->wants_json,
                   "one JSON object on standard output, for programs (docs/cli.md)");
  command.add_flag("--verbose,--progress", common->wants_progress,
                   "say what goes on, also where there is no terminal");
  if (nodes == Nodes::not_asked) return common;
  command
      .add_option("--home", common->home,
                  "the client's folder; else $QUORATE_HOME, else $XDG_CONFIG_HOME/quorate")
      ->type_name("DIR");
  command.add_option("--timeout", common->timeout_s, "seconds to wait for the nodes")
      ->type_name("S")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  command.add_option("--nodes", common->nodes, "ask these nodes only")
      ->type_name("A,B,...")
      ->delimiter(',');
  return common;
}

}  // namespace quorate::cli

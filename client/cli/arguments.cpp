#include "client/cli/arguments.h"

#include <CLI/CLI.hpp>

namespace quorate::cli {
namespace {

template <typename T>
CLI::Option& add(CLI::App& command, const Named& named, Need need, T& value) {
  CLI::Option* const option = command.add_option(named.name, value, named.what);
  if (!named.value.empty()) option->type_name(named.value);
  return *option->required(need == Need::required);
}

}  // namespace

CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example) {
  CLI::App* const command = parent.add_subcommand(name, what);
  command->footer("Example:\n" + example);
  return *command;
}

CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& what,
                    const std::string& example) {
  CLI::App& group = add_command(parent, name, what, example);
  group.require_subcommand(1);
  return group;
}

void choose(CLI::App& command, Chosen& chosen, std::shared_ptr<Common> common,
            std::function<Outcome<Exit>(const Common&, const Console&)> run) {
  command.callback([&chosen, common = std::move(common), run = std::move(run)] {
    chosen = {common, run};
  });
}

std::shared_ptr<Common> add_common(CLI::App& command, Nodes nodes, double timeout_s) {
  auto common = std::make_shared<Common>();
  common->timeout_s = timeout_s;
  add_flag(command, {"--json", "one JSON object on standard output, for programs (docs/cli.md)"},
           common->wants_json);
  add_flag(command, {"--verbose,--progress", "say what goes on, also where there is no terminal"},
           common->wants_progress);
  if (nodes == Nodes::not_asked) return common;
  add_path(
      command,
      {"--home", "the client's folder; else $QUORATE_HOME, else $XDG_CONFIG_HOME/quorate", "DIR"},
      common->home);
  if (nodes == Nodes::home) return common;
  add(command, {"--timeout", "seconds to wait for the nodes", "S"}, Need::optional,
      common->timeout_s)
      .check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  add_list(command, {"--nodes", "ask these nodes only", "A,B,..."}, Need::optional, common->nodes);
  return common;
}

void add_text(CLI::App& command, const Named& named, Need need, std::string& value) {
  add(command, named, need, value).capture_default_str();
}

void add_text(CLI::App& command, const Named& named, Need need, std::string& value,
              const std::vector<std::string>& choices) {
  add(command, named, need, value).check(CLI::IsMember(choices))->capture_default_str();
}

void add_path(CLI::App& command, const Named& named, Need need, Path& value) {
  add(command, named, need, value).capture_default_str();
}

void add_path(CLI::App& command, const Named& named, std::optional<Path>& value) {
  add(command, named, Need::optional, value);
}

void add_number(CLI::App& command, const Named& named, std::uint16_t& value, Range range) {
  add(command, named, Need::required, value).check(CLI::Range(range.least, range.most));
}

void add_number(CLI::App& command, const Named& named, std::optional<std::uint16_t>& value,
                Range range) {
  add(command, named, Need::optional, value).check(CLI::Range(range.least, range.most));
}

void add_list(CLI::App& command, const Named& named, Need need, std::vector<std::string>& value) {
  add(command, named, need, value).delimiter(',')->allow_extra_args(false);
}

void add_repeated(CLI::App& command, const Named& named, std::vector<std::string>& value) {
  add(command, named, Need::optional, value).allow_extra_args(false);
}

void add_flag(CLI::App& command, const Named& named, bool& value) {
  command.add_flag(named.name, value, named.what);
}

}  // namespace quorate::cli

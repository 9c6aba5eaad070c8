#include "client/cli/run.h"

#include <sodium/core.h>
#include <csignal>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "client/cli/arguments.h"
#include "version.h"

namespace quorate::cli {
namespace {

void add_commands(CLI::App& program, Chosen& chosen) {
  program.set_version_flag("--version", std::string(version));
  program.require_subcommand(1);
  program.footer(
      "Example:\n"
      "  quorate dev up                       a quorum on this machine, to try\n"
      "  quorate sign --help                  every command ends its help with an example\n"
      "\n"
      "Exit codes: 0 done; 1 refused, or does not verify; 2 usage or configuration;\n"
      "3 too few nodes; 70 internal error.");
  add_status(program, chosen);
  add_root(program, chosen);
  add_sign(program, chosen);
  add_ssh_cert(program, chosen);
  add_request(program, chosen);
  add_approve(program, chosen);
  add_audit(program, chosen);
  add_blame(program, chosen);
  add_dev(program, chosen);
}

// CLI11 throws; --help and --version too.
Outcome<Exit> parse(CLI::App& program, int argc, const char* const* argv, bool& is_answered) {
  try {
    program.parse(argc, argv);
    return Exit::done;
  } catch (const CLI::ParseError& error) {
    is_answered = error.get_exit_code() == 0;
    if (is_answered) {
      program.exit(error, std::cout, std::cerr);
      return Exit::done;
    }
    return usage(error.what());
  }
}

int run_command(int argc, const char* const* argv) {
  CLI::App program("Signatures that no single machine can make.", "quorate");
  Chosen chosen;
  add_commands(program, chosen);
  bool is_answered = false;
  const Outcome<Exit> parsed = parse(program, argc, argv, is_answered);
  if (is_answered) return 0;
  const Common common = chosen.common ? *chosen.common : Common{};
  const Console console(common.wants_json ? Style::json : Style::words,
                        common.wants_progress ? ShowProgress::always : ShowProgress::automatic);
  const Outcome<Exit> outcome = parsed ? chosen.run(common, console) : parsed;
  if (outcome) return static_cast<int>(*outcome);
  console.failed(outcome.error());
  return static_cast<int>(outcome.error().exit);
}

}  // namespace

int run(int argc, const char* const* argv) {
  if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR || sodium_init() < 0) {
    std::cerr << "quorate: this machine gives no random numbers\n";
    return static_cast<int>(Exit::internal);
  }
  try {
    return run_command(argc, argv);
  } catch (const std::exception& unexpected) {
    std::cerr << "quorate: internal error: " << unexpected.what() << "\n"
              << "  next: this is a mistake in quorate: please report it\n";
    return static_cast<int>(Exit::internal);
  }
}

}  // namespace quorate::cli

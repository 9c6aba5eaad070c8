// quorate-node: a signer. See `quorate-node --help`.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include <sodium.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "crypto/base/plant.h"
#include "node/custody/memory.h"
#include "node/program/holdings.h"
#include "node/program/init.h"
#include "node/program/ledger.h"
#include "node/program/policy.h"
#include "node/program/run.h"
#include "version.h"

namespace {

using quorate::Code;
using quorate::Error;
using quorate::node::InitOptions;
using quorate::node::RunOptions;

constexpr int exit_refused = 1;
constexpr int exit_configuration = 2;
constexpr int exit_internal = 70;

// Where standard error is gone there is nobody left to tell but by the exit code.
void complain(const char* what) {
  static_cast<void>(std::fprintf(stderr, "quorate-node: %s\n", what));
}

int report(const Error& error) {
  complain(error.message.c_str());
  if (error.code == Code::internal) return exit_internal;
  return error.code == Code::clock_behind ? exit_refused : exit_configuration;
}

int run_init(const InitOptions& options, bool as_json) {
  const auto done = quorate::node::init(options);
  if (!done) return report(done.error());
  const std::string identity = quorate::to_hex(done->keys.identity.bytes());
  const std::string cosigner = quorate::to_hex(done->keys.cosigner.bytes());
  if (as_json) {
    std::puts(nlohmann::json{{"name", options.name},
                             {"quorum", options.quorum},
                             {"operator", options.operator_name},
                             {"listen", options.listen},
                             {"identity", identity},
                             {"cosigner", cosigner},
                             {"custody", done->custody},
                             {"note", done->note}}
                  .dump()
                  .c_str());
    return 0;
  }
  std::printf("%s is ready in %s\n", options.name.c_str(), options.directory.c_str());
  std::printf("  custody   %s\n", done->custody.c_str());
  if (!done->note.empty()) std::printf("  note      %s\n", done->note.c_str());
  std::printf(
      "\nFor the roster.toml of its clients:\n\n[[node]]\nname = \"%s\"\noperator = \"%s\"\n",
      options.name.c_str(), options.operator_name.c_str());
  std::printf("address = \"%s\"\nidentity = \"%s\"\ncosigner = \"%s\"\n", options.listen.c_str(),
              identity.c_str(), cosigner.c_str());
  std::printf(
      "\nNext: name its clients and administrators in %s/node.toml, then\n"
      "  quorate-node run %s\n",
      options.directory.c_str(), options.directory.c_str());
  return 0;
}

void add_init(CLI::App& app, InitOptions& options, bool& as_json) {
  CLI::App* init =
      app.add_subcommand("init", "Make a node's directory, its keys and its node.toml");
  init->add_option("DIR", options.directory, "The node's directory; must be empty or absent")
      ->required();
  init->add_option("--name", options.name, "The node's name, as in its roster")->required();
  init->add_option("--quorum", options.quorum, "The quorum's name, fixed for the node's life")
      ->required();
  init->add_option("--operator", options.operator_name, "Who runs it")->required();
  init->add_option("--listen", options.listen, "HOST:PORT")->required();
  init->add_option("--custody", options.custody, "Where the keys are")
      ->required()
      ->check(CLI::IsMember({"pkcs11", "file"}));
  init->add_option("--uri", options.uri,
                   "An existing token, by RFC 7512 with serial and module-path; without it a"
                   " SoftHSM token is made in DIR");
  init->add_option("--pin-file", options.pin_file,
                   "Holds the token's PIN, or the passphrase; mode 0600");
  init->add_flag("--json", as_json, "Print one JSON object");
  init->footer(
      "Example:\n  quorate-node init /var/lib/quorate/alpha --name alpha --quorum demo \\\n"
      "      --operator ops-a --listen 127.0.0.1:7201 --custody pkcs11");
}

// Not in a release: there `run` knows no such option.
void add_plant([[maybe_unused]] CLI::App& run, [[maybe_unused]] RunOptions& options) {
#if QUORATE_PLANT
  run.add_option_function<std::string>(
      "--plant",
      [&options](const std::string& id) {
        const auto bug = quorate::plant::bug_named(id);
        if (!bug) throw CLI::ValidationError("--plant", "there is no planted bug " + id);
        options.planted = *bug;
      },
      "Run with this planted bug (docs/simulation.md), on a loopback address only");
#endif
}

void add_run(CLI::App& app, RunOptions& options, bool& accept_clock) {
  CLI::App* run = app.add_subcommand("run", "Serve in the foreground; log to standard error");
  run->add_option("DIR", options.directory, "The node's directory")->required();
  run->add_flag("--accept-clock", accept_clock,
                "Start although the clock is behind the last record");
  run->add_option_function<std::string>(
      "--record",
      [&options](const std::string& file) {
        if (!options.record) options.record.emplace();
        options.record->file = file;
      },
      "Write what goes into this node's core to this new file, for `quorate-sim replay`:"
      " requests and people's names, nothing secret");
  run->add_option_function<std::uint64_t>(
         "--record-limit",
         [&options](const std::uint64_t mebibytes) {
           if (!options.record) options.record.emplace();
           options.record->limit_bytes = mebibytes << 20;
         },
         "How long that file may become, in MiB (1024)")
      ->check(CLI::Range(1, 1 << 20));
  run->add_option_function<std::vector<std::uint64_t>>(
         "--rude",
         [&options](const std::vector<std::uint64_t>& words) {
           if (std::any_of(words.begin() + 1, words.end(), [](auto word) { return word > 64; })) {
             throw CLI::ValidationError("--rude", "a quorum has at most 64 nodes");
           }
           options.rude = {words[0], static_cast<std::uint16_t>(words[1]),
                           static_cast<std::uint16_t>(words[2]),
                           static_cast<std::uint16_t>(words[3])};
         },
         "SEED SEAT NODES UNWELL: be late, refuse and stay away now and then, on a loopback"
         " address only; see `quorate dev up --rude`")
      ->expected(4);
  add_plant(*run, options);
  run->footer(
      "Stops cleanly on SIGTERM. SIGHUP looks for the token at once.\n"
      "Example:\n  quorate-node run /var/lib/quorate/alpha");
}

int quorate_node(int argc, char** argv) {
  CLI::App app(
      "A signer node of Quorate: holds one share of each root in its own token, and signs"
      " what its own policy allows.",
      "quorate-node");
  app.set_version_flag("--version", std::string(quorate::version));
  app.require_subcommand(1);
  InitOptions init;
  RunOptions run;
  bool as_json = false;
  bool accept_clock = false;
  add_init(app, init, as_json);
  add_run(app, run, accept_clock);
  quorate::node::LedgerCommands ledger(app);
  quorate::node::BundleCommands bundle(app);
  quorate::node::ListCommands list(app);
  quorate::node::PolicyCommands policy(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_configuration;
  }
  if (app.got_subcommand("init")) return run_init(init, as_json);
  if (ledger.were_chosen()) return ledger.run();
  if (bundle.were_chosen()) return bundle.run();
  if (list.were_chosen()) return list.run();
  if (policy.were_chosen()) return policy.run();
  if (accept_clock) run.accept_clock = quorate::node::AcceptClock::yes;
  const auto done = quorate::node::run(run);
  return done ? 0 : report(done.error());
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) {
    complain("libsodium does not start");
    return exit_internal;
  }
  // Before anything secret is read, and whatever the command is.
  if (const auto locked = quorate::custody::lock_down_process(); !locked) {
    complain(locked.error().message.c_str());
    return exit_internal;
  }
  try {
    return quorate_node(argc, argv);
  } catch (const std::exception& error) {
    complain((std::string("internal error: ") + error.what()).c_str());
    return exit_internal;
  }
}

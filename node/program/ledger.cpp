#include "node/program/ledger.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "node/config/config.h"
#include "node/ledger/erasure.h"
#include "node/ledger/ledger.h"
#include "node/program/keys.h"
#include "node/program/system.h"

namespace quorate::node {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr int exit_rewritten = 1;
constexpr int exit_configuration = 2;
constexpr std::uint64_t steps = 20;  // that a long work reports

void complain(const std::string& line) {
  (void)std::fprintf(stderr, "quorate-node: %s\n", line.c_str());
}

// Says how far a long work is, a few times in all.
class Reporter {
 public:
  void operator()(std::uint64_t done, std::uint64_t all) {
    if (all == 0 || done == all || done * steps / all == step_) return;
    step_ = done * steps / all;
    complain(std::to_string(done) + " of " + std::to_string(all) + " leaves");
  }

 private:
  std::uint64_t step_ = 0;
};

struct Opened {
  std::string origin;
  ed25519::Point identity;
  std::unique_ptr<store::Store> store;
};

Result<Opened> open_directory(const fs::path& directory) {
  QUORATE_TRY(const std::string text, read_text(directory / "node.toml"));
  QUORATE_TRY(const config::NodeConfig config,
              config::parse(text, (directory / "node.toml").string()));
  std::error_code error;
  if (!fs::exists(directory / "node.db", error)) {
    return fail(Code::configuration, directory.string() + " has no node.db");
  }
  auto store = store::Store::open(directory / "node.db");
  if (!store) {
    return fail(store.error().code, store.error().message +
                                        " (a node that runs has its database for itself: stop it"
                                        " first)");
  }
  QUORATE_TRY(const ed25519::Point identity, public_identity(**store));
  return Opened{record::origin_of(config.quorum, config.name), identity, std::move(*store)};
}

// YYYY-MM-DD, its first moment in UTC.
Result<std::uint64_t> parse_date(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int read = 0;
  const int fields = std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &read);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  const bool is_whole = fields == 3 && text.size() == 10 && read == 10;
  if (!is_whole || !date.ok() || year < 1970) {
    return fail(Code::usage, "--before takes a date like 2026-01-31 (UTC), and not " + text);
  }
  const auto since = std::chrono::sys_days(date).time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::milliseconds(since).count());
}

std::uint64_t wall_clock_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

}  // namespace

LedgerCommands::LedgerCommands(CLI::App& app)
    : ledger_(app.add_subcommand("ledger", "Look after the ledger of a node that is stopped")) {
  ledger_->require_subcommand(1);
  verify_ = ledger_->add_subcommand(
      "verify", "Hash every record again, up to the checkpoint that the node signed last");
  verify_->add_option("DIR", directory_, "The node's directory")->required();
  verify_->add_flag("--json", as_json_, "Print one JSON object");
  verify_->footer(
      "Exits with 1, and says what differs and what was expected, where the ledger was rewritten.\n"
      "Example:\n  quorate-node ledger verify /var/lib/quorate/alpha");
  erase_ = ledger_->add_subcommand(
      "erase", "Forget names, tokens and reasons of old records; the records stay");
  erase_->add_option("DIR", directory_, "The node's directory")->required();
  erase_->add_option("--before", before_, "Of records older than this day, YYYY-MM-DD in UTC")
      ->required();
  erase_->add_flag("--json", as_json_, "Print one JSON object");
  erase_->footer(
      "The ledger still verifies. Requests that are still good keep what they need.\n"
      "Example:\n  quorate-node ledger erase /var/lib/quorate/alpha --before 2026-01-01");
}

int LedgerCommands::run() {
  const Result<int> done = verify_->parsed() ? verify() : erase();
  if (done) return *done;
  const bool is_rewritten = done.error().code == Code::ledger_rewritten;
  if (as_json_) {
    (void)std::puts(json{{"result", is_rewritten ? "rewritten" : "failed"},
                         {"code", name(done.error().code)},
                         {"reason", done.error().message}}
                        .dump()
                        .c_str());
  } else {
    complain(done.error().message);
  }
  return is_rewritten ? exit_rewritten : exit_configuration;
}

Result<int> LedgerCommands::verify() {
  QUORATE_TRY(const Opened opened, open_directory(directory_));
  QUORATE_TRY(const auto ledger,
              ledger::Ledger::open(opened.store->database(), opened.origin, opened.identity));
  QUORATE_CHECK(ledger->verify_all(Reporter()));
  QUORATE_TRY(const ledger::Tree tree, ledger->tree());
  const std::string root = to_hex(tree.root);
  const std::string identity = to_hex(opened.identity.bytes());
  if (as_json_) {
    (void)std::puts(json{{"result", "whole"},
                         {"origin", opened.origin},
                         {"identity", identity},
                         {"size", tree.size},
                         {"root", root}}
                        .dump()
                        .c_str());
    return 0;
  }
  (void)std::printf("the ledger of %s is whole\n  records   %llu\n  root      %s\n  signed by %s\n",
                    opened.origin.c_str(), static_cast<unsigned long long>(tree.size), root.c_str(),
                    identity.c_str());
  return 0;
}

Result<int> LedgerCommands::erase() {
  QUORATE_TRY(const std::uint64_t before_ms, parse_date(before_));
  QUORATE_TRY(const Opened opened, open_directory(directory_));
  QUORATE_TRY(const auto ledger,
              ledger::Ledger::open(opened.store->database(), opened.origin, opened.identity));
  QUORATE_TRY(const ledger::Erased erased,
              ledger::erase(*opened.store, *ledger, before_ms, wall_clock_ms(), Reporter()));
  if (as_json_) {
    (void)std::puts(json{{"result", "erased"},
                         {"records", erased.records},
                         {"texts", erased.texts},
                         {"verdicts", erased.verdicts}}
                        .dump()
                        .c_str());
    return 0;
  }
  (void)std::printf("of %llu records before %s, erased %llu texts and %llu stored answers\n",
                    static_cast<unsigned long long>(erased.records), before_.c_str(),
                    static_cast<unsigned long long>(erased.texts),
                    static_cast<unsigned long long>(erased.verdicts));
  return 0;
}

}  // namespace quorate::node

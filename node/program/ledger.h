// `quorate-node ledger verify DIR` and `quorate-node ledger erase DIR --before DATE`: what an
// operator does with a ledger while its node is stopped. Neither needs the token.

#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "crypto/base/result.h"

namespace quorate::node {

class LedgerCommands {
 public:
  // Adds the commands to the program's. Outlives app.parse().
  explicit LedgerCommands(CLI::App& app);

  bool were_chosen() const { return ledger_->parsed(); }
  // The exit code: 0; 1 where the ledger was rewritten; 2 where it can't be looked at.
  int run();

 private:
  [[nodiscard]] Result<int> verify();
  [[nodiscard]] Result<int> erase();

  CLI::App* ledger_;
  CLI::App* verify_ = nullptr;
  CLI::App* erase_ = nullptr;
  std::string directory_;
  std::string before_;
  bool as_json_ = false;
};

}  // namespace quorate::node

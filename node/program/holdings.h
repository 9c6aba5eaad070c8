// `quorate-node bundle free DIR VERSION`, `quorate-node bundle trust DIR SHA256` and `quorate-node
// list free DIR ROOT`: the operator's word about trust bundles and revocation lists, while the node
// is stopped. None needs the token.

#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "crypto/base/result.h"

namespace quorate::node {

class BundleCommands {
 public:
  // Adds the commands to the program's. Outlives app.parse().
  explicit BundleCommands(CLI::App& app);

  bool were_chosen() const { return bundle_->parsed(); }
  // The exit code: 0; 1 where there was nothing to free; 2 where it can't be done.
  int run();

 private:
  [[nodiscard]] Result<int> free();
  [[nodiscard]] Result<int> trust();

  CLI::App* bundle_;
  CLI::App* free_ = nullptr;
  CLI::App* trust_ = nullptr;
  std::string directory_;
  std::uint64_t version_ = 0;
  std::string sha256_;
};

class ListCommands {
 public:
  // Adds the command to the program's. Outlives app.parse().
  explicit ListCommands(CLI::App& app);

  bool were_chosen() const { return list_->parsed(); }
  // The exit code: 0; 1 where there was nothing to free; 2 where it can't be done.
  int run();

 private:
  [[nodiscard]] Result<int> free();

  CLI::App* list_;
  std::string directory_;
  std::string root_;
};

}  // namespace quorate::node

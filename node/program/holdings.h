// `quorate-node bundle free DIR VERSION` and `quorate-node bundle trust DIR SHA256`: the operator's
// word about trust bundles, while the node is stopped. Neither needs the token.

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

}  // namespace quorate::node

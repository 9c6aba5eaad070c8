// `quorate-node policy check | explain | diff`: a policy for its reviewers. Neither needs the token
// nor the database, so the node may run.

#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "crypto/base/result.h"

namespace quorate::node {

class PolicyCommands {
 public:
  // Adds the commands to the program's. Outlives app.parse().
  explicit PolicyCommands(CLI::App& app);

  bool were_chosen() const { return policy_->parsed(); }
  // The exit code: 0; 1 where the request would not be approved, or the files differ; 2 where a
  // file is wrong.
  int run();

 private:
  void add_check();
  void add_explain();
  void add_diff();
  [[nodiscard]] Result<int> check();
  [[nodiscard]] Result<int> explain();
  [[nodiscard]] Result<int> diff();

  CLI::App* policy_;
  CLI::App* check_ = nullptr;
  CLI::App* explain_ = nullptr;
  CLI::App* diff_ = nullptr;
  std::string directory_;
  std::string other_;
  std::string request_;
  std::string at_;
  bool as_json_ = false;
};

}  // namespace quorate::node

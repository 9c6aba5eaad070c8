// `quorate` as a person meets it, with a home of its own and a roster whose node does not answer.

#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/ed25519/point.h"
#include "tests/support/temporary_folder.h"

namespace quorate::cli {

struct Ended {
  int exit;
  std::string out;
  std::string complaints;
};

Ended quorate(std::vector<const char*> words);

class CommandLine : public ::testing::Test {
 protected:
  CommandLine();

  testing::TemporaryFolder folder;
  const std::filesystem::path home = folder.path();
};

}  // namespace quorate::cli

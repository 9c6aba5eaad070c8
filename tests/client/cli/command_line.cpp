#include "tests/client/cli/command_line.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "client/cli/run.h"
#include "client/home/roster.h"
#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

ed25519::Point point(const char* hex) {
  return ed25519::Point::parse(from_hex(hex).value()).value();
}

}  // namespace

Ended quorate(std::vector<const char*> words) {
  words.insert(words.begin(), "quorate");
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int exit = run(static_cast<int>(words.size()), words.data());
  std::fflush(stdout);
  return {exit, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

CommandLine::CommandLine() {
  const ed25519::Point key =
      point("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const ed25519::Point other =
      point("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  // Nobody listens on the discard port of loopback.
  const home::Roster roster{"test", {{"alpha", "ops", {"127.0.0.1", 9}, key, other}}};
  std::ofstream(home / "roster.toml") << home::format(roster);
  setenv("QUORATE_HOME", home.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
}

}  // namespace quorate::cli

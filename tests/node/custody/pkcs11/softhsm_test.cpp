#include "node/custody/pkcs11/softhsm.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "node/custody/pkcs11/backend.h"
#include "node/custody/pkcs11/init.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::custody::pkcs11 {
namespace {

using quorate::testing::SeededEntropy;
using quorate::testing::TemporaryFolder;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

// Everything in one test: the module reads its configuration once for each process.
TEST(SoftHsmToken, IsMadeInTheNodesFolderAndWorksFromThere) {
  const TemporaryFolder folder;
  SeededEntropy entropy(1);
  const auto token = make_softhsm_token(folder.path(), "node-a", entropy);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(mode_of(folder / "token"), 0700u);
  EXPECT_EQ(mode_of(folder / "pin"), 0600u);
  EXPECT_EQ(parse_uri(to_string(*token)).value().serial, token->serial);

  const auto again = make_softhsm_token(folder.path(), "node-a", entropy);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::configuration);

  ::unsetenv("SOFTHSM2_CONF");  // NOLINT(concurrency-mt-unsafe): one thread
  use_softhsm_configuration(folder.path());
  const PinSource pin{folder / "pin"};
  const auto keys = init_token_keys(*token, pin, entropy);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_TRUE(keys->note.empty()) << keys->note;
  Config config;
  config.token = *token;
  config.pin = pin;
  config.seal_key = keys->seal_key;
  config.mode = keys->mode;
  config.canary = keys->canary;
  const auto backend = open(config).value();
  EXPECT_EQ(backend->health().state, State::ready) << backend->health().advice;
}

}  // namespace
}  // namespace quorate::custody::pkcs11

#include "tests/node/custody/pkcs11/token_fixture.h"

#include <chrono>
#include <cstdlib>
#include <set>
#include <thread>

#include <sodium.h>

namespace quorate::testing {

using custody::pkcs11::Config;
using custody::pkcs11::TokenUri;

void SharedEntropy::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

namespace {

// Made before the module is first loaded, and removed when the program ends.
const TemporaryFolder& tokens() {
  static const TemporaryFolder folder;
  static const bool prepared = [] {
    std::filesystem::create_directory(folder / "tokens");
    const auto configuration =
        folder.write("softhsm2.conf", "directories.tokendir = " + (folder / "tokens").string() +
                                          "\nobjectstore.backend = file\nlog.level = ERROR\n");
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before there is a second thread
    return ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1) == 0;
  }();
  EXPECT_TRUE(prepared);
  return folder;
}

std::set<std::filesystem::path> folders() {
  std::set<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(tokens() / "tokens")) {
    found.insert(entry.path());
  }
  return found;
}

std::string serial_of(const std::filesystem::path& folder) {
  std::string digits;
  for (const char c : folder.filename().string()) {
    if (c != '-') digits += c;
  }
  return digits.substr(16);
}

}  // namespace

const std::filesystem::path& TokenTest::all_tokens() {
  static const std::filesystem::path path = tokens() / "tokens";
  return path;
}

TokenTest::TokenTest() {
  static std::atomic<int> count = 0;  // the tests of one process share the folder
  token_ = make_token("node-" + std::to_string(++count));
  write_pin("right-pin\n");
}

TokenUri TokenTest::make_token(const std::string& label) {
  const auto before = folders();
  const std::string command = "softhsm2-util --init-token --free --label " + label +
                              " --so-pin officer-pin --pin right-pin > /dev/null";
  // NOLINTNEXTLINE(concurrency-mt-unsafe,cert-env33-c): a fixed command, no thread of ours runs
  EXPECT_EQ(std::system(command.c_str()), 0);
  for (const auto& folder : folders()) {
    if (before.count(folder) == 0) {
      return {label, serial_of(folder), "/usr/lib/softhsm/libsofthsm2.so", std::nullopt};
    }
  }
  ADD_FAILURE() << "no token was made";
  return {};
}

std::filesystem::path TokenTest::folder_of(const TokenUri& token) const {
  for (const auto& folder : folders()) {
    if (serial_of(folder) == token.serial) return folder;
  }
  return {};
}

Config TokenTest::initialized() {
  const auto keys = custody::pkcs11::init_token_keys(token_, {folder_ / "pin"}, entropy_);
  EXPECT_TRUE(keys) << keys.error().message;
  Config config;
  config.token = token_;
  config.pin = {folder_ / "pin"};
  config.seal_key = keys->seal_key;
  config.mode = keys->mode;
  config.canary = keys->canary;
  config.refusal_marker = folder_ / "pin.refused";
  config.first_wait = std::chrono::milliseconds(20);
  config.longest_wait = std::chrono::milliseconds(100);
  return config;
}

std::unique_ptr<custody::Backend> TokenTest::opened(const Config& config) {
  auto backend = custody::pkcs11::open(config);
  EXPECT_TRUE(backend) << backend.error().message;
  return *std::move(backend);
}

::testing::AssertionResult TokenTest::eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return ::testing::AssertionFailure();
    std::this_thread::yield();
  }
  return ::testing::AssertionSuccess();
}

::testing::AssertionResult TokenTest::reaches(const custody::Backend& backend,
                                              custody::State state) {
  if (eventually([&] { return backend.health().state == state; })) {
    return ::testing::AssertionSuccess();
  }
  const custody::Health health = backend.health();
  return ::testing::AssertionFailure() << custody::name(health.state) << ": " << health.advice;
}

}  // namespace quorate::testing

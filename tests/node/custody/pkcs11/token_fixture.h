// Real SoftHSM tokens in a folder that is gone afterwards. The module reads its configuration once
// for each process, so the tokens of all tests of one program lie in one folder.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/custody/blob.h"
#include "node/custody/pkcs11/backend.h"
#include "node/custody/pkcs11/init.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::testing {

// Entropy that any thread may draw from.
class SharedEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

class TokenTest : public ::testing::Test {
 protected:
  TokenTest();

  // One more token in the folder, and its folder's path. The PIN is `right-pin`.
  custody::pkcs11::TokenUri make_token(const std::string& label);
  std::filesystem::path folder_of(const custody::pkcs11::TokenUri& token) const;
  static const std::filesystem::path& all_tokens();

  // A seal key in this test's token, and the configuration that opens it: quick to reconnect.
  custody::pkcs11::Config initialized();
  std::unique_ptr<custody::Backend> opened(const custody::pkcs11::Config& config);

  // Waits (without sleeping a fixed time) until the backend is in this state; 20 s at most.
  static ::testing::AssertionResult reaches(const custody::Backend& backend, custody::State state);
  static ::testing::AssertionResult eventually(const std::function<bool()>& condition);

  void write_pin(const std::string& pin) { folder_.write("pin", pin); }

  TemporaryFolder folder_;  // of the node
  SharedEntropy entropy_;
  custody::pkcs11::TokenUri token_;
};

inline constexpr custody::KeyId a_share_key{custody::KeyKind::share, {1, 2, 3}};
inline const custody::Place share_place{a_share_key, custody::Purpose::frost_share, {5, 6}};

}  // namespace quorate::testing

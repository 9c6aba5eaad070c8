// One node's holdings in a fresh database, and keys that stand for the roots whose lists and
// bundles it is shown: a quorum's signature is no different.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/ed25519/signing_key.h"
#include "node/holdings/holdings.h"
#include "tests/support/temporary_folder.h"

namespace quorate::testing {

using holdings::Holdings;
using holdings::Taken;
using statement::Statement;

inline constexpr std::uint64_t day = 86'400;
inline constexpr std::uint64_t start = 1'800'000'000;  // when list 1 and bundle 1 are issued

ed25519::SigningKey root_key(std::uint8_t n);
statement::RootId root_id(std::uint8_t n);

// The roots of these tests, by the number of their key.
inline constexpr std::uint8_t revocation_root = 1;  // the node is a member
inline constexpr std::uint8_t bundle_root = 2;      // the node is a member
inline constexpr std::uint8_t ssh_root = 3;         // the node is a member
inline constexpr std::uint8_t other_root = 4;       // only bundles name it
inline constexpr std::uint8_t new_root = 5;         // only later bundles name it

nlohmann::json entry(const std::string& type, const std::string& value, std::uint64_t until);
// Of root people's list: issued at start + 100 * number, with the next update a day later.
nlohmann::json list(std::uint64_t number, const std::vector<nlohmann::json>& entries = {});
// Version 1, whose update rule wants the bundle root; the list `people` of other_root counts.
nlohmann::json first_bundle();
// What may follow `before`.
nlohmann::json next_bundle(const nlohmann::json& before);

Bytes bytes_of_json(const nlohmann::json& value);

// Statements whose not_before is what the payload's `issued` or `iat` says.
Statement list_statement(const nlohmann::json& list, std::uint8_t root = revocation_root);
Statement bundle_statement(const nlohmann::json& bundle);
Statement krl_statement(const nlohmann::json& list, std::uint8_t root = revocation_root);

// Nothing: it went well.
template <typename T>
std::optional<Code> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

class HoldingsTest : public ::testing::Test {
 protected:
  HoldingsTest();
  void reopen();
  // As Core does it: a transaction, committed when it went well.
  Result<Taken> publish_list(const nlohmann::json& list, std::uint8_t root = revocation_root);
  Result<Taken> publish_bundle(const nlohmann::json& bundle,
                               const std::vector<std::uint8_t>& roots = {bundle_root});
  // may_sign() and remember(), in one transaction.
  Status approve(const Statement& statement);
  void run(const std::function<Status()>& work);

  TemporaryFolder folder_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<Holdings> holdings_;
  std::uint64_t now_ = start + day;
};

}  // namespace quorate::testing

namespace quorate {

// For the messages of failed tests.
inline void PrintTo(Code code, std::ostream* out) { *out << name(code); }

}  // namespace quorate

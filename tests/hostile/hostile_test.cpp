#include <set>

#include <gtest/gtest.h>

#include "tests/hostile/table.h"

namespace quorate {

// For the messages of failed tests.
inline void PrintTo(Code code, std::ostream* out) { *out << name(code); }

}  // namespace quorate

namespace quorate::hostile {

std::string replaced(const std::string& whole, std::string_view from, std::string_view to) {
  const std::size_t at = whole.find(from);
  const bool is_one_place =
      at != std::string::npos && whole.find(from, at + 1) == std::string::npos && from != to;
  EXPECT_TRUE(is_one_place) << "to be replaced: " << from;
  if (!is_one_place) return whole;
  return whole.substr(0, at) + std::string(to) + whole.substr(at + from.size());
}

Bytes followed_by(Bytes whole, const Bytes& more) {
  append(whole, more);
  return whole;
}

Bytes without_last(Bytes whole) {
  whole.pop_back();
  return whole;
}

Bytes with_byte(Bytes whole, std::size_t at, std::uint8_t value) {
  EXPECT_LT(at, whole.size());
  EXPECT_NE(whole.at(at), value);
  whole.at(at) = value;
  return whole;
}

namespace {

std::vector<Table> all() {
  return {ssh_keys(),
          ssh_key_lines(),
          ssh_certificates(),
          sshsigs(),
          sshsig_armours(),
          tokens(),
          key_sets(),
          canonical_json(),
          bundles(),
          access_payloads(),
          revocation_lists(),
          node_files(),
          rosters(),
          policies(),
          frames(),
          asks(),
          answers(),
          statements(),
          requests(),
          approvals(),
          notes(),
          cosignatures(),
          blames()};
}

// What is refused is refused for what the row says, and not for a mistake in making it.
TEST(Hostile, WhatTheInputsWereMadeFromIsAccepted) {
  for (const Table& table : all()) {
    ASSERT_FALSE(table.good.empty()) << table.decoder;
    for (std::size_t i = 0; i < table.good.size(); ++i) {
      EXPECT_EQ(table.decode(table.good[i]), std::nullopt) << table.decoder << ", good " << i;
    }
  }
}

TEST(Hostile, EveryInputIsRefusedWithItsCode) {
  for (const Table& table : all()) {
    for (const Hostile& row : table.rows) {
      EXPECT_EQ(table.decode(row.input), std::optional(row.code))
          << table.decoder << ": " << row.what;
    }
  }
}

TEST(Hostile, NoInputIsListedTwice) {
  for (const Table& table : all()) {
    std::set<Bytes> inputs(table.good.begin(), table.good.end());
    std::set<std::string> names;
    for (const Hostile& row : table.rows) {
      EXPECT_TRUE(inputs.insert(row.input).second) << table.decoder << ": " << row.what;
      EXPECT_TRUE(names.insert(row.what).second) << table.decoder << ": " << row.what;
    }
  }
}

TEST(Hostile, ThereAreAtLeastTwoHundred) {
  std::size_t rows = 0;
  for (const Table& table : all()) {
    EXPECT_GE(table.rows.size(), 5u) << table.decoder;
    rows += table.rows.size();
  }
  EXPECT_GE(rows, 200u);
  RecordProperty("inputs", static_cast<int>(rows));
}

}  // namespace
}  // namespace quorate::hostile

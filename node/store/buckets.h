// Token buckets that survive a restart: full at first, one token a use, `count` of them refilled in
// `seconds`, evenly. Counted in whole numbers, so that nothing is lost to rounding; a clock that is
// set back refills nothing until it has caught up.

#pragma once

#include <cstdint>
#include <string>

#include "crypto/base/result.h"
#include "node/store/database.h"

namespace quorate::store {

struct Rate {
  std::uint64_t count;    // 1 to most_count; also how many may come at once
  std::uint64_t seconds;  // 1 to longest_s

  static constexpr std::uint64_t most_count = 1'000'000;
  static constexpr std::uint64_t longest_s = std::uint64_t{31} * 24 * 60 * 60;

  friend bool operator==(const Rate&, const Rate&) = default;
};

class Buckets {
 public:
  explicit Buckets(Database& database) : database_(database) {}

  // In a database that has none yet.
  [[nodiscard]] static Status create(Database& database);

  // Milliseconds until the bucket of this name would give a token; 0: now. Another rate than before
  // keeps what was taken.
  [[nodiscard]] Result<std::uint64_t> wait_ms(const std::string& name, const Rate& rate,
                                              std::uint64_t now_ms);
  // Takes one, inside a transaction of the caller's, whether there is one or not: whoever asks
  // wait_ms() first in that transaction never takes what is not there. Forgets some buckets that
  // are full again, so that the table does not grow with everybody who ever asked.
  [[nodiscard]] Status take(const std::string& name, const Rate& rate, std::uint64_t now_ms);

 private:
  struct Row;
  [[nodiscard]] Result<Row> read(const std::string& name, const Rate& rate, std::uint64_t now_ms);

  Database& database_;
};

}  // namespace quorate::store

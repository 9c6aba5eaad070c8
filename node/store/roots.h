// The roots that a node is a member of, each with its newest certified record and the node's sealed
// share.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/store/ceremonies.h"
#include "node/store/database.h"

namespace quorate::store {

struct RootRow {
  std::string name;
  ByteArray<32> root_id{};
  Hash ceremony{};
  Bytes record;                      // epoch record
  std::optional<SealedShare> share;  // none: share_missing
};

class Roots {
 public:
  explicit Roots(Database& database) : database_(database) {}

  [[nodiscard]] Result<std::vector<RootRow>> all();  // by name
  [[nodiscard]] Result<std::optional<RootRow>> find(const std::string& name);
  // Inserts, or writes over the root of the same name. Inside a transaction of the caller's.
  [[nodiscard]] Status put(const RootRow& row);

 private:
  Database& database_;
};

}  // namespace quorate::store

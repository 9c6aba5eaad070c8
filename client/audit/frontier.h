// A ledger's tree without its leaves: the roots of the complete subtrees that it consists of, from
// left to right. That is all it takes to add a leaf and to know the root, and never more than 64
// hashes, however large the ledger.

#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/result.h"
#include "proto/record/merkle.h"

namespace quorate::audit {

using record::Hash;

class Frontier {
 public:
  Frontier() = default;
  // `malformed` where a tree of that size has another number of complete subtrees.
  [[nodiscard]] static Result<Frontier> make(std::uint64_t size, std::vector<Hash> subtrees);

  void add(const Hash& leaf);

  std::uint64_t size() const { return size_; }
  Hash root() const;
  record::Tree tree() const { return {size_, root()}; }
  const std::vector<Hash>& subtrees() const { return subtrees_; }

  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> subtrees_;  // one for each bit of the size, the largest first
};

}  // namespace quorate::audit

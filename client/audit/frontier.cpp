#include "client/audit/frontier.h"

#include <bit>

namespace quorate::audit {

Result<Frontier> Frontier::make(std::uint64_t size, std::vector<Hash> subtrees) {
  if (static_cast<std::size_t>(std::popcount(size)) != subtrees.size()) {
    return fail(Code::malformed, "a tree of " + std::to_string(size) + " leaves has " +
                                     std::to_string(std::popcount(size)) +
                                     " complete subtrees, not " + std::to_string(subtrees.size()));
  }
  Frontier out;
  out.size_ = size;
  out.subtrees_ = std::move(subtrees);
  return out;
}

// As in counting: each bit that carries joins two subtrees of one size.
void Frontier::add(const Hash& leaf) {
  Hash joined = leaf;
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    joined = record::node_hash(subtrees_.back(), joined);
    subtrees_.pop_back();
  }
  subtrees_.push_back(joined);
  ++size_;
}

Hash Frontier::root() const {
  if (subtrees_.empty()) return record::tree_root({});
  Hash root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i > 0; --i) {
    root = record::node_hash(subtrees_[i - 1], root);
  }
  return root;
}

}  // namespace quorate::audit

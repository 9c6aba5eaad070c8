// The tree over a ledger's leaves: RFC 6962 section 2.1, RFC 9162 section 2.1.
//
//   leaf  SHA-256(00 ‖ data)      node  SHA-256(01 ‖ left ‖ right)      empty tree  SHA-256("")
//
// Different first bytes, so that no node passes for a leaf; and no leaf is ever doubled, so that no
// two lists of leaves have one root (Bitcoin had both mistakes).

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "proto/layout/labelled.h"

namespace quorate::record {

using layout::Hash;

Hash leaf_hash(ByteView data);
Hash node_hash(const Hash& left, const Hash& right);

// The root over these leaf hashes, in time linear to their number.
Hash tree_root(std::span<const Hash> leaves);

// The proof that leaf `index` is in this tree, from the leaf upwards. index < leaves.size().
std::vector<Hash> inclusion_path(std::span<const Hash> leaves, std::uint64_t index);

// The proof that the first `size` leaves are the tree that was before. 0 < size <= leaves.size().
std::vector<Hash> consistency_path(std::span<const Hash> leaves, std::uint64_t size);

struct Tree {
  std::uint64_t size;
  Hash root;

  friend bool operator==(const Tree&, const Tree&) = default;
};

// Whether the path shows that the leaf stands at this index of this tree.
[[nodiscard]] bool includes(const Tree& tree, std::uint64_t index, const Hash& leaf,
                            std::span<const Hash> path);

// Whether the path shows that `later` begins with all of `earlier`. Never for an empty `earlier`:
// that proves nothing.
[[nodiscard]] bool extends(const Tree& later, const Tree& earlier, std::span<const Hash> path);

}  // namespace quorate::record

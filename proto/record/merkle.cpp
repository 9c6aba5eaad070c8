#include "proto/record/merkle.h"

#include <sodium.h>

#include <bit>
#include <initializer_list>

#include "crypto/base/invariant.h"

namespace quorate::record {
namespace {

constexpr std::uint8_t leaf_prefix[] = {0x00};
constexpr std::uint8_t node_prefix[] = {0x01};

Hash sha256(std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const ByteView part : parts) crypto_hash_sha256_update(&state, part.data(), part.size());
  Hash digest;
  crypto_hash_sha256_final(&state, digest.data());
  return digest;
}

// The largest power of two below n, for n > 1: how many leaves go to the left.
std::size_t split(std::size_t n) { return std::bit_floor(n - 1); }

bool is_odd(std::uint64_t number) { return (number & 1) != 0; }

// Where a proof's next hash belongs. RFC 9162 sections 2.1.3.2 and 2.1.4.2 walk the same way up:
// `index` is our node's place in its row, `last` that of the row's last node.
struct Walk {
  std::uint64_t index;
  std::uint64_t last;

  bool at_root() const { return last == 0; }
  bool joins_from_left() const { return is_odd(index) || index == last; }

  void up() {
    index >>= 1;
    last >>= 1;
  }
  // After a join from the left: past the rows where our node has no sibling.
  void skip_rows_without_sibling() {
    while (!is_odd(index) && index != 0) up();
  }
};

// Consistency, RFC 9162 section 2.1.4.1. `whole`: the first `size` leaves are the whole of what was
// before, whose root the verifier has.
enum class Part { whole, piece };

void consistency(std::span<const Hash> leaves, std::size_t size, Part part,
                 std::vector<Hash>& path) {
  if (size == leaves.size()) {
    if (part == Part::piece) path.push_back(tree_root(leaves));
    return;
  }
  const std::size_t left = split(leaves.size());
  if (size <= left) {
    consistency(leaves.first(left), size, part, path);
    path.push_back(tree_root(leaves.subspan(left)));
  } else {
    consistency(leaves.subspan(left), size - left, Part::piece, path);
    path.push_back(tree_root(leaves.first(left)));
  }
}

}  // namespace

Hash leaf_hash(ByteView data) { return sha256({leaf_prefix, data}); }

Hash node_hash(const Hash& left, const Hash& right) { return sha256({node_prefix, left, right}); }

Hash tree_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves.front();
  const std::size_t left = split(leaves.size());
  return node_hash(tree_root(leaves.first(left)), tree_root(leaves.subspan(left)));
}

std::vector<Hash> inclusion_path(std::span<const Hash> leaves, std::uint64_t index) {
  QUORATE_INVARIANT(index < leaves.size());
  if (leaves.size() == 1) return {};
  const std::size_t left = split(leaves.size());
  const bool is_left = index < left;
  std::vector<Hash> path = is_left ? inclusion_path(leaves.first(left), index)
                                   : inclusion_path(leaves.subspan(left), index - left);
  path.push_back(tree_root(is_left ? leaves.subspan(left) : leaves.first(left)));
  return path;
}

std::vector<Hash> consistency_path(std::span<const Hash> leaves, std::uint64_t size) {
  QUORATE_INVARIANT(size > 0 && size <= leaves.size());
  std::vector<Hash> path;
  consistency(leaves, size, Part::whole, path);
  return path;
}

bool includes(const Tree& tree, std::uint64_t index, const Hash& leaf, std::span<const Hash> path) {
  if (index >= tree.size) return false;
  Walk walk{index, tree.size - 1};
  Hash reached = leaf;
  for (const Hash& sibling : path) {
    if (walk.at_root()) return false;
    if (walk.joins_from_left()) {
      reached = node_hash(sibling, reached);
      walk.skip_rows_without_sibling();
    } else {
      reached = node_hash(reached, sibling);
    }
    walk.up();
  }
  return walk.at_root() && reached == tree.root;
}

bool extends(const Tree& later, const Tree& earlier, std::span<const Hash> path) {
  if (earlier.size == 0 || earlier.size > later.size) return false;
  if (earlier.size == later.size) return path.empty() && earlier.root == later.root;
  if (path.empty()) return false;

  // A power of two leaves is a whole subtree of the later tree, and its root not repeated.
  const bool begins_with_root = std::has_single_bit(earlier.size);
  Hash first = begins_with_root ? earlier.root : path.front();
  if (!begins_with_root) path = path.subspan(1);

  Walk walk{earlier.size - 1, later.size - 1};
  while (is_odd(walk.index)) walk.up();
  Hash of_earlier = first;
  Hash of_later = first;
  for (const Hash& sibling : path) {
    if (walk.at_root()) return false;
    if (walk.joins_from_left()) {
      of_earlier = node_hash(sibling, of_earlier);
      of_later = node_hash(sibling, of_later);
      walk.skip_rows_without_sibling();
    } else {
      of_later = node_hash(of_later, sibling);
    }
    walk.up();
  }
  return walk.at_root() && of_earlier == earlier.root && of_later == later.root;
}

}  // namespace quorate::record

// RFC 9162 section 2.1.3.1 and 2.1.4.1 over stored subtrees. Each proof has at most one hash of a
// range that is no complete subtree, at the tree's right edge; so it reads O(log n) rows in all.

#include <algorithm>

#include "crypto/base/invariant.h"
#include "node/ledger/ledger.h"
#include "node/ledger/rows.h"

namespace quorate::ledger {
namespace {

// The largest power of two below n, for n > 1: how many leaves go to the left.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

}  // namespace

std::string leaves_named(unsigned level, std::uint64_t number) {
  if (level == 0) return "leaf " + std::to_string(number);
  return "the leaves " + std::to_string(number << level) + " to " +
         std::to_string(((number + 1) << level) - 1);
}

Result<Hash> hash_in(const store::Query& row, int column, const std::string& what) {
  const Bytes bytes = row.blob(column);
  Hash hash;
  if (bytes.size() != hash.size()) return rewritten("the hash over " + what + " is no hash");
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Result<Bytes> Ledger::leaf_bytes(std::uint64_t index) {
  QUORATE_TRY(store::Query query, database_.query("SELECT data FROM leaf WHERE number = ?1"));
  QUORATE_TRY(const bool has_row, query.bind(1, as_row(index)).step());
  if (!has_row) return rewritten(leaves_named(0, index) + " is missing");
  return query.blob(0);
}

Result<Hash> Ledger::subtree(unsigned level, std::uint64_t number) {
  if (level == 0) {
    QUORATE_TRY(const Bytes leaf, leaf_bytes(number));
    return record::leaf_hash(leaf);
  }
  QUORATE_TRY(store::Query query, database_.query("SELECT hash FROM subtree WHERE number = ?1"));
  QUORATE_TRY(const bool has_row, query.bind(1, as_row(row_of(level, number))).step());
  if (!has_row) return rewritten("the hash over " + leaves_named(level, number) + " is missing");
  return hash_in(query, 0, leaves_named(level, number));
}

Result<Hash> Ledger::range_root(std::uint64_t from, std::uint64_t to) {
  const std::uint64_t leaves = to - from;
  if (std::has_single_bit(leaves)) {
    const auto level = static_cast<unsigned>(std::countr_zero(leaves));
    return subtree(level, from >> level);
  }
  const std::uint64_t middle = from + split(leaves);
  QUORATE_TRY(const Hash left, range_root(from, middle));
  QUORATE_TRY(const Hash right, range_root(middle, to));
  return record::node_hash(left, right);
}

Result<std::vector<Hash>> Ledger::inclusion_path(std::uint64_t index, std::uint64_t size) {
  std::vector<Hash> path;  // from the root downwards, while we go there
  std::uint64_t from = 0;
  std::uint64_t to = size;
  QUORATE_INVARIANT(index < size);
  while (to - from > 1) {
    const std::uint64_t middle = from + split(to - from);
    const bool is_left = index < middle;
    QUORATE_TRY(const Hash sibling, is_left ? range_root(middle, to) : range_root(from, middle));
    path.push_back(sibling);
    (is_left ? to : from) = middle;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<std::vector<Hash>> Ledger::consistency_path(std::uint64_t earlier, std::uint64_t size) {
  QUORATE_INVARIANT(earlier > 0 && earlier <= size);
  std::vector<Hash> path;
  std::uint64_t from = 0;
  std::uint64_t to = size;
  while (earlier != to) {
    const std::uint64_t middle = from + split(to - from);
    const bool is_left = earlier <= middle;
    QUORATE_TRY(const Hash sibling, is_left ? range_root(middle, to) : range_root(from, middle));
    path.push_back(sibling);
    (is_left ? to : from) = middle;
  }
  // What is left ends where the earlier tree ends. If it is that whole tree, the verifier has it.
  if (from != 0) {
    QUORATE_TRY(const Hash last, range_root(from, to));
    path.push_back(last);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace quorate::ledger

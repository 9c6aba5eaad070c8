// Where hashes stand in the table of subtrees, and reading them. Inside node/ledger only.
//
// A subtree is stored when it is completed, so in post-order, and its row number is how many were
// stored before it: appending writes at the table's end only, a walk over all leaves meets the rows
// in their order, and a missing row is seen.
//
//        2           leaves 0 1 2 3: row 0 is over 0 1, row 1 over 2 3, row 2 over all four.
//      0   1         Leaves have no row here: their hash is made from their data.

#pragma once

#include <bit>
#include <cstdint>
#include <string>

#include "crypto/base/result.h"
#include "node/store/database.h"
#include "proto/record/merkle.h"

namespace quorate::ledger {

// How many complete subtrees of two or more leaves the first `leaves` leaves have.
constexpr std::uint64_t subtrees_of(std::uint64_t leaves) {
  return leaves - static_cast<std::uint64_t>(std::popcount(leaves));
}

// The row of the subtree over the leaves [number << level, (number + 1) << level), level >= 1. Its
// last leaf completes one subtree of each level below it first.
constexpr std::uint64_t row_of(unsigned level, std::uint64_t number) {
  const std::uint64_t last_leaf = ((number + 1) << level) - 1;
  return subtrees_of(last_leaf) + level - 1;
}

// SQLite's integers are signed; ours are far below.
inline std::int64_t as_row(std::uint64_t number) { return static_cast<std::int64_t>(number); }
inline std::uint64_t as_number(std::int64_t row) { return static_cast<std::uint64_t>(row); }

inline tl::unexpected<Error> rewritten(const std::string& what) {
  return fail(Code::ledger_rewritten, "this node's ledger was rewritten: " + what);
}

// `leaf 5`, `the leaves 4 to 7`.
std::string leaves_named(unsigned level, std::uint64_t number);

// Fails with `ledger_rewritten` where the column holds no hash.
[[nodiscard]] Result<record::Hash> hash_in(const store::Query& row, int column,
                                           const std::string& what);

}  // namespace quorate::ledger

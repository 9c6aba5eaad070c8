// The proof that a record stands in a node's ledger, for the client that asked.
//
//   receipt  raw16 salt ‖ u64 index ‖ u64 size ‖ list(raw32) inclusion path ‖ blob checkpoint note

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "proto/record/checkpoint.h"
#include "proto/record/veil.h"

namespace quorate::record {

inline constexpr std::size_t path_limit = 64;

struct Receipt {
  Salt salt;            // of the leaf
  std::uint64_t index;  // below size
  std::uint64_t size;   // of the checkpoint's tree
  std::vector<Hash> path;
  std::string note;

  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// The receipt obeys the limits; otherwise that is our own mistake.
Bytes encode(const Receipt& receipt);

// `malformed`, `too_large`. Looks at the layout only; check() at the rest.
[[nodiscard]] Result<Receipt> decode_receipt(ByteView receipt);

// Whether this record stands in the ledger that the checkpoint vouches for: the note by the node's
// identity key under its origin, its size, and the path from the leaf to its root.
// Fails as open_note() does, and with
//   receipt_invalid   the checkpoint's size is another, or the path does not lead to its root
[[nodiscard]] Result<Checkpoint> check(const Receipt& receipt, ByteView record,
                                       std::string_view origin, const ed25519::Point& identity);

}  // namespace quorate::record

// A node's ledger: an RFC 6962 tree of records that only grows, in the node's own database, so that
// one sync makes a verdict, its leaf and the checkpoint over it durable together.
//
//   QUORATE_TRY(store::Transaction transaction, store.begin());
//   QUORATE_TRY(const std::uint64_t leaf, ledger.append(salt, record));   // as often as needed
//   QUORATE_CHECK(ledger.seal(identity));         // once: one signature for the whole batch
//   QUORATE_CHECK(transaction.commit());          // durable from here on, and not before
//   QUORATE_TRY(const record::Receipt receipt, ledger.receipt(leaf));
//
// A node must never sign two checkpoints of which neither is the other's beginning. So a checkpoint
// is stored by the transaction that stores its leaves, and everything that shows it to others
// (note, receipt, history) stops the process when it is called inside a transaction: what is not
// durable does not leave. A transaction that is rolled back takes its leaves and its checkpoint
// with it, also out of the memory of this class.
//
// What is stored: each leaf; the hash of each complete subtree of two or more leaves, in the order
// in which they were completed; the newest checkpoint. Nothing but the checkpoint is ever written
// over. A proof reads O(log n) rows, an append none, and memory does not grow with the ledger.

#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "node/store/database.h"
#include "node/store/verdicts.h"
#include "proto/record/checkpoint.h"
#include "proto/record/merkle.h"
#include "proto/record/receipt.h"
#include "proto/record/record.h"

namespace quorate::ledger {

using record::Hash;
using record::Tree;

// A piece of a ledger, as an auditor copies it.
struct History {
  std::vector<Bytes> leaves;
  std::string note;                      // the newest checkpoint
  std::vector<Hash> consistency;         // to it, from the size that was asked for
  std::vector<store::VeiledText> texts;  // behind the veils of these leaves, where not erased
};

// How many of how many leaves are checked.
using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

class Ledger {
 public:
  // Re-hashed at every start; the rest is vouched for by the hashes above it.
  static constexpr std::uint64_t checked_at_start = 4096;
  // What a History may hold, so that its message fits a frame of the channel.
  static constexpr std::uint64_t history_leaves = 1000;
  static constexpr std::size_t history_bytes = 1'000'000;
  static constexpr std::size_t history_fields = 8'000;

  // Fails with
  //   io                 the disk
  //   ledger_rewritten   the newest leaves, the hashes above them and the checkpoint do not belong
  //                      together; the message says where, and what was expected there
  // `database` outlives the ledger.
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(store::Database& database,
                                                            std::string origin,
                                                            const ed25519::Point& identity);

  const std::string& origin() const { return origin_; }

  // --- writing: inside a transaction of the caller's

  // The record's bytes, of record_limit at most; the salt is drawn for this leaf alone. Returns the
  // leaf's index. What is appended must be sealed before its transaction commits.
  [[nodiscard]] Result<std::uint64_t> append(const record::Salt& salt, ByteView record);
  // Signs the tree as it now is, and stores that. Nothing where nothing was appended since.
  [[nodiscard]] Status seal(const ed25519::SigningKey& identity);

  // --- reading

  // Of the leaves appended so far, those of an open transaction among them.
  [[nodiscard]] Result<Tree> tree();
  [[nodiscard]] Result<record::Leaf> leaf(std::uint64_t index);
  // The time that the last record carries; 0 where there is none. Not the largest of all: one
  // record made while the clock was wrong would stand in the way of every later start.
  [[nodiscard]] Result<std::uint64_t> last_record_ms();

  // --- for others: outside of transactions only

  // The newest checkpoint; empty where nothing was ever sealed.
  [[nodiscard]] Result<std::string> note();
  // That leaf `index` stands in the newest checkpoint. The leaf exists; otherwise that is our own
  // mistake. Fails with `ledger_rewritten` where what is stored does not lead to the checkpoint.
  [[nodiscard]] Result<record::Receipt> receipt(std::uint64_t index);
  // Leaves [from, from + count), as many as fit. No proof for a `consistent_with` of 0, nor for one
  // beyond the ledger's end: then the checkpoint itself tells the auditor that leaves are gone.
  [[nodiscard]] Result<History> history(std::uint64_t from, std::uint64_t count,
                                        std::uint64_t consistent_with);

  // index < size <= the tree's size; 0 < earlier <= size.
  [[nodiscard]] Result<std::vector<Hash>> inclusion_path(std::uint64_t index, std::uint64_t size);
  [[nodiscard]] Result<std::vector<Hash>> consistency_path(std::uint64_t earlier,
                                                           std::uint64_t size);

  // Every leaf, every stored hash, the checkpoint; whether each stored verdict is the one in its
  // leaf; and the checkpoints of others that were cosigned. Fails as open() does. In O(n) time, and
  // memory that does not grow.
  [[nodiscard]] Status verify_all(const Progress& progress);

 private:
  // Appending needs these alone: the root of the complete subtree at each level where the size has
  // a binary digit.
  struct Edge {
    std::uint64_t size = 0;
    std::array<Hash, 64> peaks{};

    Hash root() const;
  };
  struct Memory {
    Edge edge;
    std::string note;
    std::uint64_t sealed = 0;  // leaves under the note
  };
  class Check;

  Ledger(store::Database& database, std::string origin, const ed25519::Point& identity)
      : database_(database), origin_(std::move(origin)), identity_(identity) {}

  // What is not durable does not leave.
  bool may_show() const;
  [[nodiscard]] Result<Memory> load();
  [[nodiscard]] Result<Edge> load_edge(std::uint64_t size);
  // What is in memory, read again first where a transaction was rolled back since.
  [[nodiscard]] Result<Memory*> memory_now();
  [[nodiscard]] Status check(std::uint64_t from, const Progress& progress);
  [[nodiscard]] Status check_end(std::uint64_t size);
  [[nodiscard]] Status check_verdicts(std::uint64_t size);
  [[nodiscard]] Status check_cosigned();

  [[nodiscard]] Result<Bytes> leaf_bytes(std::uint64_t index);
  // Root of the complete subtree over the leaves [number << level, (number + 1) << level).
  [[nodiscard]] Result<Hash> subtree(unsigned level, std::uint64_t number);
  // Root over the leaves [from, to), where `from` is a multiple of the first split's size.
  [[nodiscard]] Result<Hash> range_root(std::uint64_t from, std::uint64_t to);

  store::Database& database_;
  std::string origin_;
  ed25519::Point identity_;
  std::optional<Memory> memory_;
  std::uint64_t memory_is_of_ = 0;    // the database's count of roll-backs when it was read
  std::uint64_t unsealed_is_of_ = 0;  // the transaction that holds leaves without a checkpoint
};

}  // namespace quorate::ledger

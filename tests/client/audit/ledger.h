// A node's ledger in memory, as a node would make it, and in every way in which one could be
// tampered with: built from records, so that proofs and checkpoints are real.

#pragma once

#include <string>
#include <vector>

#include "client/audit/cosigning.h"
#include "client/audit/ledger_check.h"
#include "client/audit/pull.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/ceremony/epoch_record.h"
#include "tests/support/dealer.h"

namespace quorate::testing {

inline constexpr std::uint64_t noon_ms = 1'800'000'000'000;

class Ledger {
 public:
  // Starts with the record of a start.
  Ledger(const std::string& name, std::uint64_t seed);

  const audit::Node& node() const { return node_; }
  const ed25519::SigningKey& identity() const { return identity_; }
  const ed25519::SigningKey& cosigner() const { return cosigner_; }

  void add(record::Body body, std::uint64_t time_ms);
  // Approves it for the root, as a node does that nothing stands against.
  void approve(const record::Hash& request, const record::Hash& root, std::uint64_t time_ms);

  std::string note() const { return note_of(leaves); }
  std::string note_of(const std::vector<Bytes>& of) const;
  std::vector<record::Hash> hashes() const;

  // What the node answers.
  audit::Page page(const audit::HistoryAsk& ask) const;

  std::vector<Bytes> leaves;
  std::vector<audit::Text> texts;  // given with every page

 private:
  SeededEntropy entropy_;
  ed25519::SigningKey identity_;
  ed25519::SigningKey cosigner_;
  audit::Node node_;
};

record::Hash hash_of(std::uint8_t byte);
record::Verdict an_approval(const record::Hash& request, const record::Hash& root);

// Asks until the pull says nothing; what it gave back, in order.
struct Pulled {
  audit::Pull pull;
  std::vector<Bytes> leaves;
  std::vector<audit::Text> texts;
};
Pulled pull_all(const Ledger& from, audit::Held held);

// As LedgerCheck sees these leaves under this note.
audit::LedgerCheck checked(const audit::Node& node, const std::vector<Bytes>& leaves,
                           const std::string& note);

// A 2-of-3 root with these ledgers' nodes as members.
ceremony::EpochRecord root_of(const std::vector<const Ledger*>& members);

}  // namespace quorate::testing

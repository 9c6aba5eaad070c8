// What this node saw of the ledgers of others: it puts its own signature (C2SP tlog-cosignature)
// under a checkpoint that extends the one it signed before, and under no other. So a node that
// shows two histories needs two sets of witnesses; or one witness has the proof.
//
// Any client carries checkpoints. It asks first with `from` 0; where the answer holds no signature
// but a size, it brings the consistency proof from that size.
//
// A row that is edited is noticed, since the other node signed it. A row that is deleted makes this
// node begin anew with that ledger: whoever holds the newer cosignature can show that.

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "node/store/store.h"
#include "proto/record/checkpoint.h"
#include "proto/record/merkle.h"

namespace quorate::ledger {

class Cosigner {
 public:
  // `origin` is this node's own, and the name of its cosigner key. `store` outlives the cosigner.
  Cosigner(store::Store& store, std::string origin) : store_(store), origin_(std::move(origin)) {}

  struct Asked {
    const std::string& note;  // of another node's ledger
    std::uint64_t from;       // where the proof begins, 0 for none
    const std::vector<record::Hash>& consistency;
  };
  struct Answer {
    std::uint64_t size = 0;     // of the largest tree of that ledger cosigned before, 0 for none
    std::string cosignature{};  // a signature line; empty where the proof must begin at `size`
    // The note cosigned before, where the new one does not extend it: with the same size that is
    // the proof of a split; else it is one if the carrier can't bring a proof that holds.
    std::string contradicted{};
  };

  // Durable before it returns, in a transaction of its own. `members` are the nodes that share a
  // root with this one. Fails with
  //   malformed, too_large   not a checkpoint, or one of an empty ledger
  //   signature_invalid      none of the members signed it
  //   message_differs        its signer was cosigned under another origin before: a ledger has one
  //                          origin for life
  //   ledger_rewritten       what is remembered of that node was changed
  [[nodiscard]] Result<Answer> cosign(const Asked& asked, const std::set<ed25519::Point>& members,
                                      const ed25519::SigningKey& cosigner, std::uint64_t time_s);

 private:
  struct Held {
    record::Checkpoint checkpoint;
    std::string note;
  };
  [[nodiscard]] Result<std::optional<Held>> held(const ed25519::Point& identity);
  [[nodiscard]] Status remember(const ed25519::Point& identity, const std::string& origin,
                                const std::string& note);

  store::Store& store_;
  std::string origin_;
};

}  // namespace quorate::ledger

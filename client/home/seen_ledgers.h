// ledgers/NODE: the newest checkpoint of each node's ledger that this client has seen. A ledger
// only grows, so one that is smaller than before, or another of the same size, was put back or
// rewritten.

#pragma once

#include <string>

#include "client/home/home.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "proto/record/checkpoint.h"

namespace quorate::home {

struct LedgerOwner {
  std::string node;    // the name in the roster
  std::string origin;  // record::origin_of(quorum, node)
  ed25519::Point identity;
};

class SeenLedgers {
 public:
  explicit SeenLedgers(const Home& home) : folder_(home.ledgers()) {}

  // Reads the note, compares it with what was seen before, and remembers it where it is larger.
  // Fails as record::open_note() does, with `io`, and with
  //   ledger_rewritten   it is smaller than one seen before, or another of that size: what was seen
  //                      before stays, and the message names both
  [[nodiscard]] Result<record::Checkpoint> see(const LedgerOwner& owner,
                                               const std::string& note) const;
  // The note that was seen; empty where none was.
  [[nodiscard]] Result<std::string> seen(const LedgerOwner& owner) const;

 private:
  Path folder_;
};

}  // namespace quorate::home

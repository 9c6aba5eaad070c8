// One node's part in the ceremonies of all its roots: docs/protocol.md, "Ceremonies".
//
//   open(proposal) -> hello     hellos -> deal     deals -> confirm, or a complaint
//   certificate -> active
//
//   hello_sent -> dealt -> confirmed -> active
//        \____________\____ aborted         (nothing but a certificate leads out of confirmed)
//
// Every message is durable before it is first sent, and a repeat gets the same bytes; a repeat with
// other inputs is refused. A node signs at most one hello, one deal, and one of confirm, complaint
// and abort in a ceremony. Silence is never blame.
//
// Inputs are decoded, time comes as an argument, disk and token are what the constructor was given.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/entropy.h"
#include "crypto/ed25519/signing_key.h"
#include "node/config/config.h"
#include "node/custody/custody.h"
#include "node/journal/journal.h"
#include "node/journal/refusal.h"
#include "node/store/store.h"
#include "proto/ceremony/certificate.h"
#include "proto/ceremony/proposal.h"

namespace quorate::node {

using layout::Signed;

class Ceremonies {
 public:
  static constexpr std::size_t most_open_of_a_root = 4;
  static constexpr std::size_t most_open = 32;

  // Everything outlives the object.
  Ceremonies(const config::NodeConfig& config, const ed25519::SigningKey& identity,
             store::Store& store, custody::Custody& custody, Journal& journal)
      : config_(config), identity_(identity), store_(store), custody_(custody), journal_(journal) {}

  [[nodiscard]] Answered<Signed> open(ByteView proposal, const std::vector<Bytes>& administrators,
                                      std::uint64_t now_ms);
  [[nodiscard]] Answered<Signed> hellos(const ceremony::Id& id, const std::vector<Signed>& messages,
                                        std::uint64_t now_ms);
  // The confirm; or a complaint against the first dealer whose share does not fit.
  [[nodiscard]] Answered<Signed> deals(const ceremony::Id& id, const std::vector<Signed>& messages,
                                       std::uint64_t now_ms);
  [[nodiscard]] Answered<std::string> activate(const ceremony::Certificate& certificate,
                                               std::uint64_t now_ms);
  // SSHSIG of an administrator or the own operator over the ceremony's id. Answers with the abort.
  [[nodiscard]] Answered<Signed> reject(const ceremony::Id& id, ByteView signature,
                                        std::uint64_t now_ms);
  // What the node has: the messages it knows, as far as it knows them.
  [[nodiscard]] Answered<ceremony::Certificate> fetch(const ceremony::Id& id);
  // A complaint with the deal it is about, or two messages of one member. Answers with the abort.
  [[nodiscard]] Answered<Signed> evidence(const ceremony::Id& id,
                                          const std::vector<Signed>& messages,
                                          std::uint64_t now_ms);

  // Ends what was not confirmed in its time. Cheap; to be called before every step and at start.
  [[nodiscard]] Status expire(std::uint64_t now_ms);
  // At start: destroys the token keys that ended ceremonies left behind. A token that is away is
  // no failure: the keys are destroyed at a later start.
  [[nodiscard]] Status clean_up();

 private:
  using Row = store::CeremonyRow;

  [[nodiscard]] Answered<Row> find(const ceremony::Id& id);
  [[nodiscard]] Answered<ceremony::Member> self(const ceremony::Proposal& proposal) const;
  [[nodiscard]] Status check_name_is_free(const std::string& root, const ceremony::Id& id);
  [[nodiscard]] Status check_window(const ceremony::Proposal& proposal, std::uint64_t now_ms) const;
  [[nodiscard]] Answered<Row> begin(const ceremony::Proposal& proposal, ByteView bytes,
                                    std::uint64_t now_ms);
  [[nodiscard]] Answered<Signed> deal(Row row, const ceremony::Proposal& proposal,
                                      const ceremony::Hellos& hellos,
                                      const std::vector<Signed>& messages, std::uint64_t now_ms);
  [[nodiscard]] Answered<Signed> conclude(Row row, const ceremony::Proposal& proposal,
                                          const ceremony::Deals& deals,
                                          const std::vector<Signed>& messages,
                                          std::uint64_t now_ms);
  [[nodiscard]] Answered<Signed> confirm(Row row, const ceremony::EpochRecord& record,
                                         const ceremony::Member& member,
                                         const custody::Candidate& candidate, std::uint64_t now_ms);
  [[nodiscard]] Answered<Signed> complain(Row row, const ceremony::Member& member,
                                          const custody::Accusation& accusation,
                                          const Signed& accused_deal, std::uint64_t now_ms);
  [[nodiscard]] Answered<Signed> abort(Row row, ceremony::AbortReason reason, std::uint64_t now_ms);
  [[nodiscard]] Status write_abort(Row& row, ceremony::AbortReason reason, std::uint64_t now_ms);
  // What to answer when a message of the relay's list can't be used.
  [[nodiscard]] tl::unexpected<Refusal> refuse_fault(const Row& row,
                                                     const ceremony::Proposal& proposal,
                                                     const ceremony::Fault& fault,
                                                     const std::vector<Signed>& messages,
                                                     std::uint64_t now_ms);
  [[nodiscard]] Status activate_row(Row row, const ceremony::EpochRecord& record,
                                    std::uint64_t now_ms);
  // One transaction: the row as it is now, and the record of what happened.
  [[nodiscard]] Status write(const Row& row, const std::vector<record::Ceremony>& events,
                             std::uint64_t now_ms);
  void destroy_keys(const Row& row);

  const config::NodeConfig& config_;
  const ed25519::SigningKey& identity_;
  store::Store& store_;
  custody::Custody& custody_;
  Journal& journal_;
  std::map<ceremony::Id, store::SealedShare> unwritten_;  // planted B15
};

}  // namespace quorate::node

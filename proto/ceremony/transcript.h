// The steps that every member and every client checks alike, in the order of a ceremony of kind
// `create`: all hellos, then all deals, then what follows from them. Pure functions of signed
// bytes.

#pragma once

#include <map>
#include <optional>
#include <vector>

#include "crypto/base/result.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/ceremony/message.h"
#include "proto/layout/labelled.h"

namespace quorate::ceremony {

using layout::Signed;

// Why a message can't be used. `guilty` is set only where the sender's own signature proves it, so
// never for a bad signature (the relay may have changed the bytes) and never for silence.
struct Fault {
  Error error;
  std::optional<frost::Identifier> guilty;
};

template <typename T>
using Checked = tl::expected<T, Fault>;

// All hellos of a ceremony, ascending, each signed by its sender.
struct Hellos {
  std::vector<Hello> messages;
  layout::Hash hash;

  // The key to which `dealer` seals what it gives `receiver`. Both are members.
  const dkg::ReceivePublicKey& receive_key(const Proposal& proposal, frost::Identifier receiver,
                                           frost::Identifier dealer) const;
};

// Faults: `wrong_participants` (not one of each member, ascending), `signature_invalid`,
// `ceremony_unknown` (of another ceremony), `guilty`.
[[nodiscard]] Checked<Hellos> check_hellos(const Proposal& proposal,
                                           const std::vector<Signed>& messages);

struct Deals {
  std::vector<Deal> messages;
  EpochRecord record;  // what the ceremony leads to, transcript included
};

// As check_hellos(); `message_differs` where a dealer saw other hellos: a relay that mixed two
// views, or a member that signed two hellos, and nobody's guilt by itself. `identity_reached` where
// the sums can't be a root.
[[nodiscard]] Checked<Deals> check_deals(const Proposal& proposal, const layout::Hash& hellos,
                                         const std::vector<Signed>& messages);

// Every member's signature on the transcript.
[[nodiscard]] Checked<Done> check_confirms(const EpochRecord& record,
                                           const std::vector<Signed>& confirms);

// hash("deal-body", body): how a complaint names the deal that it is about.
layout::Hash deal_body_hash(ByteView deal_body);

// Whether a hello, deal, abort or complaint belongs to this ceremony, whose id is its first field.
// Asked before its form is judged: an honest member signs for many ceremonies, and a message of
// another one is the relay's doing.
[[nodiscard]] bool is_of(const Id& ceremony, ByteView body);

// The place of a member in the ascending list, where its envelope and receive key stand.
[[nodiscard]] std::size_t position(const Side& side, frost::Identifier member);

}  // namespace quorate::ceremony

// The bodies that members sign: hello, deal, confirm, abort, complaint. Each has one possible size,
// which the proposal implies, so a body that parses is one that an honest member could have sent.
// Signed with the sender's identity key under the label named beside it.
//
// This release runs ceremonies of kind `create`: dealers and receivers are the target's members.

#pragma once

#include <optional>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret_bytes.h"
#include "crypto/dkg/dealer.h"
#include "crypto/dkg/envelope.h"
#include "proto/ceremony/proposal.h"
#include "proto/layout/labelled.h"

namespace quorate::ceremony {

inline constexpr std::string_view hello_label = "hello";
inline constexpr std::string_view deal_label = "deal";
inline constexpr std::string_view confirm_label = "confirm";
inline constexpr std::string_view abort_label = "abort";
inline constexpr std::string_view complaint_label = "complaint";

// A fresh receive key for each dealer, ascending.
struct Hello {
  Id ceremony;
  frost::Identifier sender;
  std::vector<dkg::ReceivePublicKey> receive_keys;
};

struct Deal {
  Id ceremony;
  layout::Hash hellos;
  frost::Identifier sender;
  dkg::Commitments commitments;  // exactly t
  dkg::Proof proof;
  std::vector<dkg::Envelope> envelopes;  // one for each receiver, ascending
};

struct Confirm {
  layout::Hash transcript;
  frost::Identifier sender;
};

enum class AbortReason : std::uint8_t {
  by_operator = 1,
  guilty_message = 2,
  complaint = 3,
  expired = 4,
  custody_failed = 5,
  state_lost = 6,
  superseded = 7,
};

struct Abort {
  Id ceremony;
  frost::Identifier sender;
  AbortReason reason;
};

// Accuses a dealer by revealing the receive key of that one envelope. Against an honest accuser it
// shows a value that the guilty dealer chose; revealing more could hand the key to the others.
struct Complaint {
  Id ceremony;
  frost::Identifier complainant;
  frost::Identifier accused;
  layout::Hash deal_body;  // hash("deal-body", the accused's deal)
  ByteArray<32> revealed;  // receive secret key: public from here on
};

Bytes encode(const Hello& hello);
Bytes encode(const Deal& deal);
Bytes encode(const Confirm& confirm);
Bytes encode(const Abort& abort);
Bytes encode(const Complaint& complaint);

// All fail with `malformed` (or `unknown_participant` for an index of 0). decode_hello also refuses
// receive keys of low order, decode_deal every point and scalar that is not canonical.
[[nodiscard]] Result<Hello> decode_hello(const Proposal& proposal, ByteView body);
[[nodiscard]] Result<Deal> decode_deal(const Proposal& proposal, ByteView body);
[[nodiscard]] Result<Confirm> decode_confirm(ByteView body);
[[nodiscard]] Result<Abort> decode_abort(ByteView body);
[[nodiscard]] Result<Complaint> decode_complaint(ByteView body);

}  // namespace quorate::ceremony

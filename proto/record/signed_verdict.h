// A verdict as it goes to the client: the record's bytes, the node's signature over them, and the
// receipt that shows them in the node's ledger.
//
//   signed verdict  blob record ‖ raw64 signature ‖ blob receipt        sign("verdict", record)
//
// A node that has no ledger yet sends an empty receipt; so does every answer whose refusal was only
// counted. Once ledgers exist a client refuses an empty one on approvals (Receipts::required).

#pragma once

#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/record/receipt.h"
#include "proto/record/record.h"

namespace quorate::record {

struct SignedVerdict {
  Bytes record;
  ed25519::Signature signature;
  Bytes receipt;  // empty, or encode(Receipt)

  friend bool operator==(const SignedVerdict&, const SignedVerdict&) = default;
};

// The record's body is a Verdict. The receipt is added when the ledger has it.
SignedVerdict sign_verdict(const Record& record, const ed25519::SigningKey& identity);

Bytes encode(const SignedVerdict& verdict);

// `malformed`, `too_large`. The record must decode and hold a verdict, the receipt must be empty or
// decode; whether signature and receipt hold, check() says.
[[nodiscard]] Result<SignedVerdict> decode_signed_verdict(ByteView bytes);

// What the client asked, and of whom.
struct Asked {
  ed25519::Point node;  // the identity that the channel is pinned to
  std::string origin;   // origin_of(quorum, node name)
  Hash request_id;
  Hash root_id;
};

enum class Receipts { required, optional };

// What the node decided, once everything holds that a client must look at: the signature, that the
// record is this node's and about this request and root, and the receipt, if there is one.
// `required` demands one on approvals.
//   malformed          the record is no verdict
//   message_differs    it is about another request or root, or by another node
//   signature_invalid  the node did not sign it, or not the checkpoint
//   receipt_invalid    the receipt is missing where it is required, or does not hold
[[nodiscard]] Result<Verdict> check(const SignedVerdict& verdict, const Asked& asked,
                                    Receipts receipts);

}  // namespace quorate::record

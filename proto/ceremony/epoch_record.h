// What everybody may know of a root in one epoch. The public key, the root id and every
// verification share follow from it.

#pragma once

#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/dkg/dealer.h"
#include "crypto/frost/aggregator.h"
#include "crypto/frost/package.h"
#include "proto/ceremony/proposal.h"

namespace quorate::ceremony {

struct EpochRecord {
  std::string root;
  std::string purpose;
  Side members;                  // with epoch and threshold
  dkg::Commitments commitments;  // A'_0 .. A'_(t-1)
  layout::Hash transcript;

  const ed25519::Point& group_key() const { return commitments.front(); }
  const ByteArray<32>& root_id() const { return group_key().bytes(); }  // Ed25519: the key itself
  frost::Quorum quorum() const;
  // Fails with `identity_reached`: such a record never came out of a ceremony.
  [[nodiscard]] Result<frost::VerificationShares> verification_shares() const;

  friend bool operator==(const EpochRecord&, const EpochRecord&) = default;
};

Bytes encode(const EpochRecord& record);
// Strict, and only what a ceremony could have led to: sizes, points, one commitment per t.
[[nodiscard]] Result<EpochRecord> decode_epoch_record(ByteView bytes);

}  // namespace quorate::ceremony

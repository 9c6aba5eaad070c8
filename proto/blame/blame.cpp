#include "proto/blame/blame.h"

#include "crypto/frost/aggregator.h"
#include "proto/signing/session.h"

namespace quorate::blame {

Result<frost::Identifier> judge(const WrongPartial& evidence) {
  QUORATE_TRY(
      const frost::Package package,
      frost::Package::make(evidence.record.quorum(), evidence.to_be_signed, evidence.commitments));
  QUORATE_TRY(const signing::PartialBody body, signing::decode_partial(evidence.partial.body));
  if (body.session != signing::session(evidence.record.root_id(), package)) {
    return fail(Code::message_differs, "the partial signature belongs to another session");
  }
  const ceremony::Member* sender = evidence.record.members.find(body.partial.signer);
  if (sender == nullptr || package.find(body.partial.signer) == nullptr) {
    return fail(Code::wrong_participants, "the partial signature is by nobody of this session");
  }
  if (!layout::verifies(sender->identity, signing::partial_label, evidence.partial.body,
                        evidence.partial.signature)) {
    return fail(Code::signature_invalid, "the partial signature is not signed by its sender");
  }
  QUORATE_TRY(const frost::VerificationShares shares, evidence.record.verification_shares());
  if (frost::check(body.partial, package, shares.at(sender->index))) {
    return fail(Code::partial_invalid, "the partial signature is right: nobody lied");
  }
  return sender->index;
}

Result<Guilt> prove(const WrongPartial& evidence) {
  QUORATE_TRY(const frost::Identifier liar, judge(evidence));
  if (!evidence.certificate) {
    return fail(Code::evidence_missing,
                "the certificate of the root's ceremony is not in it: without one nobody can tell "
                "that this record ever was a root's");
  }
  const auto certified = ceremony::verify(*evidence.certificate);
  if (!certified) {
    Error why = certified.error().error;
    why.message = "the ceremony's certificate does not hold: " + why.message;
    return tl::unexpected(std::move(why));
  }
  if (*certified != evidence.record) {
    return fail(Code::message_differs, "the certificate is that of another root or epoch");
  }
  // judge() has decoded it, and found its sender.
  QUORATE_TRY(const signing::PartialBody body, signing::decode_partial(evidence.partial.body));
  return Guilt{*evidence.record.members.find(liar), body.session,
               signing::document(evidence.to_be_signed)};
}

}  // namespace quorate::blame

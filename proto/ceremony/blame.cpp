#include "proto/ceremony/blame.h"

#include "crypto/dkg/receiver.h"

namespace quorate::ceremony {

using frost::Identifier;

namespace {

// dkg.md's three questions, in their order. The complainant's envelope in the accused's deal.
bool is_complaint_justified(const Proposal& proposal, const Deal& deal, const Complaint& complaint,
                            const dkg::ReceiveKey& revealed) {
  const dkg::Envelope& envelope = deal.envelopes[position(proposal.target, complaint.complainant)];
  const Result<ed25519::SecretScalar> share = dkg::open(envelope, revealed);
  if (!share) return true;  // does not open, or holds no canonical scalar
  return !dkg::check_share(complaint.complainant, *share, deal.commitments).has_value();
}

Status check_is_of(const Id& ceremony, ByteView body) {
  if (!is_of(ceremony, body)) return fail(Code::ceremony_unknown, "evidence of another ceremony");
  return Done{};
}

}  // namespace

Result<Identifier> judge(const Proposal& proposal, const std::vector<Signed>& hellos,
                         const Signed& deal, const Signed& complaint) {
  QUORATE_TRY(const Complaint accusation, decode_complaint(complaint.body));
  const Id ceremony = id(proposal);
  QUORATE_CHECK(check_is_of(ceremony, complaint.body));
  const Member* complainant = proposal.target.find(accusation.complainant);
  const Member* accused = proposal.target.find(accusation.accused);
  if (complainant == nullptr || accused == nullptr) {
    return fail(Code::not_a_member, "the complaint names somebody who is no member");
  }
  if (!layout::verifies(complainant->identity, complaint_label, complaint.body,
                        complaint.signature) ||
      !layout::verifies(accused->identity, deal_label, deal.body, deal.signature)) {
    return fail(Code::signature_invalid, "the evidence is not signed by those whom it names");
  }
  if (deal_body_hash(deal.body) != accusation.deal_body) {
    return fail(Code::message_differs, "the complaint is about another deal than this one");
  }
  const Checked<Hellos> heard = check_hellos(proposal, hellos);
  if (!heard) {
    if (heard.error().guilty) return *heard.error().guilty;
    return tl::unexpected(heard.error().error);
  }
  // Before its form: an honest dealer signs deals of other sizes in other ceremonies, and a lying
  // complainant may name one of those.
  QUORATE_CHECK(check_is_of(ceremony, deal.body));
  const Result<Deal> dealt = decode_deal(proposal, deal.body);
  if (!dealt || dealt->sender != accused->index) return accused->index;
  if (dealt->hellos != heard->hash) {
    return fail(Code::message_differs, "the deal was made after other hellos than these");
  }

  // Public from the moment it was sent; the type is that of a key because open() wants one.
  ByteArray<32> copy = accusation.revealed;
  const dkg::ReceiveKey revealed = dkg::ReceiveKey::of(SecretBytes<32>(copy));
  if (revealed.public_key != heard->receive_key(proposal, complainant->index, accused->index)) {
    return complainant->index;
  }
  return is_complaint_justified(proposal, *dealt, accusation, revealed) ? accused->index
                                                                        : complainant->index;
}

Result<Identifier> judge_equivocation(const Proposal& proposal, std::string_view label,
                                      const Signed& one, const Signed& other) {
  if (one.body == other.body) return fail(Code::malformed, "the two messages are the same");
  // Complaints may be several, one for each dealer. A confirm names a transcript, which says
  // nothing of the ceremony by itself; two of them are told apart by auditors who hold both
  // transcripts.
  if (label != hello_label && label != deal_label) {
    return fail(Code::malformed, "only a hello or a deal is said once and names its ceremony");
  }
  const Id ceremony = id(proposal);
  if (!is_of(ceremony, one.body) || !is_of(ceremony, other.body)) {
    return fail(Code::malformed, "the messages are not of this ceremony");
  }
  for (const Member& member : proposal.target.members) {
    if (layout::verifies(member.identity, label, one.body, one.signature) &&
        layout::verifies(member.identity, label, other.body, other.signature)) {
      return member.index;
    }
  }
  return fail(Code::signature_invalid, "no member of this ceremony signed both messages");
}

}  // namespace quorate::ceremony

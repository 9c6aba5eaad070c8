#include "proto/ceremony/message.h"

#include "crypto/base/plant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::ceremony {

using ed25519::Point;
using frost::Identifier;

namespace {

// How many commitments a deal holds: one for each of t, and what is left over does not decode.
std::size_t commitments_in(const Proposal& proposal, ByteView deal) {
  if (!QUORATE_PLANTED(B09)) return proposal.target.threshold;
  const std::size_t others = 32 + 32 + 2 + 64 + 80 * proposal.target.members.size();
  return deal.size() > others ? (deal.size() - others) / 32 : 0;
}

Result<Identifier> read_identifier(layout::Reader& reader, std::string_view field) {
  QUORATE_TRY(const std::uint16_t number, reader.u16(field));
  return Identifier::make(number);
}

}  // namespace

Bytes encode(const Hello& hello) {
  layout::Writer writer;
  writer.raw(hello.ceremony).u16(hello.sender.number());
  for (const dkg::ReceivePublicKey& key : hello.receive_keys) writer.raw(key);
  return std::move(writer).bytes();
}

Bytes encode(const Deal& deal) {
  layout::Writer writer;
  writer.raw(deal.ceremony).raw(deal.hellos).u16(deal.sender.number());
  for (const Point& commitment : deal.commitments) writer.raw(commitment.bytes());
  writer.raw(deal.proof.bytes());
  for (const dkg::Envelope& envelope : deal.envelopes) writer.raw(envelope);
  return std::move(writer).bytes();
}

Bytes encode(const Confirm& confirm) {
  return layout::Writer().raw(confirm.transcript).u16(confirm.sender.number()).bytes();
}

Bytes encode(const Abort& abort) {
  return layout::Writer()
      .raw(abort.ceremony)
      .u16(abort.sender.number())
      .u8(static_cast<std::uint8_t>(abort.reason))
      .bytes();
}

Bytes encode(const Complaint& complaint) {
  return layout::Writer()
      .raw(complaint.ceremony)
      .u16(complaint.complainant.number())
      .u16(complaint.accused.number())
      .raw(complaint.deal_body)
      .raw(complaint.revealed)
      .bytes();
}

Result<Hello> decode_hello(const Proposal& proposal, ByteView body) {
  layout::Reader reader(body);
  QUORATE_TRY(const Id ceremony, reader.array<32>("ceremony"));
  QUORATE_TRY(const Identifier sender, read_identifier(reader, "sender"));
  Hello hello{ceremony, sender, {}};
  for (std::size_t i = 0; i < proposal.target.members.size(); ++i) {
    QUORATE_TRY(const dkg::ReceivePublicKey key, reader.array<32>("receive key"));
    if (!dkg::is_usable(key)) return fail(Code::malformed, "a receive key of low order");
    hello.receive_keys.push_back(key);
  }
  QUORATE_CHECK(reader.finish("the hello"));
  return hello;
}

Result<Deal> decode_deal(const Proposal& proposal, ByteView body) {
  layout::Reader reader(body);
  QUORATE_TRY(const Id ceremony, reader.array<32>("ceremony"));
  QUORATE_TRY(const layout::Hash hellos, reader.array<32>("hellos"));
  QUORATE_TRY(const Identifier sender, read_identifier(reader, "sender"));
  dkg::Commitments commitments;
  const std::size_t count = commitments_in(proposal, body);
  for (std::size_t k = 0; k < count; ++k) {
    QUORATE_TRY(const ByteView bytes, reader.raw(32, "commitment"));
    QUORATE_TRY(const Point commitment, Point::parse(bytes));
    commitments.push_back(commitment);
  }
  QUORATE_TRY(const ByteView proof_bytes, reader.raw(64, "proof"));
  QUORATE_TRY(const dkg::Proof proof, dkg::Proof::parse(proof_bytes));
  std::vector<dkg::Envelope> envelopes;
  for (std::size_t i = 0; i < proposal.target.members.size(); ++i) {
    QUORATE_TRY(const dkg::Envelope envelope, reader.array<80>("envelope"));
    envelopes.push_back(envelope);
  }
  QUORATE_CHECK(reader.finish("the deal"));
  return Deal{ceremony, hellos, sender, std::move(commitments), proof, std::move(envelopes)};
}

Result<Confirm> decode_confirm(ByteView body) {
  layout::Reader reader(body);
  QUORATE_TRY(const layout::Hash transcript, reader.array<32>("transcript"));
  QUORATE_TRY(const Identifier sender, read_identifier(reader, "sender"));
  QUORATE_CHECK(reader.finish("the confirm"));
  return Confirm{transcript, sender};
}

Result<Abort> decode_abort(ByteView body) {
  layout::Reader reader(body);
  QUORATE_TRY(const Id ceremony, reader.array<32>("ceremony"));
  QUORATE_TRY(const Identifier sender, read_identifier(reader, "sender"));
  QUORATE_TRY(const std::uint8_t reason, reader.u8("reason"));
  QUORATE_CHECK(reader.finish("the abort"));
  if (reason < 1 || reason > 7) return fail(Code::malformed, "no abort reason of that number");
  return Abort{ceremony, sender, static_cast<AbortReason>(reason)};
}

Result<Complaint> decode_complaint(ByteView body) {
  layout::Reader reader(body);
  QUORATE_TRY(const Id ceremony, reader.array<32>("ceremony"));
  QUORATE_TRY(const Identifier complainant, read_identifier(reader, "complainant"));
  QUORATE_TRY(const Identifier accused, read_identifier(reader, "accused"));
  QUORATE_TRY(const layout::Hash deal_body, reader.array<32>("deal body"));
  QUORATE_TRY(const auto revealed, reader.array<32>("receive secret key"));
  QUORATE_CHECK(reader.finish("the complaint"));
  return Complaint{ceremony, complainant, accused, deal_body, revealed};
}

}  // namespace quorate::ceremony

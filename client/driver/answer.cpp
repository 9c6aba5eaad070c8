#include "client/driver/answer.h"

#include <algorithm>

#include "proto/wire/convert.h"
#include "proto/wire/decode.h"

namespace quorate::driver {
namespace {

using wire::v1::Answer;

Bytes bytes_from(const std::string& field) {
  const ByteView bytes = wire::view(field);
  return {bytes.begin(), bytes.end()};
}

Result<std::vector<audit::Hash>> decode_hashes(
    const google::protobuf::RepeatedPtrField<std::string>& fields) {
  std::vector<audit::Hash> hashes(static_cast<std::size_t>(fields.size()));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const std::string& field = fields[static_cast<int>(i)];
    if (field.size() != hashes[i].size()) {
      return fail(Code::malformed, "a hash of a consistency proof has not 32 bytes");
    }
    std::ranges::copy(wire::view(field), hashes[i].begin());
  }
  return hashes;
}

Result<coordinator::Fresh> decode_fresh(const ceremony::EpochRecord& record,
                                        const wire::v1::Commitments& message) {
  const bool is_asked_for = std::ranges::equal(wire::view(message.root()), record.root_id()) &&
                            message.epoch() == record.members.epoch;
  if (!is_asked_for) return fail(Code::malformed, "it sent commitments of another root or epoch");
  coordinator::Fresh fresh;
  if (message.boot().size() != fresh.boot.size()) {
    return fail(Code::malformed, "the boot id it sent has not 16 bytes");
  }
  std::ranges::copy(wire::view(message.boot()), fresh.boot.begin());
  QUORATE_TRY(fresh.pairs, wire::decode(message.pairs()));
  return fresh;
}

Result<coordinator::Event> decode_partial(const ceremony::EpochRecord& record,
                                          frost::Identifier node,
                                          const wire::v1::Partial& message) {
  coordinator::PartialArrived event{node, {}, {}, {}};
  QUORATE_TRY(event.partial, wire::decode(message.partial()));
  const ByteView verdict = wire::view(message.verdict());
  event.verdict.assign(verdict.begin(), verdict.end());
  if (message.has_fresh()) {
    QUORATE_TRY(event.fresh, decode_fresh(record, message.fresh()));
  }
  return event;
}

Result<coordinator::Event> decode_refusal(const ceremony::EpochRecord& record,
                                          frost::Identifier node,
                                          const wire::v1::Refused& message) {
  coordinator::Refused event{
      node, message.code(), printable(message.reason()), message.wait_s(), {}};
  if (message.has_fresh()) {
    QUORATE_TRY(event.fresh, decode_fresh(record, message.fresh()));
  }
  const ByteView verdict = wire::view(message.verdict());
  event.verdict.assign(verdict.begin(), verdict.end());
  if (message.salt().size() == event.salt.size()) {
    std::ranges::copy(wire::view(message.salt()), event.salt.begin());
  }
  return event;
}

Result<coordinator::Event> decode_signing(const ceremony::EpochRecord& record,
                                          frost::Identifier node, const Answer& answer) {
  if (answer.has_commitments()) {
    QUORATE_TRY(coordinator::Fresh fresh, decode_fresh(record, answer.commitments()));
    return coordinator::CommitmentsArrived{node, std::move(fresh)};
  }
  if (answer.has_partial()) return decode_partial(record, node, answer.partial());
  if (answer.has_refused()) return decode_refusal(record, node, answer.refused());
  return fail(Code::malformed, "it answered something else than it was asked");
}

Result<leader::Event> decode_known(frost::Identifier member, const wire::v1::Activate& message) {
  leader::KnownArrived event{member, {}};
  const ByteView proposal = wire::view(message.proposal());
  event.known.proposal.assign(proposal.begin(), proposal.end());
  QUORATE_TRY(event.known.hellos, wire::decode(message.hellos()));
  QUORATE_TRY(event.known.deals, wire::decode(message.deals()));
  QUORATE_TRY(event.known.confirms, wire::decode(message.confirms()));
  return event;
}

Result<leader::Event> decode_ceremony(frost::Identifier member, const Answer& answer) {
  if (answer.has_refused()) {
    const wire::v1::Refused& refused = answer.refused();
    return leader::Refused{member, refused.code(), printable(refused.reason()), refused.wait_s()};
  }
  if (!answer.has_ceremony()) {
    return fail(Code::malformed, "it answered something else than it was asked");
  }
  const wire::v1::CeremonyAnswer& ceremony = answer.ceremony();
  if (ceremony.has_known()) return decode_known(member, ceremony.known());
  if (ceremony.has_message()) {
    QUORATE_TRY(layout::Signed message, wire::decode(ceremony.message()));
    return leader::MessageArrived{member, std::move(message)};
  }
  return leader::StateArrived{member, printable(ceremony.state())};
}

void put(google::protobuf::RepeatedPtrField<wire::v1::Signed>& field,
         const std::vector<layout::Signed>& messages) {
  for (const layout::Signed& message : messages) *field.Add() = wire::message_of(message);
}

void put(wire::v1::CeremonyAsk& out, const leader::Open& ask) {
  out.mutable_open()->set_proposal(wire::field(ask.proposal));
  for (const Bytes& administrator : ask.administrators) {
    out.mutable_open()->add_administrators(wire::field(administrator));
  }
}

void put(wire::v1::Messages& out, const leader::Id& ceremony,
         const std::vector<layout::Signed>& messages) {
  out.set_ceremony(wire::field(ceremony));
  put(*out.mutable_messages(), messages);
}

void put(wire::v1::CeremonyAsk& out, const leader::Hellos& ask) {
  put(*out.mutable_hellos(), ask.ceremony, ask.messages);
}

void put(wire::v1::CeremonyAsk& out, const leader::Deals& ask) {
  put(*out.mutable_deals(), ask.ceremony, ask.messages);
}

void put(wire::v1::CeremonyAsk& out, const leader::Activate& ask) {
  wire::v1::Activate& message = *out.mutable_activate();
  message.set_proposal(wire::field(ask.certificate.proposal));
  put(*message.mutable_hellos(), ask.certificate.hellos);
  put(*message.mutable_deals(), ask.certificate.deals);
  put(*message.mutable_confirms(), ask.certificate.confirms);
}

void put(wire::v1::CeremonyAsk& out, const leader::Fetch& ask) {
  out.set_fetch(wire::field(ask.ceremony));
}

void put(wire::v1::CeremonyAsk& out, const leader::Evidence& ask) {
  put(*out.mutable_evidence(), ask.ceremony, ask.messages);
}

}  // namespace

coordinator::Event signing_event(const ceremony::EpochRecord& record, frost::Identifier node,
                                 const Answer& answer) {
  Result<coordinator::Event> event = decode_signing(record, node, answer);
  if (!event) return coordinator::MalformedAnswer{node, event.error().message};
  return *std::move(event);
}

leader::Event ceremony_event(frost::Identifier member, const Answer& answer) {
  Result<leader::Event> event = decode_ceremony(member, answer);
  if (!event) return leader::MalformedAnswer{member, event.error().message};
  return *std::move(event);
}

wire::v1::Ask commit_ask(const ceremony::EpochRecord& record) {
  wire::v1::Ask ask;
  ask.mutable_commit()->set_root(wire::field(record.root_id()));
  ask.mutable_commit()->set_epoch(record.members.epoch);
  ask.mutable_commit()->set_count(1);
  return ask;
}

wire::v1::Ask sign_ask(const ceremony::EpochRecord& record, ByteView request,
                       const std::vector<frost::Commitment>& commitments) {
  wire::v1::Ask ask;
  wire::v1::SignRequest& sign = *ask.mutable_sign();
  sign.set_request(wire::field(request));
  sign.set_root(wire::field(record.root_id()));
  sign.set_epoch(record.members.epoch);
  for (const frost::Commitment& commitment : commitments) {
    *sign.add_commitments() = wire::message_of(commitment);
  }
  return ask;
}

wire::v1::Ask history_ask(const audit::HistoryAsk& ask) {
  wire::v1::Ask out;
  wire::v1::History& history = *out.mutable_history();
  history.set_from(ask.from);
  history.set_count(ask.count);
  history.set_consistent_with(ask.consistent_with);
  return out;
}

Result<audit::Page> decode_history(const Answer& answer) {
  if (answer.has_refused()) return tl::unexpected<Error>(refusal(answer.refused()));
  if (!answer.has_history()) {
    return fail(Code::malformed, "it answered something else than it was asked");
  }
  const wire::v1::HistoryAnswer& history = answer.history();
  audit::Page page;
  for (const std::string& leaf : history.leaves()) page.leaves.push_back(bytes_from(leaf));
  page.checkpoint = history.checkpoint();
  QUORATE_TRY(page.consistency, decode_hashes(history.consistency()));
  for (const wire::v1::Text& text : history.texts()) {
    audit::Text veiled;
    if (text.salt().size() != veiled.salt.size()) {
      return fail(Code::malformed, "the salt of a text has not 16 bytes");
    }
    std::ranges::copy(wire::view(text.salt()), veiled.salt.begin());
    veiled.text = bytes_from(text.text());
    page.texts.push_back(std::move(veiled));
  }
  return page;
}

wire::v1::Ask cosign_ask(const audit::CosignAsk& ask) {
  wire::v1::Ask out;
  wire::v1::Cosign& cosign = *out.mutable_cosign();
  cosign.set_checkpoint(ask.checkpoint);
  cosign.set_from(ask.from);
  for (const audit::Hash& hash : ask.consistency) cosign.add_consistency(wire::field(hash));
  return out;
}

Result<audit::CosignAnswer> decode_cosigned(const Answer& answer) {
  if (answer.has_refused()) return tl::unexpected<Error>(refusal(answer.refused()));
  if (!answer.has_cosigned()) {
    return fail(Code::malformed, "it answered something else than it was asked");
  }
  const wire::v1::Cosigned& cosigned = answer.cosigned();
  return audit::CosignAnswer{cosigned.size(), cosigned.cosignature(), cosigned.contradicted()};
}

wire::v1::Ask ceremony_ask(const leader::Ask& ask) {
  wire::v1::Ask out;
  std::visit([&](const auto& step) { put(*out.mutable_ceremony(), step); }, ask);
  return out;
}

Error refusal(const wire::v1::Refused& refused) {
  const std::optional<Code> code = code_of_number(refused.code());
  const std::string shown =
      code ? std::string(name(*code)) : "code " + std::to_string(refused.code());
  return {code.value_or(Code::malformed), shown + ": " + printable(refused.reason())};
}

std::string printable(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c <= 0x7e) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

}  // namespace quorate::driver

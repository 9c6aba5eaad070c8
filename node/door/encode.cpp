#include "node/door/door.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"

namespace quorate::node {

using layout::Signed;
namespace v1 = wire::v1;

namespace {

void put(google::protobuf::RepeatedPtrField<v1::Signed>& field,
         const std::vector<Signed>& messages) {
  for (const Signed& message : messages) *field.Add() = wire::message_of(message);
}

v1::Commitments message_of(const Commitments& commitments) {
  v1::Commitments message;
  message.set_root(wire::field(commitments.root));
  message.set_epoch(commitments.epoch);
  message.set_boot(wire::field(commitments.boot));
  for (const frost::Commitment& pair : commitments.pairs) {
    *message.add_pairs() = wire::message_of(pair);
  }
  return message;
}

void put(v1::Answer& answer, const Description& description) {
  v1::Description& message = *answer.mutable_description();
  message.set_identity(wire::field(description.identity));
  message.set_cosigner(wire::field(description.cosigner));
  message.set_name(description.name);
  message.set_operator_(description.operator_name);
  message.set_version(description.version);
  for (const RootLine& root : description.roots) {
    v1::Root& line = *message.add_roots();
    line.set_record(wire::field(root.record));
    line.set_state(root.state);
  }
  message.set_custody(description.custody);
  message.set_custody_state(description.custody_state);
  message.set_policies(wire::field(description.policies));
  message.set_checkpoint(description.checkpoint);
  message.set_policy_trouble(description.policy_trouble);
  for (const CeremonyLine& ceremony : description.ceremonies) {
    v1::Ceremony& line = *message.add_ceremonies();
    line.set_proposal(wire::field(ceremony.proposal));
    line.set_state(ceremony.state);
  }
}

void put(v1::Answer& answer, const Commitments& commitments) {
  *answer.mutable_commitments() = message_of(commitments);
}

void put(v1::Answer& answer, const PartialAnswer& partial) {
  v1::Partial& message = *answer.mutable_partial();
  *message.mutable_partial() = wire::message_of(partial.partial);
  message.set_verdict(wire::field(partial.verdict));
  if (partial.fresh) *message.mutable_fresh() = message_of(*partial.fresh);
}

void put(v1::Answer& answer, const CeremonyAnswer& result) {
  v1::CeremonyAnswer& message = *answer.mutable_ceremony();
  if (const auto* said = std::get_if<Signed>(&result)) {
    *message.mutable_message() = wire::message_of(*said);
  } else if (const auto* known = std::get_if<ceremony::Certificate>(&result)) {
    v1::Activate& parts = *message.mutable_known();
    parts.set_proposal(wire::field(known->proposal));
    put(*parts.mutable_hellos(), known->hellos);
    put(*parts.mutable_deals(), known->deals);
    put(*parts.mutable_confirms(), known->confirms);
  } else {
    message.set_state(std::get<std::string>(result));
  }
}

void put(v1::Answer& answer, const HistoryAnswer& history) {
  v1::HistoryAnswer& message = *answer.mutable_history();
  for (const Bytes& leaf : history.leaves) message.add_leaves(wire::field(leaf));
  message.set_checkpoint(history.checkpoint);
  for (const ByteArray<32>& hash : history.consistency) {
    message.add_consistency(wire::field(hash));
  }
  for (const VeiledText& text : history.texts) {
    v1::Text& line = *message.add_texts();
    line.set_salt(wire::field(text.salt));
    line.set_text(wire::field(text.text));
  }
}

void put(v1::Answer& answer, const Published& published) {
  answer.mutable_published()->set_number(published.number);
}

void put(v1::Answer& answer, const Cosigned& cosigned) {
  v1::Cosigned& message = *answer.mutable_cosigned();
  message.set_size(cosigned.size);
  message.set_cosignature(cosigned.cosignature);
  message.set_contradicted(cosigned.contradicted);
}

void put(v1::Answer& answer, const Refused& refused) {
  v1::Refused& message = *answer.mutable_refused();
  message.set_code(number(refused.refusal.error.code));
  message.set_reason(refused.refusal.error.message);
  message.set_wait_s(refused.refusal.wait_s);
  message.set_epoch(refused.refusal.epoch);
  put(*message.mutable_evidence(), refused.refusal.evidence);
  if (!refused.verdict.empty()) {
    message.set_salt(wire::field(refused.salt));
    message.set_verdict(wire::field(refused.verdict));
  }
  if (refused.fresh) *message.mutable_fresh() = message_of(*refused.fresh);
}

}  // namespace

v1::Answer encode(const Answer& answer) {
  v1::Answer message;
  std::visit([&](const auto& inner) { put(message, inner); }, answer);
  return message;
}

}  // namespace quorate::node

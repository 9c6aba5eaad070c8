// What members of a ceremony send each other, and the record that it leads to. The bodies of hello
// and deal have sizes that a proposal implies: the input's first two bytes say how much of it is
// the proposal.

#include "proto/ceremony/epoch_record.h"
#include "proto/ceremony/message.h"
#include "proto/ceremony/proposal.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

template <typename Message>
void look_at(const Result<Message>& message, ByteView input) {
  if (message) return same(ceremony::encode(*message), input);
  const bool is_local = message.error().code == Code::unknown_participant;
  if (!is_local) refused(message.error(), {Code::malformed, Code::too_large});
}

void look_at_bodies(const ceremony::Proposal& proposal, ByteView body) {
  look_at(ceremony::decode_hello(proposal, body), body);
  look_at(ceremony::decode_deal(proposal, body), body);
}

}  // namespace

void ceremony(ByteView input) {
  look_at(ceremony::decode_confirm(input), input);
  look_at(ceremony::decode_abort(input), input);
  look_at(ceremony::decode_complaint(input), input);
  const auto record = ceremony::decode_epoch_record(input);
  if (record) {
    same(ceremony::encode(*record), input);
    if (const auto shares = record->verification_shares()) {
      QUORATE_INVARIANT(shares->size() == record->members.members.size());
    }
  }

  const auto proposal = ceremony::decode_proposal(input);
  look_at(proposal, input);
  if (proposal) {
    for (const auto& [name, value] : ceremony::describe(*proposal)) {
      QUORATE_INVARIANT(!name.empty());
      printable(value);
    }
  }
  if (input.size() < 2) return;
  const std::size_t size = std::size_t{256} * input[0] + input[1];
  const ByteView rest = input.subspan(2);
  if (size > rest.size()) return;
  const auto opened = ceremony::decode_proposal(rest.first(size));
  if (!opened || !ceremony::check_create(*opened)) return;
  look_at_bodies(*opened, rest.subspan(size));
}

}  // namespace quorate::fuzz

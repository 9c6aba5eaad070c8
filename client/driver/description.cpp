#include "client/driver/description.h"

#include <algorithm>

#include "client/driver/answer.h"
#include "proto/wire/decode.h"

namespace quorate::driver {
namespace {

constexpr int most_roots = 64;

Bytes copy(const std::string& field) {
  const ByteView bytes = wire::view(field);
  return {bytes.begin(), bytes.end()};
}

Result<Description> description_of(const wire::v1::Answer& answer, const home::RosterNode& node) {
  if (answer.has_refused()) return tl::unexpected<Error>(refusal(answer.refused()));
  if (answer.has_description()) return decode(answer.description(), node);
  Error other{Code::malformed, "it answered something else than it was asked"};
  return tl::unexpected(std::move(other));
}

}  // namespace

Result<Description> decode(const wire::v1::Description& message, const home::RosterNode& node) {
  if (!std::ranges::equal(wire::view(message.identity()), node.identity.bytes())) {
    return fail(Code::not_pinned, "it names another identity key than its channel has");
  }
  Description out{printable(message.name()),
                  printable(message.operator_()),
                  printable(message.version()),
                  printable(message.custody()),
                  printable(message.custody_state()),
                  {},
                  {},
                  {},
                  {},
                  {},
                  {}};
  if (message.policies().size() != out.policies.size()) {
    return fail(Code::malformed, "the hash of its policies has not 32 bytes");
  }
  std::ranges::copy(wire::view(message.policies()), out.policies.begin());
  out.policy_trouble = printable(message.policy_trouble());
  out.checkpoint = message.checkpoint();
  out.rude = printable(message.rude());
  if (message.roots_size() > most_roots) {
    return fail(Code::malformed, "it describes more roots than any node has");
  }
  for (const wire::v1::Root& root : message.roots()) {
    Bytes bytes = copy(root.record());
    QUORATE_TRY(ceremony::EpochRecord record, ceremony::decode_epoch_record(bytes));
    out.roots.push_back({std::move(bytes), std::move(record), printable(root.state())});
  }
  for (const wire::v1::Ceremony& open : message.ceremonies()) {
    Bytes bytes = copy(open.proposal());
    QUORATE_TRY(ceremony::Proposal proposal, ceremony::decode_proposal(bytes));
    out.ceremonies.push_back({std::move(bytes), std::move(proposal), printable(open.state())});
  }
  return out;
}

std::vector<NodeDescription> describe(Quorum& quorum, Milliseconds timeout, Patience patience) {
  std::vector<Question> questions;
  for (const auto& link : quorum.links()) {
    wire::v1::Ask ask;
    ask.mutable_describe();
    questions.push_back({link.get(), std::move(ask)});
  }
  const auto answers = ask_all(quorum, std::move(questions), timeout, patience);
  std::vector<NodeDescription> out;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const home::RosterNode& node = quorum.links()[i]->node();
    if (answers[i]) {
      out.push_back({node, description_of(*answers[i], node)});
    } else {
      out.push_back({node, tl::unexpected<Error>(answers[i].error())});
    }
  }
  return out;
}

std::vector<home::Described> heard(const std::vector<NodeDescription>& answers) {
  std::vector<home::Described> out;
  for (const NodeDescription& answer : answers) {
    if (!answer.description) continue;
    home::Described described{answer.node.identity, {}};
    for (const DescribedRoot& root : answer.description->roots) {
      if (root.state == "active") described.records.push_back(root.bytes);
    }
    out.push_back(std::move(described));
  }
  return out;
}

}  // namespace quorate::driver

#include "client/driver/description.h"

#include <algorithm>

#include "client/driver/answer.h"
#include "client/driver/timer.h"
#include "proto/wire/decode.h"

namespace quorate::driver {
namespace {

constexpr int most_roots = 64;

Bytes copy(const std::string& field) {
  const ByteView bytes = wire::view(field);
  return {bytes.begin(), bytes.end()};
}

Error refusal(const wire::v1::Refused& refused) {
  const std::optional<Code> code = code_of_number(refused.code());
  const std::string shown =
      code ? std::string(name(*code)) : "code " + std::to_string(refused.code());
  return {code.value_or(Code::malformed), shown + ": " + printable(refused.reason())};
}

Result<Description> description_of(const wire::v1::Answer& answer, const home::RosterNode& node) {
  if (answer.has_refused()) return tl::unexpected<Error>(refusal(answer.refused()));
  if (answer.has_description()) return decode(answer.description(), node);
  return fail(Code::malformed, "it answered something else than it was asked");
}

// One round of questions.
class Describing {
 public:
  Describing(Quorum& quorum, Patience patience)
      : quorum_(quorum), patience_(patience), deadline_(quorum.loop()) {
    const std::size_t count = quorum.links().size();
    answers_.resize(count);
    failures_.resize(count);
    for (std::size_t i = 0; i < count; ++i) ask(i);
  }
  Describing(const Describing&) = delete;
  Describing& operator=(const Describing&) = delete;
  ~Describing() {
    for (const auto& link : quorum_.links()) link->forget();
  }

  std::vector<NodeDescription> run(Milliseconds timeout) {
    deadline_.after(timeout, [this] { is_over_ = true; });
    quorum_.run_until([this] { return is_over_ || is_settled(); });
    std::vector<NodeDescription> out;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      out.push_back({quorum_.links()[i]->node(), result(i)});
    }
    return out;
  }

 private:
  void ask(std::size_t i) {
    Link& link = *quorum_.links()[i];
    link.listen({[this, i, &link](const std::string&) { failures_[i] = link.trouble(); },
                 [this, i] {
                   failures_[i].reset();
                   if (!answers_[i]) put_question(i);
                 }});
    failures_[i] = link.trouble();
    put_question(i);
  }

  void put_question(std::size_t i) {
    Link& link = *quorum_.links()[i];
    wire::v1::Ask ask;
    ask.mutable_describe();
    link.ask(std::move(ask), [this, i, &link](const wire::v1::Answer& answer) {
      answers_[i] = description_of(answer, link.node());
    });
  }

  bool is_settled() const {
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      const bool is_given_up = patience_ == Patience::first_failure && failures_[i].has_value();
      if (!answers_[i] && !is_given_up) return false;
    }
    return true;
  }

  Result<Description> result(std::size_t i) const {
    if (answers_[i]) return *answers_[i];
    if (failures_[i]) return tl::unexpected<Error>(*failures_[i]);
    return fail(Code::timed_out, "it did not answer in time");
  }

  Quorum& quorum_;
  Patience patience_;
  Timer deadline_;
  bool is_over_ = false;
  std::vector<std::optional<Result<Description>>> answers_;
  std::vector<std::optional<Error>> failures_;  // as long as the node is out of reach
};

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
                  {}};
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
  return Describing(quorum, patience).run(timeout);
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

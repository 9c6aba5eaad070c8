#include "tests/client/coordinator/world.h"

#include <array>
#include <ostream>

#include "crypto/base/hex.h"
#include "proto/record/signed_verdict.h"
#include "proto/signing/session.h"
#include "tests/support/receipt.h"

namespace quorate::testing {

using namespace coordinator;  // NOLINT(google-build-using-namespace): the world is made of its
                              // events
using frost::Commitment;

namespace {

std::vector<Identifier> places(std::size_t members) {
  std::vector<Identifier> found;  // 1, 4, 7, ...: an index is no position
  for (std::size_t i = 0; i < members; ++i) {
    found.push_back(identifier(static_cast<std::uint32_t>(3 * i + 1)));
  }
  return found;
}

ed25519::SigningKey new_key(SeededEntropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, Conduct conduct) {
  static constexpr std::array<const char*, conducts> names = {"honest",
                                                              "slow",
                                                              "forgets_thrice",
                                                              "loses_connection",
                                                              "answers_twice",
                                                              "busy_at_first",
                                                              "busy_to_sign",
                                                              "silent",
                                                              "silent_to_sign",
                                                              "refuses",
                                                              "refuses_to_sign",
                                                              "lies",
                                                              "signs_with_another_key",
                                                              "judges_another_document",
                                                              "gives_no_receipt",
                                                              "offers_anothers_commitments",
                                                              "repeats_its_commitments",
                                                              "always_forgets"};
  return out << names.at(static_cast<std::size_t>(conduct));
}

World::World(std::uint16_t threshold, std::vector<Conduct> conduct, std::uint64_t seed)
    : entropy_(seed),
      root_(deal(threshold, places(conduct.size()), entropy_)),
      record_{"files", "file", {1, threshold, {}}, root_.commitments, {}} {
  entropy_.fill(request_id_);
  for (std::size_t i = 0; i < conduct.size(); ++i) {
    Node node{root_.quorum.members[i],
              conduct[i],
              new_key(entropy_),
              &root_.shares[i],
              {},
              {},
              {},
              0,
              {}};
    entropy_.fill(node.boot);
    record_.members.members.push_back({node.index, node.identity.public_key()});
    nodes_.emplace(root_.quorum.members[i], std::move(node));
  }
}

Task World::task() const {
  Task task{record_, "demo", {}, request_id_, message_, {}};
  for (const auto& [who, node] : nodes_) {
    task.names.emplace(who, "node-" + std::to_string(who.number()));
  }
  return task;
}

std::map<Identifier, Pair> World::cached() {
  std::map<Identifier, Pair> pairs;
  for (auto& [who, node] : nodes_) {
    const Fresh one = fresh(node, 1);
    pairs.emplace(who, Pair{one.pairs.front(), one.boot, now_});
  }
  return pairs;
}

Outcome World::run(Coordinator& coordinator, Start start, std::uint64_t deadline_ms) {
  const std::uint64_t deadline = now_ + deadline_ms;
  deliver(0, std::move(start));
  while (!outcome_.finished && !outcome_.failed) {
    if (deliveries_.empty() || deliveries_.top().time > deadline) {
      now_ = deadline;
      for (const Action& action : coordinator.handle(now_, Deadline{})) perform(action);
      break;
    }
    const Delivery next = deliveries_.top();
    deliveries_.pop();
    now_ = next.time;
    if (next.answers_sign) {
      std::visit(
          [this](const auto& event) {
            if constexpr (requires { event.node; }) {
              nodes_.at(event.node).open_question.reset();
            }
          },
          next.event);
    }
    for (const Action& action : coordinator.handle(now_, next.event)) perform(action);
  }
  outcome_.ended_at = now_;
  return outcome_;
}

Fresh World::fresh(Node& node, std::size_t count) {
  Fresh made{node.boot, {}};
  for (std::size_t i = 0; i < count; ++i) {
    frost::NoncePair pair = frost::NoncePair::generate(*node.share, entropy_);
    made.pairs.push_back(pair.commitment());
    node.pool.emplace(pair.commitment().hiding, std::move(pair));
  }
  return made;
}

void World::deliver(std::uint64_t delay, Event event, bool answers_sign) {
  deliveries_.push({now_ + delay, ++order_, std::move(event), answers_sign});
}

void World::set_request(std::uint64_t number) {
  SeededEntropy entropy(number);
  entropy.fill(request_id_);
}

bool World::is_silent(const Node& node) const {
  return latency_ && !latency_((node.index.number() - 1u) / 3);
}

std::uint64_t World::latency(const Node& node) {
  if (latency_) return latency_((node.index.number() - 1u) / 3).value_or(0);
  return (node.conduct == Conduct::slow ? 5000 : 1) + entropy_.number() % 40;
}

void World::perform(const Action& action) {
  outcome_.trace += std::to_string(now_) + ':' + std::to_string(action.index());
  if (const auto* ask = std::get_if<AskCommitments>(&action)) {
    outcome_.trace += ' ' + std::to_string(ask->node.number());
    asked_for_commitments(nodes_.at(ask->node));
  } else if (const auto* to_sign = std::get_if<AskToSign>(&action)) {
    outcome_.trace += ' ' + std::to_string(to_sign->node.number());
    for (const Commitment& one : to_sign->commitments) {
      outcome_.trace += ' ' + to_hex(one.hiding.bytes());
    }
    ++outcome_.asked_to_sign;
    Node& node = nodes_.at(to_sign->node);
    watch(node, to_sign->commitments);
    asked_to_sign(node, to_sign->commitments);
  } else if (const auto* wake = std::get_if<WakeAt>(&action)) {
    outcome_.trace += ' ' + std::to_string(wake->time_ms);
    deliver(wake->time_ms - now_, Tick{});
  } else if (const auto* finished = std::get_if<Finished>(&action)) {
    outcome_.trace += ' ' + to_hex(finished->signature);
    outcome_.finished = *finished;
  } else if (const auto* failed = std::get_if<Failed>(&action)) {
    outcome_.failed = *failed;
  }
  outcome_.trace += '\n';
}

// Rules that the coordinator must keep, seen from outside.
void World::watch(Node& node, const std::vector<Commitment>& commitments) {
  if (node.open_question && *node.open_question != commitments) {
    outcome_.faults.push_back("a node is asked to sign in two sessions at once");
  }
  node.open_question = commitments;
  for (const Commitment& one : commitments) {
    const auto [found, is_new] = in_session_.emplace(one.hiding, commitments);
    if (!is_new && found->second != commitments) {
      outcome_.faults.push_back("one pair stands in two sessions");
    }
  }
}

void World::asked_for_commitments(Node& node) {
  const std::uint64_t delay = latency(node);
  if (node.conduct == Conduct::silent || is_silent(node)) return;
  if (node.conduct == Conduct::refuses) {
    deliver(delay, Refused{node.index, number(Code::requester_not_allowed), "nobody knows you"});
    return;
  }
  if (node.conduct == Conduct::busy_at_first && node.asked++ == 0) {
    deliver(delay, Refused{node.index, number(Code::busy), "one moment", 1});
    return;
  }
  if (node.conduct == Conduct::offers_anothers_commitments) {
    deliver(delay, CommitmentsArrived{node.index, fresh(other_than(node), 1)});
    return;
  }
  if (node.conduct == Conduct::repeats_its_commitments) {
    if (!node.repeated) node.repeated = fresh(node, 1).pairs.front();
    deliver(delay, CommitmentsArrived{node.index, {node.boot, {*node.repeated}}});
    return;
  }
  deliver(delay, CommitmentsArrived{node.index, fresh(node, 1 + entropy_.number() % 2)});
}

World::Node& World::other_than(const Node& node) {
  const bool is_first = nodes_.begin()->first == node.index;
  return is_first ? nodes_.rbegin()->second : nodes_.begin()->second;
}

void World::asked_to_sign(Node& node, const std::vector<Commitment>& commitments) {
  const std::uint64_t delay = latency(node);
  if (node.conduct == Conduct::silent || node.conduct == Conduct::silent_to_sign ||
      is_silent(node)) {
    return;
  }
  Event event = answer(node, commitments);
  if (node.conduct == Conduct::loses_connection && node.asked++ == 0) {
    // It did its part, and the answer never came: the repeat finds the pair gone.
    deliver(delay, Lost{node.index, "connection reset"});
    deliver(delay + 300, Reconnected{node.index});
    return;
  }
  if (node.conduct == Conduct::answers_twice) deliver(delay + 1, event);
  deliver(delay, std::move(event), true);
}

Bytes World::verdict(const Node& node) const {
  record::Verdict verdict{};
  verdict.request_id = request_id_;
  verdict.root_id = record_.root_id();
  verdict.epoch = 1;
  verdict.kind = 3;
  verdict.decision = record::Decision::approve;
  verdict.document = signing::document(message_);
  if (node.conduct == Conduct::judges_another_document) verdict.document[0] ^= 1;
  verdict.not_after = 2000;
  record::SignedVerdict made = record::sign_verdict(
      {node.identity.public_key().bytes(), 1'000'000, std::move(verdict)}, node.identity);
  const std::string origin = "demo/node-" + std::to_string(node.index.number());
  if (node.conduct != Conduct::gives_no_receipt) {
    made = with_receipt(std::move(made), origin, node.identity);
  }
  return record::encode(made);
}

Event World::answer(Node& node, const std::vector<Commitment>& commitments) {
  if (node.conduct == Conduct::refuses) {
    return Refused{node.index, number(Code::requester_not_allowed), "nobody knows you"};
  }
  if (node.conduct == Conduct::refuses_to_sign) {
    return Refused{node.index, number(Code::namespace_not_allowed), "not \x1b[31mthis"};
  }
  if (node.conduct == Conduct::busy_to_sign && node.asked++ < 2) {
    ++outcome_.nonces_forgotten;
    return Refused{node.index, number(Code::busy), "one moment", 1};
  }
  if (node.conduct == Conduct::forgets_thrice && node.asked++ < 3) {
    node.pool.clear();
    entropy_.fill(node.boot);
  }
  if (node.conduct == Conduct::always_forgets) node.pool.clear();
  const frost::Package package = frost::Package::make(root_.quorum, message_, commitments).value();
  const Commitment* own = package.find(node.index);
  auto found = node.pool.extract(own->hiding);
  if (node.conduct == Conduct::repeats_its_commitments) found = {};
  if (found.empty()) {
    ++outcome_.nonces_forgotten;
    Fresh offered = fresh(node, 1);
    if (node.repeated) offered.pairs = {*node.repeated};
    return Refused{node.index, number(Code::nonce_unknown), "it is gone", 0, offered};
  }
  if (!spent_.emplace(node.index, own->hiding).second) {
    outcome_.faults.push_back("a node computes twice with one pair");
  }
  frost::Partial partial = sign(*node.share, std::move(found.mapped()), package).value();
  if (node.conduct == Conduct::lies) partial.value = partial.value + ed25519::Scalar::of(1);
  const Bytes body = signing::encode({signing::session(record_.root_id(), package), partial});
  const ed25519::SigningKey other = new_key(entropy_);
  const bool is_itself = node.conduct != Conduct::signs_with_another_key;
  const layout::Signed message{
      body, layout::sign(is_itself ? node.identity : other, signing::partial_label, body)};
  const Fresh next = node.conduct == Conduct::offers_anothers_commitments
                         ? fresh(other_than(node), 1)
                         : fresh(node, entropy_.number() % 3);
  return PartialArrived{node.index, message, verdict(node), next};
}

}  // namespace quorate::testing

#include "client/coordinator/coordinator.h"

#include <algorithm>

#include "client/coordinator/reason.h"
#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "proto/record/checkpoint.h"
#include "proto/signing/session.h"

namespace quorate::coordinator {

namespace {

constexpr std::size_t pairs_limit = 64;  // of one node; no answer holds more
constexpr std::uint64_t shortest_wait_ms = 1000;
constexpr std::uint64_t longest_wait_ms = 60'000;  // unless the node itself names a longer one

bool is_code(std::uint32_t found, Code code) { return found == number(code); }

}  // namespace

Result<Coordinator> Coordinator::make(Task task, Latencies& latencies) {
  QUORATE_TRY(frost::VerificationShares shares, task.record.verification_shares());
  return Coordinator(std::move(task), latencies, std::move(shares));
}

Coordinator::Coordinator(Task task, Latencies& latencies, frost::VerificationShares shares)
    : task_(std::move(task)),
      latencies_(&latencies),
      quorum_(task_.record.quorum()),
      shares_(std::move(shares)),
      document_(signing::document(task_.to_be_signed)) {
  for (const ceremony::Member& member : task_.record.members.members) {
    const auto name = task_.names.find(member.index);
    if (name != task_.names.end())
      nodes_.emplace(member.index, Node{name->second, member.identity});
  }
}

std::vector<Action> Coordinator::handle(std::uint64_t now_ms, const Event& event) {
  if (finished_) return {};
  QUORATE_INVARIANT(now_ms >= now_);
  now_ = now_ms;
  std::visit([this](const auto& what) { on(what); }, event);
  ask_those_who_were_busy();
  advance();
  plan_wake();
  return std::exchange(actions_, {});
}

void Coordinator::on(const Start& event) {
  started_at_ = now_;
  for (auto& [who, node] : nodes_) {
    const auto cached = event.cached.find(who);
    // A pair under another's number came from a node, and would be its word against itself.
    if (cached == event.cached.end() || cached->second.commitment.signer != who) {
      ask_commitments(who, node);
    } else {
      node.pairs.push_back(cached->second);
      node.place = Place::ready;
      // One that was silent shows first that it is back. Nobody waits for that.
      if (latencies_->is_silent(node.identity)) ask_commitments(who, node);
    }
  }
  fail_if_hopeless();
}

void Coordinator::on(const CommitmentsArrived& event) {
  Node* node = find(event.node);
  if (node == nullptr || node->place != Place::asking) return;  // repeated, or late
  latencies_->record(node->identity, now_ - node->asked_at);
  const Status kept = keep(event.node, *node, event.fresh);
  if (!kept || node->pairs.empty()) {
    exclude(event.node, Conduct::malformed,
            kept ? "sent no commitments that were not used before" : kept.error().message);
    return;
  }
  node->place = Place::ready;
}

void Coordinator::on(const PartialArrived& event) {
  Node* node = find(event.node);
  if (node == nullptr || node->place != Place::pending) return;  // the second answer to one ask
  const Result<signing::PartialBody> body = signing::decode_partial(event.partial.body);
  if (!body) {
    exclude(event.node, Conduct::malformed, body.error().message);
    return;
  }
  // Before anything else is looked at: judged against the wrong session an honest node looks
  // guilty.
  if (body->session != sessions_[node->session].id) {
    QUORATE_REACHED("coordinator: partial of another session");
    return;
  }
  // Its session was freed when its time was over.
  if (QUORATE_PLANTED(B32)) QUORATE_INVARIANT(now_ < sessions_[node->session].stalls_at);
  Result<Answer> answer = check(event.node, *node, event, body->partial);
  const Status kept = keep(event.node, *node, event.fresh);
  if (!answer || !kept) {
    exclude(event.node, Conduct::malformed, answer ? kept.error().message : answer.error().message);
    return;
  }
  latencies_->record(node->identity, now_ - node->asked_at);
  accept(event.node, *node, std::move(*answer));
}

void Coordinator::on(const Refused& event) {
  Node* node = find(event.node);
  if (node == nullptr) return;
  const bool is_asked = node->place == Place::asking || node->place == Place::pending;
  if (is_asked && is_code(event.code, Code::busy)) {
    come_again_later(event.node, *node, event);
    return;
  }
  if (node->place == Place::pending && is_code(event.code, Code::nonce_unknown)) {
    leave_session(*node);
    node->pairs.clear();  // what else it gave us is most likely gone as well
    if (++node->stale_answers > stale_answers_limit) {
      QUORATE_REACHED("coordinator: node forgot too often");
      exclude(event.node, Conduct::unstable, "forgot its commitments again and again", event.code);
    } else if (const Status kept = keep(event.node, *node, event.fresh); !kept) {
      exclude(event.node, Conduct::malformed, kept.error().message);
    } else {
      QUORATE_REACHED("coordinator: nonce_unknown tolerated");
      free(event.node, *node);
    }
    return;
  }
  if (!is_asked) return;  // late
  if (!event.verdict.empty()) {
    const SaidRefusal said{event.code, event.reason, event.salt};
    node->verdict = read_verdict(event.verdict, asked_of(*node), said);
  }
  exclude(event.node, Conduct::refused, printable(event.reason), event.code);
}

void Coordinator::on(const MalformedAnswer& event) {
  if (find(event.node) == nullptr) return;
  exclude(event.node, Conduct::malformed, printable(event.why));
}

void Coordinator::on(const Lost& event) {
  // What it was asked stays open: after a broken connection nobody knows whether it answered.
  if (Node* node = find(event.node)) node->lost = printable(event.why);
}

void Coordinator::on(const Reconnected& event) {
  Node* node = find(event.node);
  if (node == nullptr || !node->lost) return;
  if (QUORATE_PLANTED(B19)) return;
  node->lost.reset();
  // The same message again: it brings the partial if the first one never arrived, and otherwise
  // `nonce_unknown`, since no node answers twice with one pair.
  if (node->place == Place::pending) {
    QUORATE_REACHED("coordinator: asked again over a new connection");
    ask_to_sign(event.node, sessions_[node->session]);
  }
  if (node->place == Place::asking) actions_.emplace_back(AskCommitments{event.node});
}

void Coordinator::on(const Tick& /*event*/) {}  // handle() looks at the time after every event

void Coordinator::on(const Deadline& /*event*/) {
  QUORATE_REACHED("coordinator: deadline");
  finish(Failed{report(Outcome::too_few_nodes, Conduct::silent)});
}

Coordinator::Node* Coordinator::find(Identifier who) {
  const auto found = nodes_.find(who);
  if (found == nodes_.end() || found->second.place == Place::excluded) return nullptr;
  return &found->second;
}

void Coordinator::ask_commitments(Identifier who, Node& node) {
  node.place = Place::asking;
  node.asked_at = now_;
  node.ask_at.reset();
  actions_.emplace_back(AskCommitments{who});
}

void Coordinator::ask_those_who_were_busy() {
  if (finished_) return;
  for (auto& [who, node] : nodes_) {
    if (node.place == Place::idle && node.ask_at && *node.ask_at <= now_) {
      ask_commitments(who, node);
    }
  }
}

Status Coordinator::keep(Identifier who, Node& node, const Fresh& fresh) {
  if (!node.pairs.empty() && node.pairs.front().boot != fresh.boot) node.pairs.clear();
  for (const frost::Commitment& commitment : fresh.pairs) {
    if (commitment.signer != who) {
      return fail(Code::malformed,
                  "sent commitments of participant " + std::to_string(commitment.signer.number()));
    }
    const bool is_here = std::any_of(node.pairs.begin(), node.pairs.end(), [&](const Pair& pair) {
      return pair.commitment.hiding == commitment.hiding;
    });
    if (is_here || used_.contains({who, commitment.hiding})) continue;
    if (node.pairs.size() < pairs_limit) node.pairs.push_back({commitment, fresh.boot, now_});
  }
  return quorate::Done{};
}

// What was said to `sign` counts as a nonce forgotten, or the sessions would have no bound.
void Coordinator::come_again_later(Identifier who, Node& node, const Refused& event) {
  if (node.place == Place::pending) {
    leave_session(node);
    if (++node.stale_answers > stale_answers_limit) {
      exclude(who, Conduct::refused, printable(event.reason), event.code);
      return;
    }
  }
  node.place = Place::idle;
  node.ask_at = now_ + pause_ms(node, event.wait_s);
  QUORATE_REACHED("coordinator: node was busy");
  ++node.busy_answers;
  node.code = event.code;
  node.reason = printable(event.reason);
}

std::uint64_t Coordinator::pause_ms(const Node& node, std::uint32_t wait_s) const {
  if (QUORATE_PLANTED(B36)) return 0;
  const std::uint64_t named = std::max<std::uint64_t>(wait_s * 1000ULL, shortest_wait_ms);
  const std::uint64_t doubled = named << std::min(node.busy_answers, 6U);
  const std::uint64_t pause = std::max(named, std::min(doubled, longest_wait_ms));
  // The id is a hash that nobody steers without a cost, and differs from request to request.
  std::uint64_t mixed = node.busy_answers;
  for (std::size_t i = 0; i < 8; ++i) {
    mixed = mixed << 8 ^ mixed >> 56 ^ task_.request_id[i] ^ node.identity.bytes()[i];
  }
  return pause + mixed % (pause / 2 + 1);
}

void Coordinator::free(Identifier who, Node& node) {
  if (node.pairs.empty()) {
    ask_commitments(who, node);
  } else {
    node.place = Place::ready;
  }
}

record::Asked Coordinator::asked_of(const Node& node) const {
  return {node.identity, record::origin_of(task_.quorum, node.name), task_.request_id,
          task_.record.root_id()};
}

void Coordinator::leave_session(const Node& node) {
  if (node.place == Place::pending || node.place == Place::answered) {
    sessions_[node.session].is_open = false;
  }
}

void Coordinator::exclude(Identifier who, Conduct conduct, std::string reason, std::uint32_t code) {
  Node& node = nodes_.at(who);
  leave_session(node);
  node.place = Place::excluded;
  node.conduct = conduct;
  node.reason = std::move(reason);
  node.code = code;
  fail_if_hopeless();
}

void Coordinator::fail_if_hopeless() {
  const auto left = std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) {
    return entry.second.place != Place::excluded;
  });
  if (left < static_cast<std::ptrdiff_t>(quorum_.threshold)) {
    finish(Failed{report(outcome(), Conduct::answered)});
  }
}

void Coordinator::finish(Action last) {
  if (finished_) return;
  for (const auto& [who, node] : nodes_) {
    if (node.place == Place::asking || node.place == Place::pending) {
      latencies_->record_silence(node.identity, now_ - node.asked_at);
    }
  }
  finished_ = true;
  actions_.clear();  // nothing is asked any more
  actions_.push_back(std::move(last));
}

std::vector<Leftover> Coordinator::leftovers() const {
  std::vector<Leftover> left;
  for (const auto& [who, node] : nodes_) {
    if (node.place == Place::excluded) continue;
    for (const Pair& pair : node.pairs) left.push_back({who, pair});
  }
  return left;
}

// `of_the_silent`: what to call those who were asked and had not answered.
std::vector<NodeReport> Coordinator::node_reports(Conduct of_the_silent) const {
  std::vector<NodeReport> reports;
  for (const ceremony::Member& member : task_.record.members.members) {
    const auto found = nodes_.find(member.index);
    if (found == nodes_.end()) {
      reports.push_back({member.index,
                         "participant " + std::to_string(member.index.number()),
                         Conduct::not_asked,
                         0,
                         "",
                         {}});
      continue;
    }
    const Node& node = found->second;
    NodeReport report{member.index, node.name,     Conduct::answered, 0,
                      "",           node.evidence, node.verdict};
    if (node.place == Place::excluded) {
      report.conduct = node.conduct;
      report.code = node.code;
      report.reason = node.reason;
    } else if (node.lost) {
      report.conduct = Conduct::unreachable;
      report.reason = *node.lost;
    } else if (node.place == Place::idle && of_the_silent == Conduct::silent) {
      report.conduct = Conduct::refused;  // it was busy to the end
      report.code = node.code;
      report.reason = node.reason;
    } else if (node.place == Place::asking || node.place == Place::pending) {
      report.conduct = of_the_silent;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

Outcome Coordinator::outcome() const {
  const auto unwilling = std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) {
    const Node& node = entry.second;
    return node.place == Place::excluded &&
           (node.conduct == Conduct::refused || node.conduct == Conduct::lied);
  });
  const auto others = static_cast<std::ptrdiff_t>(nodes_.size()) - unwilling;
  return unwilling == 0 || others >= quorum_.threshold ? Outcome::too_few_nodes : Outcome::refused;
}

Report Coordinator::report(Outcome outcome, Conduct of_the_silent) const {
  return {outcome, quorum_.threshold, node_reports(of_the_silent), sessions_.size()};
}

void Coordinator::plan_wake() {
  if (finished_) return;
  std::optional<std::uint64_t> soonest;
  const auto consider = [&](std::uint64_t time_ms) {
    soonest = soonest ? std::min(*soonest, time_ms) : time_ms;
  };
  std::uint64_t all_stalled = 0;
  for (const Session& session : sessions_) {
    if (is_unstalled(session)) all_stalled = std::max(all_stalled, session.stalls_at);
  }
  if (all_stalled > 0) consider(all_stalled);
  if (waits_for_the_unblamed()) consider(started_at_ + task_.hedge.least_ms);
  for (const auto& [who, node] : nodes_) {
    if (node.place == Place::idle && node.ask_at) consider(*node.ask_at);
  }
  if (soonest && soonest != wake_at_) actions_.emplace_back(WakeAt{*soonest});
  wake_at_ = soonest;
}

}  // namespace quorate::coordinator

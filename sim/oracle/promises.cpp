#include "sim/oracle/promises.h"

#include <algorithm>

#include <sodium.h>

#include "crypto/base/hex.h"
#include "crypto/base/plant.h"
#include "node/journal/journal.h"
#include "proto/record/signed_verdict.h"
#include "proto/request/request.h"
#include "proto/signing/session.h"
#include "sim/oracle/blame.h"
#include "sim/oracle/bounds.h"
#include "sim/oracle/expiry.h"
#include "sim/oracle/theatre.h"

namespace quorate::sim {

Promises::Key Promises::key(ByteView bytes) {
  Key out{};
  crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), nullptr, 0);
  return out;
}

void Promises::violate(const std::string& property, Time time, std::string what) {
  if (violations_.size() < 32) violations_.push_back({property, time, std::move(what)});
}

void Promises::judged(NodeHost& node, std::span<const node::Asked> asks,
                      std::span<const std::optional<node::Answer>> answers) {
  by_identity_.emplace(node.identity().public_key(), &node);
  if (!node.is_honest()) return;
  if (const auto unbounded = find_unbounded(asks, answers)) {
    violate("P13", node.world().queue.now(), node.name() + ": " + *unbounded);
  }
  if (const auto impatient = nodes_[&node].patience.judged(node.now(), asks, answers)) {
    violate("P5", node.world().queue.now(), node.name() + " was " + *impatient);
  }
  for (std::size_t i = 0; i < asks.size(); ++i) {
    const auto* ask = std::get_if<node::SignAsk>(&asks[i].ask);
    const auto* partial = answers[i] ? std::get_if<node::PartialAnswer>(&*answers[i]) : nullptr;
    if (ask != nullptr && partial != nullptr) {
      check_partial(node, *ask, *partial);
      check_nonce(node, *ask, *partial);
    }
  }
}

// P1, at its root: an honest node gives its share of a signature only for what its policy allows,
// and one request id stands for one statement.
void Promises::check_partial(NodeHost& node, const node::SignAsk& ask,
                             const node::PartialAnswer& answer) {
  const Time now = node.world().queue.now();
  const Result<request::Request> request = request::decode(ask.request);
  const auto verdict = record::decode_signed_verdict(answer.verdict);
  if (!request || !verdict) {
    violate("P1", now, node.name() + " signed what does not decode");
    return;
  }
  if (const auto theatre = find_theatre(ask, answer)) {
    violate("P2", now, node.name() + ": " + *theatre);
  }
  const auto quorum = quorums_.find(ask.root);
  if (quorum != quorums_.end() && ask.commitments) {
    if (const auto broken = find_broken_list(quorum->second, *ask.commitments)) {
      violate("P6", now,
              node.name() + " signed in a session that no honest node may join: " + *broken);
    }
  }
  const Key statement = key(request->statement);
  if (forbidden_.contains(statement) || !allowed_.contains(statement)) {
    violate("P1", now,
            node.name() + (forbidden_.contains(statement) ? " signed what no policy allows"
                                                          : " signed what nobody asked for"));
  }
  const auto record = record::decode(verdict->record);
  if (!record) return;
  std::uint64_t& recorded_ms = nodes_[&node].recorded_ms;
  if (const auto expired = find_expired(ask.request, recorded_ms)) {
    violate("P1", now, node.name() + " signed " + *expired);
  }
  // A verdict that stands may be of a time when the clock was ahead, and before its operator said
  // what the time is.
  if (record->time_ms <= node.now().wall_ms + node::Journal::largest_lag_ms) {
    recorded_ms = std::max(recorded_ms, record->time_ms);
  }
  const auto* decided = std::get_if<record::Verdict>(&record->body);
  if (decided == nullptr || decided->decision != record::Decision::approve) {
    violate("P1", now, node.name() + " signed without an approval");
    return;
  }
  const Key id = statement::request_id(request->statement);
  if (decided->request_id != id) {
    violate("P1", now, node.name() + " signed under another request's verdict");
  }
  const auto [known, is_new] = nodes_[&node].statements.emplace(id, statement);
  if (!is_new && known->second != statement) {
    violate("P1", now, node.name() + " took one request id for two statements");
  }
  Bytes what(ask.root.begin(), ask.root.end());
  append(what, decided->document);
  approved_.insert(key(what));
}

// P4: a nonce pair answers once, and for one session.
void Promises::check_nonce(NodeHost& node, const node::SignAsk& ask,
                           const node::PartialAnswer& answer) {
  const auto body = signing::decode_partial(answer.partial.body);
  if (!body || !ask.commitments) return;
  for (const frost::Commitment& commitment : *ask.commitments) {
    if (commitment.signer != body->partial.signer) continue;
    const auto [used, is_new] =
        nodes_[&node].spent.emplace(commitment.hiding.bytes(), body->session);
    if (!is_new) {
      violate("P4", node.world().queue.now(),
              node.name() + " used a nonce pair " +
                  (used->second == body->session ? "twice in one session" : "in two sessions"));
    }
  }
}

void Promises::leaves(NodeHost& node, const node::Asked& asked, const node::Answer& answer) {
  const auto* partial = std::get_if<node::PartialAnswer>(&answer);
  const auto* ask = std::get_if<node::SignAsk>(&asked.ask);
  const auto* refused = std::get_if<node::Refused>(&answer);
  if (refused != nullptr && !refused->verdict.empty() && node.is_honest()) {
    check_recorded(node, refused->verdict, "a refusal");
  }
  if (partial == nullptr || ask == nullptr) return;
  // Also of nodes whose disk went back: their shares are as secret as before.
  if (watches_secrecy_ && node.behaviour() == nullptr) {
    if (const auto known = secrecy_.learn(*ask, *partial)) {
      violate("P1a", node.world().queue.now(), "the adversary can compute " + *known);
    }
  }
  if (!node.is_honest()) return;
  ++partials_;
  check_recorded(node, partial->verdict, "a partial");
}

// P3: what leaves a node is on its disk, and stays there.
void Promises::check_recorded(NodeHost& node, ByteView answered, const char* what) {
  const Time now = node.world().queue.now();
  const auto said = [&](const std::string& wrong) {
    violate("P3", now, node.name() + " sent " + what + " " + wrong);
  };
  const auto verdict = record::decode_signed_verdict(answered);
  const auto receipt = verdict ? record::decode_receipt(verdict->receipt)
                               : Result<record::Receipt>(tl::unexpected(verdict.error()));
  if (!receipt) return said("without a receipt");
  const Place place{receipt->index, key(verdict->record)};
  if (!holds(node, place)) return said("whose verdict is not in its ledger");
  if (const auto shown = record::check(*receipt, verdict->record, node.core().ledger().origin(),
                                       node.identity().public_key());
      !shown) {
    said("with a receipt that does not hold");
  }
  // Rarely: something else is under way.
  if (!node.disk.is_settled() && !survives(node, place)) {
    said("whose verdict a power cut would take");
  }
  nodes_[&node].released.push_back(place);
}

// What would a power cut leave?
bool Promises::survives(NodeHost& node, const Place& place) {
  const auto copy = node.disk.durable_copy();
  const auto left = store::Store::open("/node.db", *copy);
  if (!left) return false;
  const auto ledger = ledger::Ledger::open((*left)->database(), node.core().ledger().origin(),
                                           node.identity().public_key());
  if (!ledger) return false;
  const auto leaf = (*ledger)->leaf(place.index);
  return leaf && key(leaf->record_bytes) == place.record;
}

bool Promises::holds(NodeHost& node, const Place& place) {
  const auto tree = node.core().ledger().tree();
  if (!tree || place.index >= tree->size) return false;
  const auto leaf = node.core().ledger().leaf(place.index);
  return leaf && key(leaf->record_bytes) == place.record;
}

void Promises::started(NodeHost& node) {
  by_identity_.emplace(node.identity().public_key(), &node);
  if (!node.is_honest()) return;
  const Time now = node.world().queue.now();
  OfNode& known = nodes_[&node];
  known.patience = {};
  // Where its operator vouched for the clock, this is less than before.
  known.recorded_ms = node.core().ledger().last_record_ms().value_or(0);
  for (const Place& place : known.released) {
    if (!holds(node, place)) {
      violate("P3", now,
              node.name() + " lost a verdict that it had sent (leaf " +
                  std::to_string(place.index) + ")");
      return;
    }
  }
}

void Promises::signed_by_quorum(ClientHost& client, const Request& request,
                                const coordinator::Finished& end, std::size_t sessions) {
  ++signatures_;
  if (sessions > 1) ++second_sessions_;
  const Time now = client.world().queue.now();
  const ed25519::Point& root = request.root.group_key();
  if (!ed25519::verifies(root, request.to_be_signed, end.signature)) {
    violate("P1", now, client.name() + " was given a signature that does not verify");
  }
  Bytes what;
  append(what, request.root.root_id());
  append(what, signing::document(request.to_be_signed));
  if (!approved_.contains(key(what))) {
    violate("P1", now, "a signature stands that no honest node approved");
  }
  check_blame(client, end.nodes);
}

void Promises::gave_up(ClientHost& client, const Request& /*request*/,
                       const coordinator::Report& report) {
  ++failures_;
  check_blame(client, report.nodes);
}

// P6: who is said to have lied is a liar, and anybody can see it.
void Promises::check_blame(ClientHost& client,
                           const std::vector<coordinator::NodeReport>& reports) {
  const Time now = client.world().queue.now();
  for (const coordinator::NodeReport& report : reports) {
    if (report.conduct != coordinator::Conduct::lied) continue;
    ++convictions_;
    const auto guilty =
        report.evidence
            ? coordinator::judge(*report.evidence)
            : Result<frost::Identifier>(tl::unexpected(Error{Code::malformed, "there is none"}));
    if (!guilty || *guilty != report.node) {
      violate("P6", now, report.name + " was blamed with evidence that proves nothing");
      continue;
    }
    const ceremony::Member* member = nullptr;
    for (const ceremony::Member& one : report.evidence->record.members.members) {
      if (one.index == report.node) member = &one;
    }
    const auto known = member == nullptr ? by_identity_.end() : by_identity_.find(member->identity);
    if (known != by_identity_.end() && known->second->is_honest()) {
      violate("P6", now, report.name + " is honest, and evidence convicts it");
    }
  }
}

// P5a: whoever is told to wait waits; asking without pause makes an overload last.
void Promises::pressed(ClientHost& client, const Request& request, std::size_t asks) {
  violate("P5a", client.world().queue.now(),
          client.name() + " asked one node " + std::to_string(asks) + " times for request #" +
              std::to_string(request.number));
}

void Promises::created(ClientHost& /*client*/, const leader::Finished& end) {
  quorums_.emplace(end.record.root_id(), end.record.quorum());
  if (watches_secrecy_) secrecy_.created(end.certificate, end.record, corrupt_);
}

void Promises::check_claim(const ByteArray<32>& root, ByteView message, const std::string& how,
                           Time now) {
  Bytes what(root.begin(), root.end());
  append(what, signing::document(Bytes(message.begin(), message.end())));
  if (!approved_.contains(key(what))) {
    violate("P1", now, "the adversary made a signature that no honest node approved: " + how);
  }
}

// P6 of ceremonies: who is called guilty is.
void Promises::broke_off(ClientHost& client, const ceremony::Id& /*id*/,
                         const leader::Report& report) {
  for (const leader::MemberReport& member : report.members) {
    if (member.conduct != leader::Conduct::guilty) continue;
    ++convictions_;
    for (const auto& [identity, node] : by_identity_) {
      if (node->name() == member.name && node->is_honest()) {
        violate("P6", client.world().queue.now(),
                member.name + " is honest, and was called guilty: " + member.reason);
      }
    }
  }
}

void Promises::sent(NodeHost& node, ByteView frame) {
  if (!watches_secrets_) return;
  if (const auto found = secrets_.find(frame)) {
    violate("P10", node.world().queue.now(), node.name() + " sent " + *found);
  }
}

void Promises::watch_secrets_of(NodeHost& node) {
  watches_secrets_ = true;
  const auto seed = node.identity().seed();
  secrets_.add("the identity key of " + node.name(), seed.expose());
  for (const auto& [id, value] : node.token.card().keys) {
    secrets_.add("a token key of " + node.name(), value);
  }
  node.disk.set_witness([this, &node](std::string_view file, ByteView bytes) {
    if (const auto found = secrets_.find(bytes)) {
      violate("P10", node.world().queue.now(),
              std::string(file) + " of " + node.name() + " holds " + *found);
    }
  });
}

void Promises::at_end(const std::vector<NodeHost*>& nodes, Time now) {
  std::map<std::string, std::pair<const NodeHost*, Bytes>> roots;
  for (NodeHost* node : nodes) {
    if (!node->is_honest() || !node->is_up()) continue;
    // A disk that failed is left at the next write, and there may have been none.
    if (const auto begun = node->store().begin(); !begun) {
      violate("P5", now, node->name() + " can't write: " + begun.error().message);
      continue;
    }
    // P11: the ledger hangs together to its first leaf.
    if (const Status whole = node->core().ledger().verify_all([](std::uint64_t, std::uint64_t) {});
        !whole) {
      violate("P11", now, node->name() + "'s ledger: " + whole.error().message);
    }
    const auto rows = node->store().roots().all();
    if (!rows) {
      violate("P8", now, node->name() + ": " + rows.error().message);
      continue;
    }
    for (const store::RootRow& row : *rows) {
      // P8: one root has one key and one record, whoever is asked.
      const auto [known, is_new] = roots.emplace(row.name, std::pair{node, row.record});
      if (!is_new && known->second.second != row.record) {
        violate("P8", now,
                "root " + row.name + " is another for " + node->name() + " than for " +
                    known->second.first->name());
      }
      if (!row.share) {
        violate("P8", now, node->name() + " has root " + row.name + " without its share");
      }
    }
  }
  for (const auto& [name, first] : roots) {
    const auto record = ceremony::decode_epoch_record(first.second);
    if (!record) continue;
    if (record->commitments.size() != record->members.threshold) {
      violate("P8", now,
              "root " + name + " is made for " + std::to_string(record->members.threshold) +
                  " signers, and it takes " + std::to_string(record->commitments.size()));
    }
    for (NodeHost* node : nodes) {
      const bool is_member = record->members.find(node->identity().public_key()) != nullptr;
      if (!is_member || !node->is_honest() || !node->is_up()) continue;
      const auto row = node->store().roots().find(name);
      if (row && !*row) {
        violate("P8", now,
                "root " + name + " is active at " + first.first->name() + " and not at " +
                    node->name());
      }
    }
  }
}

}  // namespace quorate::sim

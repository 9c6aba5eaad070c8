#include "tests/end_to_end/burst.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <stdexcept>

#include "client/driver/answer.h"
#include "client/home/home.h"
#include "client/home/identity.h"
#include "proto/record/checkpoint.h"
#include "proto/signing/session.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"
#include "tests/end_to_end/or_throw.h"

namespace quorate::testing {
namespace {

constexpr std::chrono::seconds patience(30);
constexpr std::uint32_t pairs_an_ask = 64;

channel::Context context_of(const home::Home& home) {
  return or_throw(channel::Context::make(channel::Side::client,
                                         or_throw(home::load_identity(home.identity()))));
}

// About the session or the node, not about the request: another session may do.
bool may_be_asked_again(const wire::v1::Refused& refused) {
  return refused.code() == number(Code::nonce_unknown) || refused.code() == number(Code::busy);
}

}  // namespace

Burst::Burst(const std::filesystem::path& folder, ceremony::EpochRecord root)
    : root_(std::move(root)),
      shares_(or_throw(root_.verification_shares())),
      context_(context_of(home::Home(folder))) {
  const home::Roster roster = or_throw(home::load_roster(home::Home(folder).roster()));
  quorum_ = roster.quorum;
  for (const home::RosterNode& place : roster.nodes) {
    const ceremony::Member* member = root_.members.find(place.identity);
    if (member == nullptr) continue;
    nodes_.push_back(std::make_unique<Node>(Node{place, member->index}));
    connect(*nodes_.back());
  }
}

// What the connections still have to say to each other ends with them.
Burst::~Burst() {
  for (const auto& node : nodes_) {
    go_down(*node);  // so that nothing begins anew
    if (node->connection) node->connection->close();
  }
  io_.restart();
  io_.poll();
}

void Burst::connect(Node& node) {
  if (node.connection) node.connection->close();
  const home::Address& address = node.place.address;
  node.connection =
      driver::Connection::open(io_, context_, {address.host, address.port, node.place.identity}, {},
                               [this, &node](const Status& opened) {
                                 if (!opened) return;
                                 node.is_up = true;
                                 open_sessions();
                               });
}

void Burst::go_down(Node& node) {
  node.is_up = false;
  node.is_asked_for_pairs = false;
  node.pairs.clear();  // its next run will not know them
}

void Burst::node_is_back(const std::string& name) {
  boost::asio::post(io_, [this, name] {
    for (const auto& node : nodes_) {
      if (node->place.name == name) connect(*node);
    }
  });
}

void Burst::ask_for_pairs(Node& node) {
  if (!node.is_up || node.is_asked_for_pairs) return;
  node.is_asked_for_pairs = true;
  wire::v1::Ask ask = driver::commit_ask(root_);
  ask.mutable_commit()->set_count(pairs_an_ask);
  node.connection->ask(std::move(ask), patience, [this, &node](const Answered& answer) {
    if (!answer) return go_down(node);
    node.is_asked_for_pairs = false;
    if (!answer->has_commitments()) {
      throw std::runtime_error(node.place.name +
                               " gives no commitments: " + answer->refused().reason());
    }
    keep(node, answer->commitments());
    open_sessions();
  });
}

void Burst::keep(Node& node, const wire::v1::Commitments& fresh) {
  for (const wire::v1::Commitment& pair : fresh.pairs()) {
    node.pairs.push_back(or_throw(wire::decode(pair)));
  }
}

std::vector<Burst::Node*> Burst::choose(const Wish& wish) {
  std::vector<Node*> wanted;
  std::vector<Node*> others;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = *nodes_[(turn_ + i) % nodes_.size()];
    if (!node.is_up) continue;
    if (node.pairs.empty()) ask_for_pairs(node);
    const bool is_wanted = std::ranges::find(wish.nodes, node.place.name) != wish.nodes.end();
    (is_wanted ? wanted : others).push_back(&node);
  }
  wanted.insert(wanted.end(), others.begin(), others.end());
  std::erase_if(wanted, [](const Node* node) { return node->pairs.empty(); });
  if (wanted.size() < root_.members.threshold) return {};
  ++turn_;
  wanted.resize(root_.members.threshold);
  std::ranges::sort(wanted, {}, [](const Node* node) { return node->index; });
  return wanted;
}

void Burst::open_sessions() {
  while (under_way_ < window && !waiting_.empty()) {
    const std::size_t wish = waiting_.front();
    const std::vector<Node*> nodes = choose((*wishes_)[wish]);
    if (nodes.empty()) return;  // commitments are on their way
    waiting_.pop_front();
    open_session(wish, nodes);
  }
}

void Burst::open_session(std::size_t wish, const std::vector<Node*>& nodes) {
  const Wish& wanted = (*wishes_)[wish];
  std::vector<frost::Commitment> commitments;
  for (Node* node : nodes) {
    commitments.push_back(node->pairs.back());
    node->pairs.pop_back();
  }
  const auto session = std::make_shared<Session>(Session{
      wish,
      or_throw(frost::Package::make(root_.quorum(), to_be_signed(wanted.statement), commitments))});
  ++under_way_;
  for (Node* node : nodes) {
    node->connection->ask(driver::sign_ask(root_, wanted.request, commitments), patience,
                          [this, node, session](const Answered& answer) {
                            on_answer(*node, session, answer);
                            open_sessions();
                          });
  }
}

void Burst::on_answer(Node& node, const std::shared_ptr<Session>& session, const Answered& answer) {
  if (!answer) {
    go_down(node);
    return end(*session, Next::ask_again);
  }
  if (answer->has_partial()) return on_partial(node, *session, answer->partial());
  const wire::v1::Refused& refused = answer->refused();
  if (refused.has_fresh()) keep(node, refused.fresh());
  if (may_be_asked_again(refused)) return end(*session, Next::ask_again);
  if (!session->is_over) {
    const auto code = code_of_number(refused.code());
    outcome_.refusals.emplace(code ? name(*code) : "unknown");
  }
  end(*session, Next::stop);
}

void Burst::on_partial(Node& node, Session& session, const wire::v1::Partial& answer) {
  if (answer.has_fresh()) keep(node, answer.fresh());
  if (session.is_over) return;
  // What every client does: without a verdict that stands in the node's ledger, no signature.
  const Bytes statement = statement::encode((*wishes_)[session.wish].statement);
  const record::Asked asked{node.place.identity, record::origin_of(quorum_, node.place.name),
                            statement::request_id(statement), root_.root_id()};
  const auto verdict = or_throw(record::decode_signed_verdict(bytes_of(answer.verdict())));
  const record::Verdict decided =
      or_throw(record::check(verdict, asked, record::Receipts::required));
  if (decided.decision != record::Decision::approve) {
    throw std::runtime_error(node.place.name + " signed what it did not approve");
  }
  const layout::Signed partial = or_throw(wire::decode(answer.partial()));
  session.partials.emplace(node.index, or_throw(signing::decode_partial(partial.body)).partial);
  session.signers.insert(node.place.name);
  if (session.partials.size() == root_.members.threshold) finish(session);
}

void Burst::finish(Session& session) {
  end(session, Next::stop);
  std::vector<frost::Partial> partials;
  for (const auto& [index, partial] : session.partials) partials.push_back(partial);
  const auto signature = frost::aggregate(partials, session.package, shares_);
  if (!signature || !ed25519::verifies(root_.group_key(), session.package.message(), *signature)) {
    throw std::runtime_error("the partial signatures do not make a signature");
  }
  const Bytes statement = statement::encode((*wishes_)[session.wish].statement);
  outcome_.artifacts.push_back({statement::request_id(statement),
                                signing::document(session.package.message()), session.signers});
  received_(outcome_.artifacts.size());
}

void Burst::end(Session& session, Next next) {
  if (std::exchange(session.is_over, true)) return;
  --under_way_;
  if (next == Next::ask_again) waiting_.push_back(session.wish);
}

Burst::Outcome Burst::run(const std::vector<Wish>& wishes,
                          const std::function<void(std::size_t)>& received) {
  wishes_ = &wishes;
  received_ = received;
  for (std::size_t wish = 0; wish < wishes.size(); ++wish) waiting_.push_back(wish);
  open_sessions();
  while (under_way_ > 0 || !waiting_.empty()) {
    io_.restart();
    if (io_.run_one_for(patience) == 0) {
      throw std::runtime_error("nothing happens any more after " +
                               std::to_string(outcome_.artifacts.size()) + " signatures");
    }
  }
  return std::exchange(outcome_, {});
}

}  // namespace quorate::testing

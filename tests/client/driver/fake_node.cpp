#include "tests/client/driver/fake_node.h"

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>

#include "proto/record/signed_verdict.h"
#include "proto/request/request.h"
#include "proto/signing/session.h"
#include "proto/statement/to_be_signed.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"
#include "tests/support/receipt.h"

namespace quorate::testing {
namespace {

ed25519::SigningKey key(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  SecretBytes<32> bytes;
  entropy.fill(bytes.writable());
  return ed25519::SigningKey(bytes);
}

std::string name_of(std::size_t place) {
  static constexpr std::array<const char*, 3> names = {"alpha", "bravo", "charlie"};
  return names.at(place);
}

wire::v1::Answer refusal(Code code, const std::string& reason) {
  wire::v1::Answer answer;
  answer.mutable_refused()->set_code(number(code));
  answer.mutable_refused()->set_reason(reason);
  return answer;
}

}  // namespace

FakeNode::FakeNode(frost::Share share, ceremony::EpochRecord record, ed25519::SigningKey identity,
                   std::uint64_t seed)
    : share_(std::move(share)),
      record_(std::move(record)),
      identity_(std::move(identity)),
      entropy_(seed) {}

void FakeNode::ask(const ed25519::Point&, wire::v1::Ask ask, Reply reply) {
  if (manner == Manner::silent) return;
  if (ask.has_describe()) {
    reply(describe());
  } else if (ask.has_commit()) {
    ++commits;
    reply(commit());
  } else if (ask.has_sign() && drops > 0) {
    --drops;
    drop();
  } else if (ask.has_sign()) {
    reply(sign(ask.sign()));
  } else {
    reply(refusal(Code::ceremony_unknown, "there are no ceremonies here"));
  }
}

wire::v1::Answer FakeNode::describe() const {
  wire::v1::Answer answer;
  wire::v1::Description& description = *answer.mutable_description();
  description.set_identity(wire::field(identity_.public_key().bytes()));
  description.set_name("fake\x1b[31m");
  description.set_custody("file (not an HSM)");
  description.set_custody_state("ready");
  description.set_policies(std::string(32, 'p'));
  wire::v1::Root& root = *description.add_roots();
  root.set_record(wire::field(ceremony::encode(record_)));
  root.set_state("active");
  return answer;
}

wire::v1::Answer FakeNode::commit() {
  frost::NoncePair pair = frost::NoncePair::generate(share_, entropy_);
  wire::v1::Answer answer;
  wire::v1::Commitments& commitments = *answer.mutable_commitments();
  commitments.set_root(wire::field(record_.root_id()));
  commitments.set_epoch(record_.members.epoch);
  commitments.set_boot(std::string(16, 'b'));
  *commitments.add_pairs() = wire::message_of(pair.commitment());
  const ed25519::Point hiding = pair.commitment().hiding;
  pool_.emplace(hiding, std::move(pair));
  return answer;
}

std::string FakeNode::origin() const { return "test/" + name_of(share_.holder.number() - 1u); }

// Nothing but an approval is missing, and that is written down.
wire::v1::Answer FakeNode::wait_for_approval(const statement::Statement& statement) {
  const std::string reason = "1 more of release-managers";
  const record::Salt salt{7};
  record::Verdict verdict{};
  verdict.request_id = statement::request_id(statement::encode(statement));
  verdict.root_id = record_.root_id();
  verdict.epoch = record_.members.epoch;
  verdict.kind = static_cast<std::uint8_t>(statement.kind);
  verdict.decision = record::Decision::pending;
  verdict.code = number(Code::approval_missing);
  verdict.document = {1};
  verdict.reason = record::veil(salt, bytes_of(reason));
  wire::v1::Answer answer = refusal(Code::approval_missing, reason);
  answer.mutable_refused()->set_salt(wire::field(salt));
  answer.mutable_refused()->set_verdict(wire::field(record::encode(
      with_receipt(record::sign_verdict({identity_.public_key().bytes(), 1, verdict}, identity_),
                   origin(), identity_))));
  return answer;
}

wire::v1::Answer FakeNode::sign(const wire::v1::SignRequest& message) {
  if (manner == Manner::refuses) {
    return refusal(Code::requester_not_allowed, "nobody asks \x07 this node");
  }
  const auto request = request::decode(wire::view(message.request())).value();
  const auto statement = statement::parse(request.statement).value();
  ++signs;
  if (manner == Manner::waits) return wait_for_approval(statement);
  const Bytes bytes =
      statement::to_be_signed(statement, ssh::PublicKey::of(record_.group_key())).value();
  const auto commitments = wire::decode(message.commitments()).value();
  const auto package = frost::Package::make(record_.quorum(), bytes, commitments).value();
  auto pair = pool_.extract(package.find(share_.holder)->hiding);
  frost::Partial partial = frost::sign(share_, std::move(pair.mapped()), package).value();
  if (manner == Manner::lies) partial.value = partial.value + ed25519::Scalar::of(1);

  const Bytes body = signing::encode({signing::session(record_.root_id(), package), partial});
  wire::v1::Answer answer;
  *answer.mutable_partial()->mutable_partial() =
      wire::message_of(layout::Signed{body, layout::sign(identity_, signing::partial_label, body)});
  record::Verdict verdict{};
  verdict.request_id = statement::request_id(request.statement);
  verdict.root_id = record_.root_id();
  verdict.epoch = record_.members.epoch;
  verdict.kind = static_cast<std::uint8_t>(statement.kind);
  verdict.decision = record::Decision::approve;
  verdict.document = statement::document(bytes);
  verdict.not_after = statement.not_after;
  const record::SignedVerdict made =
      with_receipt(record::sign_verdict({identity_.public_key().bytes(), 1, verdict}, identity_),
                   origin(), identity_);
  answer.mutable_partial()->set_verdict(wire::field(record::encode(made)));
  return answer;
}

FakeQuorum::FakeQuorum() : client_(key(99)) {
  SeededEntropy entropy(1);
  DealtRoot root = deal(2, 3, entropy);
  ceremony::EpochRecord record{"files", "file", {1, 2, {}}, root.commitments, {}};
  std::vector<ed25519::SigningKey> identities;
  for (std::uint16_t i = 1; i <= 3; ++i) {
    identities.push_back(key(i));
    record.members.members.push_back({identifier(i), identities.back().public_key()});
  }
  record_ = record;
  ports_.resize(3);
  for (std::size_t i = 0; i < 3; ++i) {
    nodes_.push_back(std::make_unique<FakeNode>(std::move(root.shares[i]), record,
                                                std::move(identities[i]), 10 + i));
    servers_.push_back(serve(i, 0));
    ports_[i] = servers_.back()->port();
    // On the nodes' thread, and not from within the server that is asking.
    nodes_[i]->drop = [this, i] {
      boost::asio::post(loop_, [this, i] {
        is_client_known_ = false;
        servers_[i]->recheck_clients();
        is_client_known_ = true;
      });
    };
  }
  thread_ = std::thread([this] {
    const auto work = boost::asio::make_work_guard(loop_);
    loop_.run();
  });
}

FakeQuorum::~FakeQuorum() {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (servers_[i]) stop(i);
  }
  loop_.stop();
  thread_.join();
}

std::unique_ptr<server::Server> FakeQuorum::serve(std::size_t index, std::uint16_t port) {
  server::Settings settings;
  settings.listen = {boost::asio::ip::address_v4::loopback(), port};
  settings.stop = std::chrono::milliseconds(1);
  return server::Server::open(
             loop_, nodes_[index]->identity(), settings,
             [this](const ed25519::Point& client) {
               return is_client_known_ && client == client_->public_key();
             },
             *nodes_[index])
      .value();
}

home::Roster FakeQuorum::roster() const {
  home::Roster roster{"test", {}};
  for (std::size_t i = 0; i < 3; ++i) {
    roster.nodes.push_back({name_of(i),
                            "ops",
                            {"127.0.0.1", ports_[i]},
                            nodes_[i]->identity().public_key(),
                            nodes_[i]->identity().public_key()});
  }
  return roster;
}

void FakeQuorum::on_loop(const std::function<void()>& what) {
  std::promise<void> done;
  boost::asio::post(loop_, [&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

void FakeQuorum::stop(std::size_t index) {
  std::promise<void> stopped;
  on_loop([&] { servers_[index]->stop([&stopped] { stopped.set_value(); }); });
  stopped.get_future().wait();
  on_loop([&] { servers_[index].reset(); });
}

void FakeQuorum::start(std::size_t index) {
  on_loop([&] { servers_[index] = serve(index, ports_[index]); });
}

}  // namespace quorate::testing

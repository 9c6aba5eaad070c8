#include "tests/end_to_end/hand.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "client/driver/answer.h"
#include "client/driver/round.h"
#include "client/home/identity.h"
#include "client/home/known_roots.h"
#include "proto/request/approval.h"
#include "proto/signing/session.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"
#include "proto/wire/convert.h"
#include "tests/end_to_end/or_throw.h"

namespace quorate::testing {
namespace {

constexpr std::chrono::seconds patience_of_hand(30);
constexpr std::uint64_t hour_s = 3600;

std::uint64_t now_s() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

}  // namespace

Hand::Hand(const std::filesystem::path& home)
    : home_(home),
      roster_(or_throw(home::load_roster(home_.roster()))),
      quorum_(or_throw(
          driver::Quorum::make(or_throw(home::load_identity(home_.identity())), roster_.nodes))) {}

ceremony::EpochRecord Hand::root(const std::string& name) const {
  return or_throw(home::KnownRoots(home_).find(name));
}

const home::RosterNode& Hand::node(const std::string& name) const {
  const home::RosterNode* found = roster_.find(name);
  if (found == nullptr) throw std::runtime_error("no node is called " + name);
  return *found;
}

wire::v1::Answer Hand::ask(const std::string& name, wire::v1::Ask ask) {
  driver::Link* link = quorum_->find(node(name).identity);
  return or_throw(driver::ask_all(*quorum_, {{link, std::move(ask)}}, patience_of_hand,
                                  driver::Patience::until_timeout)
                      .front());
}

std::vector<frost::Commitment> Hand::commitments(const ceremony::EpochRecord& root,
                                                 const std::vector<std::string>& nodes) {
  std::vector<frost::Commitment> all;
  for (const std::string& name : nodes) {
    const wire::v1::Answer answer = ask(name, driver::commit_ask(root));
    if (!answer.has_commitments()) throw std::runtime_error(name + " gave no commitments");
    all.push_back(or_throw(wire::decode(answer.commitments().pairs(0))));
  }
  std::ranges::sort(all, {}, &frost::Commitment::signer);
  return all;
}

Said Hand::sign(const std::string& name, const ceremony::EpochRecord& root, ByteView request,
                const std::vector<frost::Commitment>& commitments) {
  const wire::v1::Answer answer = ask(name, driver::sign_ask(root, request, commitments));
  Said said;
  std::string verdict;
  if (answer.has_partial()) {
    said.code = "signed";
    const auto partial = or_throw(wire::decode(answer.partial().partial()));
    said.partial = or_throw(signing::decode_partial(partial.body)).partial;
    verdict = answer.partial().verdict();
  } else {
    const auto code = code_of_number(answer.refused().code());
    said.code = code ? std::string(quorate::name(*code)) : "unknown";
    said.reason = answer.refused().reason();
    verdict = answer.refused().verdict();
  }
  if (verdict.empty()) return said;
  const auto decoded = or_throw(request::decode(request));
  const record::Asked asked{node(name).identity, record::origin_of(roster_.quorum, name),
                            statement::request_id(decoded.statement), root.root_id()};
  const auto signed_verdict = or_throw(record::decode_signed_verdict(bytes_of(verdict)));
  said.verdict = or_throw(record::check(signed_verdict, asked, record::Receipts::required));
  return said;
}

statement::Statement statement_for(const ceremony::EpochRecord& root, statement::Kind kind,
                                   statement::Body body) {
  statement::Statement out{kind, root.root_id(), root.root,        "",
                           {},   now_s(),        now_s() + hour_s, std::move(body)};
  randombytes_buf(out.nonce.data(), out.nonce.size());
  return out;
}

request::Evidence asked_by(const Person& who, ByteView statement) {
  return {request::requester, who.sshsig(request::requester_namespace, statement)};
}

request::Evidence approved_by(const Person& who, const statement::Statement& statement) {
  const request::Approval approval{statement::request_id(statement::encode(statement)),
                                   statement.root_id, now_s(), now_s() + hour_s,
                                   request::shown_hash("what a screen showed")};
  const auto encoded = request::encode(approval);
  Bytes data(encoded.begin(), encoded.end());
  append(data, who.sshsig(request::approval_namespace, encoded));
  return {request::approval, std::move(data)};
}

Bytes request_of(const statement::Statement& statement, std::vector<request::Evidence> evidence) {
  request::Request request{statement::encode(statement), {}};
  for (request::Evidence& item : evidence) or_throw(request::add(request, std::move(item)));
  return request::encode(request);
}

Bytes to_be_signed(const statement::Statement& statement) {
  return or_throw(
      statement::to_be_signed(statement, or_throw(statement::ed25519_root(statement.root_id))));
}

bool is_a_signature(const ceremony::EpochRecord& root, const Bytes& to_be_signed,
                    const std::vector<frost::Commitment>& commitments,
                    const std::vector<frost::Partial>& partials) {
  const auto package = or_throw(frost::Package::make(root.quorum(), to_be_signed, commitments));
  const auto signature = frost::aggregate(partials, package, or_throw(root.verification_shares()));
  return signature && ed25519::verifies(root.group_key(), to_be_signed, *signature);
}

}  // namespace quorate::testing

// How ceremonies end: by a certificate, by an abort, by their time.

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/ceremony/administrators.h"
#include "node/ceremony/ceremonies.h"
#include "node/ceremony/events.h"
#include "proto/ceremony/blame.h"
#include "proto/ceremony/message.h"

namespace quorate::node {

using ceremony::AbortReason;
using ceremony::Proposal;
using record::CeremonyEvent;
using store::CeremonyState;

namespace {

bool is_unconfirmed(const store::CeremonyRow& row) {
  return row.state == CeremonyState::hello_sent || row.state == CeremonyState::dealt;
}

// The complaint among the messages, by what it says and who signed it.
struct Complained {
  Signed complaint;
  Signed deal;
};
std::optional<Complained> find_complaint(const Proposal& proposal,
                                         const std::vector<Signed>& messages) {
  for (const Signed& message : messages) {
    const auto complaint = ceremony::decode_complaint(message.body);
    if (!complaint) continue;
    const ceremony::Member* complainant = proposal.target.find(complaint->complainant);
    if (complainant == nullptr ||
        !layout::verifies(complainant->identity, ceremony::complaint_label, message.body,
                          message.signature)) {
      continue;
    }
    for (const Signed& deal : messages) {
      if (ceremony::deal_body_hash(deal.body) == complaint->deal_body) {
        return Complained{message, deal};
      }
    }
  }
  return std::nullopt;
}

// Which step two messages of one member contradict each other in, if any.
Result<frost::Identifier> judge_pair(const Proposal& proposal, const Signed& one,
                                     const Signed& other) {
  auto guilty = ceremony::judge_equivocation(proposal, ceremony::hello_label, one, other);
  if (guilty) return guilty;
  return ceremony::judge_equivocation(proposal, ceremony::deal_label, one, other);
}

}  // namespace

Answered<std::string> Ceremonies::activate(const ceremony::Certificate& certificate,
                                           std::uint64_t now_ms) {
  const auto record = ceremony::verify(certificate);
  if (!record) return refuse(record.error().error);
  const Result<Proposal> proposal = ceremony::decode_proposal(certificate.proposal);
  QUORATE_INVARIANT(proposal.has_value());  // verify() decoded it
  if (const auto member = self(*proposal); !member) return tl::unexpected(member.error());

  const ceremony::Id id = ceremony::id(*proposal);
  Result<std::optional<Row>> known = store_.ceremonies().find(id);
  if (!known) return refuse(known.error());
  // A certificate wins over everything but another certificate: it holds our own confirm, so a
  // ceremony that we can't remember is one whose memory we lost, and its share with it.
  Row row = *known ? std::move(**known) : Row();
  if (row.state == CeremonyState::active) return std::string(name(row.state));
  if (QUORATE_PLANTED(B15) && unwritten_.contains(id)) row.candidate = unwritten_.at(id);
  const auto root = store_.roots().find(record->root);
  if (!root) return refuse(root.error());
  if (*root) {
    return refuse(Code::root_exists, "this node has another root called " + record->root);
  }
  row.id = id;
  row.proposal = certificate.proposal;
  row.root = record->root;
  row.not_after = proposal->not_after;
  row.hello = certificate.hellos[ceremony::position(
      proposal->target, proposal->target.find(identity_.public_key())->index)];
  row.hellos = certificate.hellos;
  row.deals = certificate.deals;
  row.confirms = certificate.confirms;
  if (const Status done = activate_row(std::move(row), *record, now_ms); !done) {
    return refuse(done.error());
  }
  return std::string(name(CeremonyState::active));
}

Status Ceremonies::activate_row(Row row, const ceremony::EpochRecord& record,
                                std::uint64_t now_ms) {
  // The candidate was made for exactly this transcript, or it is not this root's share.
  const Bytes record_bytes = ceremony::encode(record);
  const bool has_share = row.candidate && row.record == record_bytes;
  if (!has_share) QUORATE_REACHED("ceremonies: active without a share");
  row.record = record_bytes;
  row.state = CeremonyState::active;
  row.receive_keys.clear();
  const store::RootRow root{record.root, record.root_id(), row.id, record_bytes,
                            has_share ? row.candidate : std::nullopt};

  QUORATE_TRY(store::Transaction transaction, store_.begin());
  QUORATE_CHECK(store_.roots().put(root));
  QUORATE_CHECK(store_.ceremonies().put(row));
  QUORATE_CHECK(journal_.ceremony(
      {row.id, CeremonyEvent::activated, record.members.epoch, record.transcript}, now_ms));
  std::vector<Row> superseded;
  for (const CeremonyState state : {CeremonyState::hello_sent, CeremonyState::dealt}) {
    QUORATE_TRY(std::vector<Row> rows, store_.ceremonies().of_state(state));
    for (Row& other : rows) {
      if (other.root != record.root || other.id == row.id) continue;
      QUORATE_CHECK(write_abort(other, AbortReason::superseded, now_ms));
      QUORATE_REACHED("ceremonies: superseded");
      superseded.push_back(std::move(other));
    }
  }
  QUORATE_CHECK(journal_.seal());
  QUORATE_CHECK(transaction.commit());
  destroy_keys(row);
  for (const Row& other : superseded) destroy_keys(other);
  return Done{};
}

Answered<Signed> Ceremonies::reject(const ceremony::Id& id, ByteView signature,
                                    std::uint64_t now_ms) {
  Answered<Row> row = find(id);
  if (!row) return tl::unexpected(std::move(row).error());
  if (const Status word = check_reject(config_, id, signature); !word) {
    return refuse(word.error());
  }
  return abort(std::move(*row), AbortReason::by_operator, now_ms);
}

Answered<Signed> Ceremonies::evidence(const ceremony::Id& id, const std::vector<Signed>& messages,
                                      std::uint64_t now_ms) {
  Answered<Row> row = find(id);
  if (!row) return tl::unexpected(std::move(row).error());
  const Result<Proposal> proposal = ceremony::decode_proposal(row->proposal);
  if (!proposal) return refuse(Code::ledger_unavailable, proposal.error().message);
  if (const auto complained = find_complaint(*proposal, messages)) {
    const auto guilty =
        ceremony::judge(*proposal, row->hellos, complained->deal, complained->complaint);
    if (!guilty) return refuse(guilty.error());
    QUORATE_REACHED("ceremonies: complaint judged");
    return abort(std::move(*row), AbortReason::complaint, now_ms);
  }
  if (messages.size() != 2) {
    return refuse(Code::malformed,
                  "evidence is a complaint with the deal that it is about, or two"
                  " messages of one member");
  }
  const auto guilty = judge_pair(*proposal, messages[0], messages[1]);
  if (!guilty) return refuse(guilty.error());
  QUORATE_REACHED("ceremonies: two messages of one member");
  return abort(std::move(*row), AbortReason::guilty_message, now_ms);
}

Answered<Signed> Ceremonies::abort(Row row, AbortReason reason, std::uint64_t now_ms) {
  if (row.state == CeremonyState::aborted) return *row.answer;  // the same bytes again
  if (!is_unconfirmed(row)) {
    return refuse(Code::ceremony_ended,
                  "this node has confirmed: nothing but its certificate leads out of that");
  }
  {
    auto transaction = store_.begin();
    if (!transaction) return refuse(transaction.error());
    if (const Status written = write_abort(row, reason, now_ms); !written) {
      return refuse(written.error());
    }
    if (const Status sealed = journal_.seal(); !sealed) return refuse(sealed.error());
    if (const Status committed = transaction->commit(); !committed) {
      return refuse(committed.error());
    }
  }
  destroy_keys(row);
  return std::move(*row.answer);
}

Status Ceremonies::write_abort(Row& row, AbortReason reason, std::uint64_t now_ms) {
  QUORATE_TRY(const Proposal proposal, ceremony::decode_proposal(row.proposal));
  const ceremony::Member* member = proposal.target.find(identity_.public_key());
  QUORATE_INVARIANT(member != nullptr);  // or it would not have been opened
  const Bytes body = ceremony::encode(ceremony::Abort{row.id, member->index, reason});
  row.answer = Signed{body, layout::sign(identity_, ceremony::abort_label, body)};
  row.receive_keys.clear();
  row.deals.clear();
  row.state = CeremonyState::aborted;
  QUORATE_CHECK(store_.ceremonies().put(row));
  return journal_.ceremony(event_of_body(row.id, CeremonyEvent::abort, 0, body), now_ms);
}

tl::unexpected<Refusal> Ceremonies::refuse_fault(const Row& row, const Proposal& proposal,
                                                 const ceremony::Fault& fault,
                                                 const std::vector<Signed>& messages,
                                                 std::uint64_t now_ms) {
  if (!fault.guilty) return refuse(fault.error);
  // What its own signature proves can't be taken back: this ceremony will never end well.
  const Answered<Signed> aborted = abort(row, AbortReason::guilty_message, now_ms);
  if (!aborted) return tl::unexpected(aborted.error());
  Refusal refusal{fault.error};
  refusal.evidence = {messages[ceremony::position(proposal.target, *fault.guilty)]};
  return tl::unexpected(std::move(refusal));
}

Status Ceremonies::expire(std::uint64_t now_ms) {
  const Result<std::uint64_t> now = journal_.judging_time_ms(now_ms);
  if (!now) return Done{};  // a clock that is behind ends nothing
  for (const CeremonyState state : {CeremonyState::hello_sent, CeremonyState::dealt}) {
    QUORATE_TRY(const std::vector<Row> rows, store_.ceremonies().of_state(state));
    for (const Row& row : rows) {
      if (*now / 1000 < row.not_after) continue;
      QUORATE_REACHED("ceremonies: expired");
      const Answered<Signed> aborted = abort(row, AbortReason::expired, now_ms);
      if (!aborted) return tl::unexpected(aborted.error().error);
    }
  }
  return Done{};
}

void Ceremonies::destroy_keys(const Row& row) {
  using custody::KeyKind;
  // Best effort: clean_up() comes back to it at the next start.
  const Status receive_key = custody_.destroy(custody::key_of_ceremony(KeyKind::ceremony, row.id));
  if (!receive_key || row.state != CeremonyState::aborted || row.candidate) return;
  // A candidate that was sealed and never confirmed: a crash may have come between.
  const Status orphan = custody_.destroy(custody::key_of_ceremony(KeyKind::share, row.id));
  if (!orphan) return;
}

Status Ceremonies::clean_up() {
  for (const CeremonyState state :
       {CeremonyState::confirmed, CeremonyState::active, CeremonyState::aborted}) {
    QUORATE_TRY(const std::vector<Row> rows, store_.ceremonies().of_state(state));
    if (state == CeremonyState::confirmed && !rows.empty()) {
      QUORATE_REACHED("ceremonies: confirmed and not active at a start");
    }
    for (const Row& row : rows) destroy_keys(row);
  }
  return Done{};
}

}  // namespace quorate::node

// Creating a root: the steps that make something secret.

#include <utility>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/ceremony/ceremonies.h"
#include "node/ceremony/events.h"
#include "proto/ceremony/message.h"

namespace quorate::node {

using ceremony::Member;
using ceremony::Proposal;
using record::CeremonyEvent;
using store::CeremonyState;

namespace {

Signed sign(const ed25519::SigningKey& identity, std::string_view label, Bytes body) {
  const ed25519::Signature signature = layout::sign(identity, label, body);
  return {std::move(body), signature};
}

}  // namespace

record::Ceremony event_of_body(const layout::Hash& ceremony, CeremonyEvent event,
                               std::uint64_t epoch, ByteView body) {
  record::Ceremony entry{ceremony, event, epoch, {}};
  crypto_hash_sha256(entry.object.data(), body.data(), body.size());
  return entry;
}

Answered<Ceremonies::Row> Ceremonies::begin(const Proposal& proposal, ByteView bytes,
                                            std::uint64_t now_ms) {
  const Answered<Member> member = self(proposal);
  if (!member) return tl::unexpected(member.error());
  const auto open = store_.ceremonies().count_open(proposal.root);
  if (!open) return refuse(open.error());
  if (open->of_root >= most_open_of_a_root || open->in_all >= most_open) {
    QUORATE_REACHED("ceremonies: too many open");
    return refuse({Code::busy, "too many ceremonies are open here; let one end, or reject it"});
  }

  const ceremony::Id id = ceremony::id(proposal);
  // Ending one of two ceremonies whose keys have one name would destroy the other's share.
  const Result<bool> namesake = store_.ceremonies().has_namesake(id);
  if (!namesake) return refuse(namesake.error());
  if (*namesake) return refuse(Code::limits, "another ceremony has this name in the token");
  std::vector<frost::Identifier> dealers;
  for (const Member& dealer : proposal.target.members) dealers.push_back(dealer.index);
  auto keys = custody_.receive_keys(id, dealers);
  if (!keys) return refuse(keys.error());
  ceremony::Hello hello{id, member->index, {}};
  for (const auto& [dealer, key] : keys->public_keys) hello.receive_keys.push_back(key);

  Row row;
  row.id = id;
  row.proposal.assign(bytes.begin(), bytes.end());
  row.root = proposal.root;
  row.not_after = proposal.not_after;
  row.hello = sign(identity_, ceremony::hello_label, ceremony::encode(hello));
  row.receive_keys = std::move(keys->sealed);
  const Status written =
      write(row,
            {{id, CeremonyEvent::opened, proposal.target.epoch, id},
             event_of_body(id, CeremonyEvent::hello, proposal.target.epoch, row.hello.body)},
            now_ms);
  if (!written) return refuse(written.error());
  return row;
}

Answered<Signed> Ceremonies::deal(Row row, const Proposal& proposal, const ceremony::Hellos& hellos,
                                  const std::vector<Signed>& messages, std::uint64_t now_ms) {
  const Answered<Member> member = self(proposal);
  if (!member) return tl::unexpected(member.error());
  const std::size_t place = ceremony::position(proposal.target, member->index);
  if (messages[place].body != row.hello.body) {
    return refuse(Code::message_differs,
                  "the hello under this node's name is not the one that it sent");
  }

  custody::DealOrder order{row.id, member->index, proposal.target.threshold, {}};
  for (const Member& receiver : proposal.target.members) {
    order.receivers.emplace(receiver.index,
                            hellos.receive_key(proposal, receiver.index, member->index));
  }
  const auto dealt = custody_.frost_deal(order);
  if (!dealt) return refuse(dealt.error());
  ceremony::Deal body{row.id, hellos.hash, member->index, dealt->commitments, dealt->proof, {}};
  for (const auto& [receiver, envelope] : dealt->envelopes) body.envelopes.push_back(envelope);

  row.hellos = messages;
  row.deal = sign(identity_, ceremony::deal_label, ceremony::encode(body));
  row.state = CeremonyState::dealt;
  const Status written = write(
      row, {event_of_body(row.id, CeremonyEvent::deal, proposal.target.epoch, row.deal->body)},
      now_ms);
  if (!written) return refuse(written.error());
  return std::move(*row.deal);
}

Answered<Signed> Ceremonies::conclude(Row row, const Proposal& proposal,
                                      const ceremony::Deals& deals,
                                      const std::vector<Signed>& messages, std::uint64_t now_ms) {
  const Answered<Member> member = self(proposal);
  if (!member) return tl::unexpected(member.error());
  const std::size_t place = ceremony::position(proposal.target, member->index);
  if (messages[place].body != row.deal->body) {
    return refuse(Code::message_differs,
                  "the deal under this node's name is not the one that it sent");
  }

  custody::CombineOrder order{
      row.id, frost::Epoch{proposal.target.epoch}, member->index, row.receive_keys, {}};
  for (const ceremony::Deal& dealt : deals.messages) {
    order.deals.emplace(dealt.sender,
                        custody::ReceivedDeal{dealt.commitments, dealt.envelopes[place]});
  }
  const auto combined = custody_.frost_combine(order);
  if (!combined) return refuse(combined.error());
  row.deals = messages;
  if (const auto* accusation = std::get_if<custody::Accusation>(&*combined)) {
    const Signed& accused = messages[ceremony::position(proposal.target, accusation->dealer)];
    return complain(std::move(row), *member, *accusation, accused, now_ms);
  }
  return confirm(std::move(row), deals.record, *member, std::get<custody::Candidate>(*combined),
                 now_ms);
}

Answered<Signed> Ceremonies::confirm(Row row, const ceremony::EpochRecord& record,
                                     const Member& member, const custody::Candidate& candidate,
                                     std::uint64_t now_ms) {
  // Said twice on purpose: custody summed what it opened, the transcript what everybody saw.
  QUORATE_INVARIANT(candidate.group_key == record.group_key());
  row.record = ceremony::encode(record);
  row.candidate = store::SealedShare{candidate.key.id, candidate.sealed};
  row.receive_keys.clear();
  row.answer = sign(identity_, ceremony::confirm_label,
                    ceremony::encode(ceremony::Confirm{record.transcript, member.index}));
  row.state = CeremonyState::confirmed;
  // As if the share need not be durable before the epoch is active.
  if (QUORATE_PLANTED(B15)) unwritten_[row.id] = *std::exchange(row.candidate, std::nullopt);
  const Status written = write(
      row, {{row.id, CeremonyEvent::confirm, record.members.epoch, record.transcript}}, now_ms);
  if (!written) return refuse(written.error());
  destroy_keys(row);
  return std::move(*row.answer);
}

Answered<Signed> Ceremonies::complain(Row row, const Member& member,
                                      const custody::Accusation& accusation,
                                      const Signed& accused_deal, std::uint64_t now_ms) {
  QUORATE_REACHED("ceremonies: complained");
  const ceremony::Complaint complaint{row.id, member.index, accusation.dealer,
                                      ceremony::deal_body_hash(accused_deal.body),
                                      accusation.receive_secret};
  row.receive_keys.clear();
  row.answer = sign(identity_, ceremony::complaint_label, ceremony::encode(complaint));
  row.state = CeremonyState::aborted;
  const Status written =
      write(row, {event_of_body(row.id, CeremonyEvent::abort, 0, row.answer->body)}, now_ms);
  if (!written) return refuse(written.error());
  destroy_keys(row);
  return std::move(*row.answer);
}

}  // namespace quorate::node

#include "proto/ceremony/transcript.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/dkg/receiver.h"
#include "proto/layout/writer.h"

namespace quorate::ceremony {

using frost::Identifier;

namespace {

tl::unexpected<Fault> fault(Code code, std::string message,
                            std::optional<Identifier> guilty = std::nullopt) {
  return tl::unexpected(Fault{{code, std::move(message)}, guilty});
}

std::string name_of(const Member& member) {
  return "member " + std::to_string(member.index.number());
}

// Each message signed by the member at its place. Which member a body claims to come from is looked
// at later: under somebody else's signature a wrong claim is guilt.
Checked<Done> check_signatures(const Side& members, std::string_view label,
                               const std::vector<Signed>& messages) {
  if (messages.size() != members.members.size()) {
    return fault(Code::wrong_participants, "a " + std::string(label) + " of each of the " +
                                               std::to_string(members.members.size()) +
                                               " members is needed, " +
                                               std::to_string(messages.size()) + " came");
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Member& member = members.members[i];
    if (!layout::verifies(member.identity, label, messages[i].body, messages[i].signature)) {
      return fault(Code::signature_invalid, "the " + std::string(label) + " of " + name_of(member) +
                                                " is not signed by its identity key");
    }
  }
  return Done{};
}

// A body that its member signed under this label, and yet no honest member could have sent.
tl::unexpected<Fault> signed_nonsense(const Member& member, const std::string& why) {
  return fault(Code::guilty, name_of(member) + ": " + why, member.index);
}

layout::Hash hash_of_bodies(std::string_view label, const std::vector<Signed>& messages) {
  Bytes bodies;
  for (const Signed& message : messages) append(bodies, message.body);
  return layout::hash(label, bodies);
}

Checked<Deal> check_deal(const Proposal& proposal, const Id& ceremony, const layout::Hash& hellos,
                         const Member& member, const Signed& message) {
  if (!is_of(ceremony, message.body)) {
    return fault(Code::ceremony_unknown,
                 "the deal of " + name_of(member) + " belongs to another ceremony");
  }
  Result<Deal> deal = decode_deal(proposal, message.body);
  if (!deal) return signed_nonsense(member, deal.error().message);
  if (deal->sender != member.index) return signed_nonsense(member, "signed for another index");
  if (deal->hellos != hellos) {
    return fault(Code::message_differs, name_of(member) + " saw other hellos than these");
  }
  if (const Status proof = dkg::check_proof(deal->sender, deal->commitments, deal->proof, ceremony);
      !proof && !QUORATE_PLANTED(B10)) {
    return signed_nonsense(member, proof.error().message);
  }
  return std::move(*deal);
}

Checked<EpochRecord> conclude(const Proposal& proposal, const Id& ceremony,
                              const layout::Hash& hellos, const layout::Hash& deals,
                              const std::vector<Deal>& messages) {
  std::vector<dkg::Commitments> commitments;
  commitments.reserve(messages.size());
  for (const Deal& deal : messages) commitments.push_back(deal.commitments);
  std::vector<Identifier> members;
  for (const Member& member : proposal.target.members) members.push_back(member.index);
  const Result<dkg::Outcome> outcome = dkg::combine(commitments, members);
  if (!outcome) return tl::unexpected(Fault{outcome.error(), std::nullopt});

  layout::Writer writer;
  writer.raw(ceremony).raw(hellos);
  if (!QUORATE_PLANTED(B11)) {
    writer.raw(deals);
    for (const ed25519::Point& commitment : outcome->commitments) writer.raw(commitment.bytes());
  }
  return EpochRecord{proposal.root, proposal.purpose, proposal.target, outcome->commitments,
                     layout::hash("transcript", writer.bytes())};
}

// By how many members this very transcript was confirmed.
std::size_t count_confirms(const EpochRecord& record, const std::vector<Signed>& confirms) {
  const auto has_confirmed = [&](const Member& member) {
    const Bytes body = encode(Confirm{record.transcript, member.index});
    return std::any_of(confirms.begin(), confirms.end(), [&](const Signed& confirm) {
      return confirm.body == body &&
             layout::verifies(member.identity, confirm_label, body, confirm.signature);
    });
  };
  return static_cast<std::size_t>(
      std::count_if(record.members.members.begin(), record.members.members.end(), has_confirmed));
}

}  // namespace

bool is_of(const Id& ceremony, ByteView body) {
  return body.size() >= ceremony.size() &&
         std::equal(ceremony.begin(), ceremony.end(), body.begin());
}

std::size_t position(const Side& side, Identifier member) {
  for (std::size_t i = 0; i < side.members.size(); ++i) {
    if (side.members[i].index == member) return i;
  }
  QUORATE_INVARIANT(false);
}

const dkg::ReceivePublicKey& Hellos::receive_key(const Proposal& proposal, Identifier receiver,
                                                 Identifier dealer) const {
  const Hello& hello = messages[position(proposal.target, receiver)];
  return hello.receive_keys[position(proposal.target, dealer)];
}

Checked<Hellos> check_hellos(const Proposal& proposal, const std::vector<Signed>& messages) {
  if (auto signatures = check_signatures(proposal.target, hello_label, messages); !signatures) {
    return tl::unexpected(signatures.error());
  }
  const Id ceremony = id(proposal);
  Hellos hellos;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Member& member = proposal.target.members[i];
    if (!is_of(ceremony, messages[i].body)) {
      return fault(Code::ceremony_unknown,
                   "the hello of " + name_of(member) + " belongs to another ceremony");
    }
    Result<Hello> hello = decode_hello(proposal, messages[i].body);
    if (!hello) return signed_nonsense(member, hello.error().message);
    if (hello->sender != member.index) return signed_nonsense(member, "signed for another index");
    hellos.messages.push_back(std::move(*hello));
  }
  hellos.hash = hash_of_bodies("hellos", messages);
  return hellos;
}

Checked<Deals> check_deals(const Proposal& proposal, const layout::Hash& hellos,
                           const std::vector<Signed>& messages) {
  if (auto signatures = check_signatures(proposal.target, deal_label, messages); !signatures) {
    return tl::unexpected(signatures.error());
  }
  const Id ceremony = id(proposal);
  std::vector<Deal> deals;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto deal = check_deal(proposal, ceremony, hellos, proposal.target.members[i], messages[i]);
    if (!deal) return tl::unexpected(deal.error());
    deals.push_back(std::move(*deal));
  }
  auto record = conclude(proposal, ceremony, hellos, hash_of_bodies("deals", messages), deals);
  if (!record) return tl::unexpected(record.error());
  return Deals{std::move(deals), std::move(*record)};
}

Checked<Done> check_confirms(const EpochRecord& record, const std::vector<Signed>& confirms) {
  if (QUORATE_PLANTED(B12) && count_confirms(record, confirms) >= record.members.threshold) {
    return Done{};
  }
  if (auto signatures = check_signatures(record.members, confirm_label, confirms); !signatures) {
    return tl::unexpected(signatures.error());
  }
  for (std::size_t i = 0; i < confirms.size(); ++i) {
    const Member& member = record.members.members[i];
    if (confirms[i].body != encode(Confirm{record.transcript, member.index})) {
      return fault(Code::message_differs,
                   name_of(member) + " confirmed another transcript than this one");
    }
  }
  return Done{};
}

layout::Hash deal_body_hash(ByteView deal_body) { return layout::hash("deal-body", deal_body); }

}  // namespace quorate::ceremony

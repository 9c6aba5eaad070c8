// A ceremony of kind `create` with all its members in one place: every message that they would
// send, and what each of them keeps to itself. A test changes one thing and looks who notices.

#pragma once

#include <vector>

#include "proto/ceremony/blame.h"
#include "proto/ceremony/certificate.h"
#include "tests/support/dealer.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::ceremony {

struct WholeCeremony {
  Proposal proposal;
  std::vector<ed25519::SigningKey> identities;
  std::vector<std::vector<dkg::ReceiveKey>> receive_keys;  // [receiver][dealer]
  std::vector<dkg::Polynomial> polynomials;
  std::vector<Signed> hellos;
  std::vector<Signed> deals;
  std::vector<Signed> confirms;

  frost::Identifier index(std::size_t place) const { return proposal.target.members[place].index; }
  std::size_t size() const { return identities.size(); }
  Signed signed_by(std::size_t place, std::string_view label, Bytes body) const {
    const ed25519::Signature signature = layout::sign(identities[place], label, body);
    return {std::move(body), signature};
  }
  Hello hello(std::size_t place) const {
    Hello hello{id(proposal), index(place), {}};
    for (const dkg::ReceiveKey& key : receive_keys[place]) {
      hello.receive_keys.push_back(key.public_key);
    }
    return hello;
  }
  Deal deal(std::size_t place, const Hellos& heard, Entropy& entropy) const {
    const Id ceremony = id(proposal);
    const dkg::Polynomial& polynomial = polynomials[place];
    Deal deal{ceremony,
              heard.hash,
              index(place),
              polynomial.commitments(),
              polynomial.prove(index(place), ceremony, ed25519::SecretScalar::draw(entropy)),
              {}};
    for (const Member& receiver : proposal.target.members) {
      deal.envelopes.push_back(dkg::seal(polynomial.at(receiver.index),
                                         heard.receive_key(proposal, receiver.index, index(place)),
                                         entropy)
                                   .value());
    }
    return deal;
  }
  // What `place` opens out of everybody's deals, added up: its share.
  ed25519::SecretScalar share(std::size_t place) const {
    std::vector<ed25519::SecretScalar> dealt;
    for (std::size_t dealer = 0; dealer < size(); ++dealer) {
      const Deal deal = decode_deal(proposal, deals[dealer].body).value();
      dealt.push_back(dkg::open(deal.envelopes[place], receive_keys[place][dealer]).value());
    }
    return dkg::sum(dealt);
  }
  Signed complaint(std::size_t complainant, std::size_t accused) const {
    const Complaint body{id(proposal), index(complainant), index(accused),
                         deal_body_hash(deals[accused].body),
                         receive_keys[complainant][accused].secret.expose()};
    return signed_by(complainant, complaint_label, encode(body));
  }
  Certificate certificate() const { return {encode(proposal), hellos, deals, confirms}; }
};

inline ed25519::SigningKey drawn_identity(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

// Members 10, 20, 30, ...: places and numbers differ.
inline WholeCeremony run(std::uint16_t threshold, std::uint16_t members, Entropy& entropy) {
  WholeCeremony whole;
  whole.proposal.root = "files";
  whole.proposal.purpose = "file";
  whole.proposal.not_before = 1'767'225'600;
  whole.proposal.not_after = 1'767'229'200;
  entropy.fill(whole.proposal.nonce);
  whole.proposal.target.epoch = 1;
  whole.proposal.target.threshold = threshold;
  for (std::uint16_t place = 0; place < members; ++place) {
    whole.identities.push_back(drawn_identity(entropy));
    whole.proposal.target.members.push_back(
        {testing::identifier(10U * (place + 1U)), whole.identities.back().public_key()});
    whole.receive_keys.emplace_back();
    for (std::uint16_t dealer = 0; dealer < members; ++dealer) {
      whole.receive_keys.back().push_back(dkg::ReceiveKey::generate(entropy));
    }
    whole.polynomials.push_back(dkg::Polynomial::draw(threshold, entropy));
  }
  for (std::size_t i = 0; i < members; ++i) {
    whole.hellos.push_back(whole.signed_by(i, hello_label, encode(whole.hello(i))));
  }
  const Hellos heard = check_hellos(whole.proposal, whole.hellos).value();
  for (std::size_t i = 0; i < members; ++i) {
    whole.deals.push_back(whole.signed_by(i, deal_label, encode(whole.deal(i, heard, entropy))));
  }
  const Deals deals = check_deals(whole.proposal, heard.hash, whole.deals).value();
  for (std::size_t i = 0; i < members; ++i) {
    whole.confirms.push_back(whole.signed_by(
        i, confirm_label, encode(Confirm{deals.record.transcript, whole.index(i)})));
  }
  return whole;
}

}  // namespace quorate::ceremony

// ceremony/create.json, decoded: a ceremony made by another implementation.

#pragma once

#include <string>
#include <vector>

#include "proto/ceremony/certificate.h"
#include "tests/support/dealer.h"
#include "tests/support/known_answers.h"

namespace quorate::ceremony {

struct CreateVector {
  const nlohmann::json json = testing::known_answers("ceremony/create.json");
  const Proposal proposal = decode_proposal(testing::bytes(json.at("proposal"))).value();
  const std::vector<Signed> hellos = messages("hello");
  const std::vector<Signed> deals = messages("deal");
  const std::vector<Signed> confirms = messages("confirm");

  static std::string key(frost::Identifier member) { return std::to_string(member.number()); }
  static Signed signed_message(const nlohmann::json& message) {
    return {testing::bytes(message.at("body")), testing::array<64>(message.at("signature"))};
  }
  // In the order of the members, which here is also that of the keys.
  std::vector<Signed> messages(const char* step) const {
    std::vector<Signed> list;
    for (const auto& message : json.at(step)) list.push_back(signed_message(message));
    return list;
  }
  std::vector<frost::Identifier> members() const {
    std::vector<frost::Identifier> list;
    for (const Member& member : proposal.target.members) list.push_back(member.index);
    return list;
  }
  ed25519::SigningKey identity(frost::Identifier member) const {
    const std::string name = json.at("members").at(key(member));
    return testing::signing_key(json.at("identities").at(name).at("seed"));
  }
  dkg::ReceiveKey receive_key(frost::Identifier receiver, frost::Identifier dealer) const {
    ByteArray<32> secret =
        testing::array<32>(json.at("receive_secret_keys").at(key(receiver)).at(key(dealer)));
    return dkg::ReceiveKey::of(SecretBytes<32>(secret));
  }
  dkg::Polynomial polynomial(frost::Identifier dealer) const {
    std::vector<ed25519::SecretScalar> coefficients;
    for (const auto& hex : json.at("deal").at(key(dealer)).at("coefficients")) {
      coefficients.push_back(testing::secret(hex));
    }
    return dkg::Polynomial::of(std::move(coefficients)).value();
  }
};

}  // namespace quorate::ceremony

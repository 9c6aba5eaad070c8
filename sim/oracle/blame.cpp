#include "sim/oracle/blame.h"

#include <algorithm>

#include "crypto/ed25519/public_arithmetic.h"
#include "proto/ceremony/blame.h"

namespace quorate::sim {

using ceremony::Proposal;
using frost::Identifier;
using layout::Signed;

namespace {

// A hello or deal that its member signed, and no honest one would have.
bool is_guilty_by_itself(const Proposal& proposal, const ceremony::Member& member,
                         const Signed& message) {
  const ceremony::Id id = ceremony::id(proposal);
  if (!ceremony::is_of(id, message.body)) return false;
  if (layout::verifies(member.identity, ceremony::hello_label, message.body, message.signature)) {
    const auto hello = ceremony::decode_hello(proposal, message.body);
    return !hello || hello->sender != member.index;
  }
  if (layout::verifies(member.identity, ceremony::deal_label, message.body, message.signature)) {
    const auto deal = ceremony::decode_deal(proposal, message.body);
    return !deal || deal->sender != member.index ||
           !dkg::check_proof(deal->sender, deal->commitments, deal->proof, id).has_value();
  }
  return false;
}

void convict_by_pairs(const Proposal& proposal, const std::vector<Signed>& evidence,
                      std::set<Identifier>& guilty) {
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    for (std::size_t k = i + 1; k < evidence.size(); ++k) {
      for (const std::string_view label : {ceremony::hello_label, ceremony::deal_label}) {
        const auto liar = ceremony::judge_equivocation(proposal, label, evidence[i], evidence[k]);
        if (liar) guilty.insert(*liar);
      }
    }
  }
}

void convict_by_complaints(const Proposal& proposal, const std::vector<Signed>& evidence,
                           std::set<Identifier>& guilty) {
  std::vector<Signed> hellos;
  for (const ceremony::Member& member : proposal.target.members) {
    const auto hello = std::find_if(evidence.begin(), evidence.end(), [&](const Signed& message) {
      return layout::verifies(member.identity, ceremony::hello_label, message.body,
                              message.signature);
    });
    if (hello != evidence.end()) hellos.push_back(*hello);
  }
  for (const Signed& complaint : evidence) {
    const auto decoded = ceremony::decode_complaint(complaint.body);
    if (!decoded) continue;
    for (const Signed& deal : evidence) {
      if (ceremony::deal_body_hash(deal.body) != decoded->deal_body) continue;
      const auto liar = ceremony::judge(proposal, hellos, deal, complaint);
      if (liar) guilty.insert(*liar);
    }
  }
}

}  // namespace

std::vector<std::string> unfounded(const std::vector<coordinator::NodeReport>& reports) {
  std::vector<std::string> found;
  for (const coordinator::NodeReport& report : reports) {
    if (report.conduct != coordinator::Conduct::lied) continue;
    if (!report.evidence) {
      found.push_back(report.name + " is called a liar, without evidence");
      continue;
    }
    const auto liar = coordinator::judge(*report.evidence);
    if (!liar) {
      found.push_back(report.name + " is called a liar, and the evidence proves nothing: " +
                      liar.error().message);
    } else if (*liar != report.node) {
      found.push_back(report.name + " is called a liar by evidence against another");
    }
  }
  return found;
}

std::set<Identifier> convicted(const Proposal& proposal, const std::vector<Signed>& evidence) {
  std::set<Identifier> guilty;
  for (const Signed& message : evidence) {
    for (const ceremony::Member& member : proposal.target.members) {
      if (is_guilty_by_itself(proposal, member, message)) guilty.insert(member.index);
    }
  }
  convict_by_pairs(proposal, evidence, guilty);
  convict_by_complaints(proposal, evidence, guilty);
  return guilty;
}

std::vector<std::string> unfounded(const Proposal& proposal, const leader::Report& report) {
  std::vector<std::string> found;
  const std::set<Identifier> guilty = convicted(proposal, report.evidence);
  for (const leader::MemberReport& member : report.members) {
    if (member.conduct == leader::Conduct::guilty && !guilty.contains(member.member)) {
      found.push_back(member.name + " is called guilty of " + member.reason +
                      ", and the evidence proves nothing");
    }
  }
  return found;
}

std::optional<std::string> find_broken_list(const frost::Quorum& quorum,
                                            const std::vector<frost::Commitment>& list) {
  if (list.size() != quorum.threshold) return "there are not exactly t signers";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool is_member = std::find(quorum.members.begin(), quorum.members.end(),
                                     list[i].signer) != quorum.members.end();
    if (!is_member) return "a signer is no member";
    if (i > 0 && !(list[i - 1].signer < list[i].signer)) {
      return "the signers are not in ascending order";
    }
    for (const ed25519::Point& point : {list[i].hiding, list[i].binding}) {
      // Neither the curve's identity nor the transparent group's, where 1 is the generator.
      const ByteArray<32> one{1};
      const auto generator =
          ed25519::PublicSum().add_base_product(ed25519::Scalar::of(1)).value_vartime();
      const bool is_transparent = generator && generator->bytes() == one;
      if (point.bytes() == (is_transparent ? ByteArray<32>{} : one)) {
        return "a commitment is the identity";
      }
    }
  }
  return std::nullopt;
}

}  // namespace quorate::sim

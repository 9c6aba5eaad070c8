// A quorum that exists on paper: names, people, policy, and what clients ask of it. From a seed and
// a few numbers come node.toml, policy.toml, requests with their evidence, proposals.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/ceremony/leader.h"
#include "node/core/core.h"
#include "proto/statement/statement.h"
#include "sim/actors/person.h"
#include "sim/actors/witness.h"
#include "sim/world/stream.h"

namespace quorate::sim {

class Setting {
 public:
  Setting(Seed seed, std::vector<std::string> node_names, std::vector<ed25519::Point> clients);

  const std::vector<std::string>& nodes() const { return nodes_; }
  std::string node_toml(const std::string& name) const;
  // What all honest nodes have in force; `revision` makes another text that means the same.
  const node::PolicyFiles& policy() const { return policy_; }

  // What the administrators sign to create a root.
  leader::Plan propose(const std::string& root, const std::string& purpose, std::uint16_t threshold,
                       const std::map<std::string, ed25519::Point>& members, std::uint64_t now_s);

  // --- requests. The client builds the to-be-signed bytes itself, as the real one does.
  statement::Statement file(const ceremony::EpochRecord& root, std::uint64_t now_s);
  statement::Statement certificate(const ceremony::EpochRecord& root, std::uint64_t now_s,
                                   const std::string& principal = "alice");
  // Signed by the requester, and by `approvers` of those who may approve.
  Request request(std::uint64_t number, const ceremony::EpochRecord& root,
                  const statement::Statement& asked, const Person& requester, std::size_t approvers,
                  std::uint64_t now_s);
  // The same, with another request's approvals in place of its own.
  Request with_approvals_of(std::uint64_t number, const ceremony::EpochRecord& root,
                            const statement::Statement& asked, const Person& requester,
                            const Request& other);

  // Without an approval, and with an id that begins with the same byte as the other's.
  Request request_like(std::uint64_t number, const Request& like, const Person& requester,
                       std::uint64_t now_s);
  // Whether the policy lets somebody ask for files of the root that is called so.
  static bool has_files(std::string_view root);

  const Person& requester() const { return people_[0]; }
  const Person& other_requester() const { return people_[1]; }
  const Person& stranger() const { return people_[5]; }
  const Person& approver(std::size_t i) const { return people_[2 + i % 2]; }

 private:
  std::string policy_toml() const;

  StreamEntropy entropy_;
  std::vector<std::string> nodes_;
  std::vector<ed25519::Point> clients_;
  std::vector<Person> people_;  // requester, other, two approvers, administrator, stranger
  node::PolicyFiles policy_;
};

}  // namespace quorate::sim

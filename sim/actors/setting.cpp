#include "sim/actors/setting.h"

#include <algorithm>
#include <array>

#include "client/ceremony/proposal.h"
#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "proto/document/ssh_key.h"
#include "proto/request/approval.h"
#include "proto/request/request.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::sim {
namespace {

constexpr std::uint64_t statement_life_s = std::uint64_t{2} * 3600;

// Roots that anybody among the users may have files of; `releases` needs an approval.
constexpr std::array plain_roots = {"files", "extra0", "extra1"};

}  // namespace

Setting::Setting(Seed seed, std::vector<std::string> node_names,
                 std::vector<ed25519::Point> clients)
    : entropy_(seed, "setting"), nodes_(std::move(node_names)), clients_(std::move(clients)) {
  for (const char* name : {"requester", "other", "carol", "dave", "admin", "stranger"}) {
    people_.push_back({name, draw_key(entropy_)});
  }
  Result<policy::Policy> loaded = policy::Policy::load(policy_toml(), "policy.toml");
  QUORATE_INVARIANT(loaded.has_value());
  policy_.policy = *std::move(loaded);
  policy_.issuers = policy_.policy.issuers();
}

std::string Setting::node_toml(const std::string& name) const {
  std::string toml = "version = 1\nname = \"" + name + "\"\nquorum = \"sim\"\noperator = \"ops-" +
                     name +
                     "\"\nlisten = \"127.0.0.1:1\"\nadministrators_needed = 1\n[custody]\nkind = "
                     "\"file\"\n";
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    toml += "[[client]]\nname = \"client" + std::to_string(i) + "\"\nidentity = \"" +
            to_hex(clients_[i].bytes()) + "\"\nroles = [\"operator\", \"auditor\"]\n";
  }
  return toml + "[[person]]\nname = \"admin\"\nkeys = [\"" + people_[4].line() +
         "\"]\nroles = [\"administrator\"]\n";
}

std::string Setting::policy_toml() const {
  std::string toml = "version = 1\n";
  for (std::size_t i = 0; i < 5; ++i) {  // not the stranger
    toml +=
        "[[person]]\nname = \"" + people_[i].name + "\"\nkeys = [\"" + people_[i].line() + "\"]\n";
  }
  for (const char* root : plain_roots) {
    toml += std::string("[[profile]]\nname = \"plain-") + root + "\"\nroot = \"" + root +
            R"("
statement = "file"
life = "24h"
requester = { groups = ["users"], evidence = "key" }
[profile.file]
namespaces = ["file", "git"]
max_size = "4GiB"
)";
  }
  return toml + R"(
[[group]]
name = "users"
members = ["requester", "other"]
[[group]]
name = "approvers"
members = ["carol", "dave", "requester"]

[[profile]]
name = "certificates"
root = "ssh-users"
statement = "ssh-user"
life = "24h"
requester = { groups = ["users"], evidence = "key" }
[profile.ssh]
principals = ["alice"]
max_validity = "24h"
subject_keys = ["ed25519"]
extensions = ["permit-pty"]
force_command = "forbidden"

[[profile]]
name = "releases"
root = "releases"
statement = "file"
life = "24h"
requester = { groups = ["users"], evidence = "key" }
[profile.file]
namespaces = ["file"]
max_size = "4GiB"
[[profile.approval]]
count = 1
groups = ["approvers"]
within = "12h"
evidence = "key"
)";
}

leader::Plan Setting::propose(const std::string& root, const std::string& purpose,
                              std::uint16_t threshold,
                              const std::map<std::string, ed25519::Point>& members,
                              std::uint64_t now_s) {
  leader::NewRoot wanted{root, purpose, threshold, {}};
  for (const auto& [name, identity] : members) wanted.members.push_back(identity);
  const auto proposal = leader::propose(wanted, now_s, entropy_);
  QUORATE_INVARIANT(proposal.has_value());
  leader::Plan plan{ceremony::encode(*proposal), {}, {}};
  plan.administrators = {people_[4].sshsig(ceremony::proposal_namespace, plan.proposal)};
  for (const ceremony::Member& member : proposal->target.members) {
    for (const auto& [name, identity] : members) {
      if (identity == member.identity) plan.names.emplace(member.index, name);
    }
  }
  return plan;
}

statement::Statement Setting::file(const ceremony::EpochRecord& root, std::uint64_t now_s) {
  statement::Statement asked{statement::Kind::file,
                             root.root_id(),
                             root.root,
                             "",
                             {},
                             now_s - 60,
                             now_s + statement_life_s,
                             statement::File{"file", {}, 5, "hello.txt"}};
  entropy_.fill(asked.nonce);
  return asked;
}

statement::Statement Setting::certificate(const ceremony::EpochRecord& root, std::uint64_t now_s,
                                          const std::string& principal) {
  statement::SshCertificate certificate{ssh::CertificateType::user,
                                        ssh::PublicKey::of(draw_key(entropy_).public_key()).blob(),
                                        principal + " laptop",
                                        {principal},
                                        now_s - 60,
                                        now_s + 8ULL * 3600,
                                        {},
                                        {}};
  statement::Statement asked{
      statement::Kind::ssh_user, root.root_id(), root.root, "", {}, now_s - 60,
      now_s + statement_life_s,  certificate};
  entropy_.fill(asked.nonce);
  return asked;
}

Request Setting::request(std::uint64_t number, const ceremony::EpochRecord& root,
                         const statement::Statement& asked, const Person& requester,
                         std::size_t approvers, std::uint64_t now_s) {
  const Bytes statement = statement::encode(asked);
  request::Request request{statement, {}};
  QUORATE_INVARIANT(request::add(
      request, {request::requester, requester.sshsig(request::requester_namespace, statement)}));
  for (std::size_t i = 0; i < approvers; ++i) {
    const auto approval =
        request::encode(request::Approval{statement::request_id(statement), asked.root_id, now_s,
                                          now_s + 3600, request::shown_hash("shown")});
    Bytes data(approval.begin(), approval.end());
    append(data, approver(i).sshsig(request::approval_namespace, approval));
    QUORATE_INVARIANT(request::add(request, {request::approval, data}));
  }
  const Result<ssh::PublicKey> key = statement::ed25519_root(root.root_id());
  QUORATE_INVARIANT(key.has_value());
  const auto to_be_signed = statement::to_be_signed(asked, *key);
  QUORATE_INVARIANT(to_be_signed.has_value());
  return {number, root, statement, request::encode(request), *to_be_signed};
}

Request Setting::request_like(std::uint64_t number, const Request& like, const Person& requester,
                              std::uint64_t now_s) {
  const std::uint8_t first = statement::request_id(like.statement).front();
  statement::Statement asked = file(like.root, now_s);
  while (statement::request_id(statement::encode(asked)).front() != first) {
    entropy_.fill(asked.nonce);
  }
  return request(number, like.root, asked, requester, 0, now_s);
}

bool Setting::has_files(std::string_view root) {
  return root == "releases" ||
         std::find(plain_roots.begin(), plain_roots.end(), root) != plain_roots.end();
}

Request Setting::with_approvals_of(std::uint64_t number, const ceremony::EpochRecord& root,
                                   const statement::Statement& asked, const Person& requester,
                                   const Request& other) {
  Request made = request(number, root, asked, requester, 0, 0);
  Result<request::Request> own = request::decode(made.bytes);
  const Result<request::Request> theirs = request::decode(other.bytes);
  QUORATE_INVARIANT(own && theirs);
  for (const request::Evidence& evidence : theirs->evidence) {
    if (evidence.type == request::approval) QUORATE_INVARIANT(request::add(*own, evidence));
  }
  made.bytes = request::encode(*own);
  return made;
}

}  // namespace quorate::sim

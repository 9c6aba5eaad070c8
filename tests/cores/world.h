// A quorum in one thread: real node cores over real databases and sealed blobs, a token in memory,
// a clock that the test moves.

#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sodium.h>

#include "client/ceremony/leader.h"
#include "client/ceremony/proposal.h"
#include "client/coordinator/coordinator.h"
#include "node/core/core.h"
#include "proto/document/sshsig.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"
#include "tests/node/custody/memory_backend.h"
#include "tests/support/person.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::testing {

inline constexpr std::uint64_t begin_of_time_s = 1'800'000'000;

// One node: what survives a crash, and a core that does not.
class Host {
 public:
  Host(std::string host_name, std::filesystem::path folder, const std::string& toml,
       const std::string& policy, std::uint64_t seed)
      : name(std::move(host_name)),
        folder_(std::move(folder)),
        entropy_(seed),
        identity_(draw_key(entropy_)),
        cosigner_(draw_key(entropy_)),
        toml_(toml),
        policy_(policy) {
    std::filesystem::create_directories(folder_);
  }

  // Everything that was in memory is gone; disk and token are as they were.
  void crash() {
    core_.reset();
    custody_.reset();
    store_.reset();
  }
  Status start(const node::Now& now) {
    QUORATE_TRY(config_, config::parse(toml_, "node.toml"));
    QUORATE_TRY(store_, store::Store::open(folder_ / "node.db"));
    custody_ = std::make_unique<custody::Custody>(token, entropy_);
    const node::Parts parts{config_, identity_, cosigner_, *store_, *custody_, entropy_};
    QUORATE_TRY(node::PolicyFiles policy, policy_files());
    QUORATE_TRY(core_, node::Core::start(parts, std::move(policy), now, node::ClockWord::none));
    return Done{};
  }
  // As after SIGHUP.
  Status reload(std::string policy, const node::Now& now) {
    policy_ = std::move(policy);
    return core_->reload(policy_files(), now);
  }
  const std::string& policy() const { return policy_; }
  // Nothing: it waits for a provider's keys.
  std::optional<node::Answer> handle(const ed25519::Point& client, node::Ask ask,
                                     const node::Now& now) {
    const node::Asked asked{client, std::move(ask)};
    return core_->handle(std::span(&asked, 1), now).front();
  }
  bool is_up() const { return core_ != nullptr; }
  node::Core& core() { return *core_; }
  store::Store& store() { return *store_; }
  std::uint64_t records() { return core_->ledger().tree().value().size; }
  const ed25519::Point& identity() const { return identity_.public_key(); }
  const ed25519::SigningKey& signing_key() const { return identity_; }
  void set_toml(std::string toml) { toml_ = std::move(toml); }
  const std::string& toml() const { return toml_; }

  std::string name;
  MemoryBackend token;
  std::map<std::string, std::string> pinned_keys;  // by issuer

 private:
  Result<node::PolicyFiles> policy_files() const {
    node::PolicyFiles files;
    QUORATE_TRY(files.policy, policy::Policy::load(policy_, "policy.toml"));
    files.issuers = files.policy.issuers();
    files.pinned_keys = pinned_keys;
    return files;
  }

  std::filesystem::path folder_;
  SeededEntropy entropy_;
  ed25519::SigningKey identity_;
  ed25519::SigningKey cosigner_;
  std::string toml_;
  std::string policy_;
  config::NodeConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<custody::Custody> custody_;
  std::unique_ptr<node::Core> core_;
};

class World {
 public:
  explicit World(std::size_t nodes = 3, std::uint64_t seed = 1)
      : entropy(seed),
        desk(draw_key(entropy)),
        administrator{draw_key(entropy)},
        requester{draw_key(entropy)},
        carol{draw_key(entropy)},
        dave{draw_key(entropy)},
        second_key_of_carol{draw_key(entropy)},
        second_key_of_requester{draw_key(entropy)} {
    const std::vector<std::string> names = {"alpha", "bravo", "charlie", "delta", "echo"};
    for (std::size_t i = 0; i < nodes; ++i) {
      hosts.push_back(std::make_unique<Host>(names[i], folder / names[i], toml(names[i]), policy(),
                                             seed * 100 + i));
      start(i);
    }
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  node::Now now() const {
    return {clock_ms, {static_cast<std::int64_t>(clock_ms - begin_of_time_s * 1000), 0}};
  }
  std::uint64_t now_s() const { return clock_ms / 1000; }
  void start(std::size_t host) {
    const Status started = hosts[host]->start(now());
    ASSERT_TRUE(started.has_value()) << started.error().message;
  }
  node::Answer ask(std::size_t host, node::Ask what) {
    return hosts[host]->handle(desk.public_key(), std::move(what), now()).value();
  }

  Bytes propose(const std::string& name, const std::string& purpose, std::uint16_t threshold) {
    leader::NewRoot root{name, purpose, threshold, {}};
    for (const auto& host : hosts) root.members.push_back(host->identity());
    return ceremony::encode(leader::propose(root, now_s(), entropy).value());
  }
  // Leads the ceremony with the client's core. nullopt where it failed.
  std::optional<ceremony::EpochRecord> create_root(const std::string& name,
                                                   const std::string& purpose,
                                                   std::uint16_t threshold = 2);

  // An encoded request for the statement, with the requester's evidence.
  Bytes request_for(const statement::Statement& asked, const Person& who) const {
    const Bytes bytes = statement::encode(asked);
    request::Request request{bytes, {}};
    EXPECT_TRUE(request::add(request, {request::requester, who.sshsig("quorate-request", bytes)}));
    return request::encode(request);
  }
  statement::Statement file_statement(const ceremony::EpochRecord& root) {
    statement::Statement asked{statement::Kind::file,
                               root.root_id(),
                               root.root,
                               "",
                               {},
                               now_s() - 60,
                               now_s() + 3600,
                               statement::File{"file", {}, 5, "hello.txt"}};
    entropy.fill(asked.nonce);
    return asked;
  }
  statement::Statement certificate_statement(const ceremony::EpochRecord& root) {
    statement::SshCertificate certificate{ssh::CertificateType::user,
                                          ssh::PublicKey::of(draw_key(entropy).public_key()).blob(),
                                          "alice laptop",
                                          {"alice"},
                                          now_s() - 60,
                                          now_s() + 8 * 3600,
                                          {},
                                          {}};
    statement::Statement asked{statement::Kind::ssh_user,
                               root.root_id(),
                               root.root,
                               "",
                               {},
                               now_s() - 60,
                               now_s() + 3600,
                               certificate};
    entropy.fill(asked.nonce);
    return asked;
  }

  // Round one and two with the given hosts, by hand.
  std::vector<frost::Commitment> commitments(const ceremony::EpochRecord& root,
                                             const std::vector<std::size_t>& chosen);
  node::Answer sign(std::size_t host, const ceremony::EpochRecord& root, const Bytes& request,
                    const std::vector<frost::Commitment>& commitments) {
    return ask(host, node::SignAsk{request, root.root_id(), root.members.epoch, commitments});
  }
  // One node's whole answer to a request, with fresh commitments of it and the next host.
  node::Answer sign_with(std::size_t host, const ceremony::EpochRecord& root,
                         const Bytes& request) {
    const std::size_t other = host == 0 ? 1 : 0;
    return sign(host, root, request,
                commitments(root, {std::min(host, other), std::max(host, other)}));
  }

  TemporaryFolder folder;  // outlives the hosts
  SeededEntropy entropy;
  ed25519::SigningKey desk;  // the client
  Person administrator;
  Person requester;
  Person carol, dave, second_key_of_carol;  // approvers
  Person second_key_of_requester;           // who is an approver as well
  std::uint64_t clock_ms = begin_of_time_s * 1000;
  std::vector<std::unique_ptr<Host>> hosts;

  // What all nodes allow: `requester` alone; releases with the word of an approver.
  std::string policy() const;

 private:
  std::string toml(const std::string& name) const;
};

inline std::string hex_of(const ed25519::Point& point) {
  std::string text(65, '\0');
  sodium_bin2hex(text.data(), text.size(), point.bytes().data(), 32);
  text.pop_back();
  return text;
}

inline std::string World::toml(const std::string& name) const {
  return "version = 1\nname = \"" + name + "\"\nquorum = \"test\"\noperator = \"ops-" + name +
         "\"\nlisten = \"127.0.0.1:1\"\nadministrators_needed = 1\n[custody]\nkind = \"file\"\n"
         "[[client]]\nname = \"desk\"\nidentity = \"" +
         hex_of(desk.public_key()) +
         "\"\nroles = [\"operator\", \"auditor\"]\n[[person]]\nname = \"admin\"\nkeys = [\"" +
         administrator.line("admin") + "\"]\nroles = [\"administrator\"]\n";
}

inline std::string World::policy() const {
  const auto person = [](const std::string& who, const std::vector<std::string>& lines) {
    std::string keys;
    for (const std::string& line : lines) keys += (keys.empty() ? "\"" : ", \"") + line + "\"";
    return "[[person]]\nname = \"" + who + "\"\nkeys = [" + keys + "]\n";
  };
  return "version = 1\n" + person("admin", {administrator.line("admin")}) +
         person("requester",
                {requester.line("requester"), second_key_of_requester.line("requester")}) +
         person("carol", {carol.line("carol"), second_key_of_carol.line("carol")}) +
         person("dave", {dave.line("dave")}) + R"(
[[group]]
name = "users"
members = ["requester"]
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
name = "plain-files"
root = "files"
statement = "file"
life = "24h"
requester = { groups = ["users"], evidence = "key" }
[profile.file]
namespaces = ["file", "git"]
max_size = "4GiB"

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
count = 2
groups = ["approvers"]
within = "12h"
evidence = "key"
[profile.limits]
per_requester = "5/1h"

[[profile]]
name = "revoking"
root = "revocations"
statement = "revocation"
life = "24h"
requester = { groups = ["users"], evidence = "key" }
)";
}

inline std::vector<frost::Commitment> World::commitments(const ceremony::EpochRecord& root,
                                                         const std::vector<std::size_t>& chosen) {
  std::vector<frost::Commitment> all;
  for (const std::size_t host : chosen) {
    const node::Answer answer = ask(host, node::Commit{root.root_id(), root.members.epoch, 1});
    const auto* pairs = std::get_if<node::Commitments>(&answer);
    if (pairs == nullptr) {
      ADD_FAILURE() << hosts[host]->name << " gave no commitments: "
                    << std::get<node::Refused>(answer).refusal.error.message;
      continue;
    }
    all.push_back(pairs->pairs.front());
  }
  return all;
}

// Carries the leader's asks to the cores, in order, and the answers back.
inline std::optional<ceremony::EpochRecord> World::create_root(const std::string& name,
                                                               const std::string& purpose,
                                                               std::uint16_t threshold) {
  const Bytes proposal = propose(name, purpose, threshold);
  leader::Plan plan{proposal, {administrator.sshsig("quorate-proposal", proposal)}, {}};
  for (std::uint16_t i = 0; i < hosts.size(); ++i) {
    plan.names.emplace(frost::Identifier::make(i + 1u).value(), hosts[i]->name);
  }
  leader::Leader leader = leader::Leader::make(std::move(plan)).value();
  std::vector<leader::Action> todo = leader.handle(clock_ms, leader::Start{});
  while (!todo.empty()) {
    const leader::Action action = todo.front();
    todo.erase(todo.begin());
    if (const auto* finished = std::get_if<leader::Finished>(&action)) return finished->record;
    if (const auto* failed = std::get_if<leader::Failed>(&action)) {
      ADD_FAILURE() << failed->report.error.message;
      return std::nullopt;
    }
    const auto* send = std::get_if<leader::Send>(&action);
    if (send == nullptr) continue;  // progress, and waking up: nobody waits here
    const std::size_t host = send->member.number() - 1u;
    const node::CeremonyAsk step = std::visit(
        [](const auto& inner) -> node::CeremonyAsk {
          using Inner = std::decay_t<decltype(inner)>;
          if constexpr (std::is_same_v<Inner, leader::Open>) {
            return node::Open{inner.proposal, inner.administrators};
          } else if constexpr (std::is_same_v<Inner, leader::Hellos>) {
            return node::Hellos{inner.ceremony, inner.messages};
          } else if constexpr (std::is_same_v<Inner, leader::Deals>) {
            return node::Deals{inner.ceremony, inner.messages};
          } else if constexpr (std::is_same_v<Inner, leader::Activate>) {
            return node::Activate{inner.certificate};
          } else if constexpr (std::is_same_v<Inner, leader::Fetch>) {
            return node::Fetch{inner.ceremony};
          } else {
            return node::Evidence{inner.ceremony, inner.messages};
          }
        },
        send->ask);
    const node::Answer answer = ask(host, step);
    leader::Event event = leader::Tick{};
    if (const auto* refused = std::get_if<node::Refused>(&answer)) {
      event = leader::Refused{send->member, number(refused->refusal.error.code),
                              refused->refusal.error.message, 0};
    } else {
      const auto& result = std::get<node::CeremonyAnswer>(answer);
      if (const auto* said = std::get_if<layout::Signed>(&result)) {
        event = leader::MessageArrived{send->member, *said};
      } else if (const auto* known = std::get_if<ceremony::Certificate>(&result)) {
        event = leader::KnownArrived{send->member, *known};
      } else {
        event = leader::StateArrived{send->member, std::get<std::string>(result)};
      }
    }
    for (leader::Action& next : leader.handle(clock_ms, event)) todo.push_back(std::move(next));
  }
  ADD_FAILURE() << "the leader had nothing more to do";
  return std::nullopt;
}

inline Code code_of(const node::Answer& answer) {
  const auto* refused = std::get_if<node::Refused>(&answer);
  EXPECT_NE(refused, nullptr) << "not a refusal";
  return refused == nullptr ? Code::internal : refused->refusal.error.code;
}

}  // namespace quorate::testing

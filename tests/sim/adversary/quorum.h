// A small quorum in the simulator, with some of its nodes in the adversary's hands, and every check
// that these tests make on the way.

#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/actors/client_host.h"
#include "sim/actors/node_host.h"
#include "sim/actors/setting.h"
#include "sim/adversary/adversary.h"
#include "sim/adversary/liar.h"
#include "sim/adversary/rogue_client.h"
#include "sim/oracle/secrets.h"

namespace quorate::sim {

class Quorum final : public Witness {
 public:
  // The first `liars` nodes are the adversary's, and quicker to reach than the others.
  Quorum(Seed seed, std::size_t members, std::uint16_t threshold, std::size_t liars);
  ~Quorum() override;

  void play(std::string_view strategy);  // all liars, from now on
  leader::Plan plan(const std::string& root = "files");
  // Leads a ceremony and waits for its end. Nothing: it broke off, and `broken` says why.
  std::optional<ceremony::EpochRecord> create(const leader::Plan& plan,
                                              leader::Begin how = leader::Begin::anew);
  // A request that everybody approves, not yet made.
  Request wanted(const ceremony::EpochRecord& root, std::size_t approvers = 0);
  // One that nobody may approve.
  Request unwanted(const ceremony::EpochRecord& root);
  // Makes it and waits for its end.
  bool sign(const Request& request);
  void run(Time time);

  bool is_liar(const std::string& name) const;
  std::vector<NodeHost*> honest() const;
  // What reports said of the liars, and what was wrong with anything that honest nodes did.
  std::set<coordinator::Conduct> conducts;
  std::vector<std::string> violations;
  std::optional<leader::Report> broken;
  ceremony::Proposal proposal;  // of the last ceremony
  std::uint64_t partials = 0;   // of honest nodes

  World world;
  Adversary adversary;
  std::vector<std::unique_ptr<NodeHost>> nodes;
  std::unique_ptr<Setting> setting;
  std::unique_ptr<ClientHost> client;
  std::unique_ptr<RogueClient> rogue;

  // --- Witness
  void judged(NodeHost& node, std::span<const node::Asked> asks,
              std::span<const std::optional<node::Answer>> answers) override;
  void sent(NodeHost& node, ByteView frame) override;
  void signed_by_quorum(ClientHost& client, const Request& request,
                        const coordinator::Finished& end, std::size_t sessions) override;
  void gave_up(ClientHost& client, const Request& request,
               const coordinator::Report& report) override;
  void created(ClientHost& client, const leader::Finished& end) override;
  void broke_off(ClientHost& client, const ceremony::Id& id, const leader::Report& report) override;

 private:
  void look_at(const std::vector<coordinator::NodeReport>& reports);
  std::uint64_t now_s() const { return world.true_ms() / 1000; }

  std::uint16_t threshold_;
  std::size_t liars_;
  std::vector<std::unique_ptr<Behaviour>> behaviours_;
  std::set<Bytes> allowed_;  // statements
  std::map<ByteArray<32>, ceremony::EpochRecord> roots_;
  std::optional<ceremony::EpochRecord> created_;
  bool is_over_ = false;
  bool is_signed_ = false;
  std::uint64_t requests_ = 0;
  Secrets secrets_;
};

}  // namespace quorate::sim

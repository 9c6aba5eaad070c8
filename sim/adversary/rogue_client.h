// A client whom the nodes know, and who is after something else than a signature. It speaks the
// wire and keeps no rule of it. All that it may ever get is a refusal, or a partial signature of
// bytes that were approved: whether that holds is for the oracles to say.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/ceremony/leader.h"
#include "proto/wire/frame.h"
#include "sim/actors/client_host.h"
#include "sim/adversary/adversary.h"

namespace quorate::sim {

// What an attack is made of.
struct Orders {
  std::vector<Request> approved;     // signed by who may ask: honest nodes sign these
  std::vector<Request> unapproved;   // nobody may have these as they are
  std::optional<leader::Plan> plan;  // a proposal with its administrators, for leaders' strategies
  // May ask, and plays along: a request without the approval that it needs. He tries so many nonces
  // that its id begins as that of the other does.
  std::function<Request(const Request& like)> insider;
};

class RogueClient final : public End {
 public:
  RogueClient(World& world, Adversary& adversary, std::string name, std::vector<RosterLine> roster);
  ~RogueClient() override;
  RogueClient(const RogueClient&) = delete;
  RogueClient& operator=(const RogueClient&) = delete;

  const std::string& name() const { return name_; }
  const ed25519::SigningKey& identity() const { return identity_; }

  // One attack, by its name in client_strategies(); false where there is no such strategy, or the
  // orders lack what it is made of. It goes on by itself while the queue runs.
  bool attack(std::string_view strategy, const Orders& orders);

  struct Counts {
    std::uint64_t asks = 0;
    std::uint64_t partials = 0;
    std::uint64_t refusals = 0;
    std::uint64_t other_answers = 0;
    std::uint64_t closed = 0;  // connections, by the other side
  };
  const Counts& counts() const { return counts_; }

  // --- for attacks
  using Answered = std::function<void(const wire::v1::Answer&)>;
  // By the node's place in the roster. Connects where there is no connection.
  void ask(std::size_t node, wire::v1::Ask ask, Answered answered = {});
  void send_frame(std::size_t node, Bytes frame);
  std::optional<std::size_t> place_of(const ed25519::Point& identity) const;
  const std::vector<RosterLine>& roster() const { return roster_; }
  World& world() { return world_; }
  Adversary& adversary() { return adversary_; }

  // --- End
  void opened(ConnectionId connection) override;
  void received(ConnectionId connection, ByteView bytes) override;
  void closed(ConnectionId connection, const std::string& why) override;

 private:
  struct Link {
    ConnectionId connection = 0;  // 0: none
    bool is_open = false;
    wire::FrameReader reader;
    std::vector<Bytes> unsent;
    std::map<std::uint64_t, Answered> questions;
  };
  void answer(Link& link, const wire::v1::Answer& message);

  World& world_;
  Adversary& adversary_;
  std::string name_;
  std::vector<RosterLine> roster_;
  ed25519::SigningKey identity_;
  HostId host_;
  std::vector<Link> links_;
  std::uint64_t next_ask_ = 1;
  Counts counts_;
};

// Those for clients, and those for whoever leads a ceremony.
std::vector<Strategy> client_strategies();

}  // namespace quorate::sim

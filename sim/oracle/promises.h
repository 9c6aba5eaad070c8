// The promises of a quorum, checked on everything that happens (docs/simulation.md lists them). An
// observer that sees all: what each core answered, what each disk holds, what clients ended with.
//
//   Promises promises;
//   World world(seed, reader, promises);
//   ...
//   promises.at_end(nodes);
//   promises.violations()

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/actors/client_host.h"
#include "sim/actors/node_host.h"
#include "sim/actors/witness.h"
#include "sim/oracle/patience.h"
#include "sim/oracle/secrecy.h"
#include "sim/oracle/secrets.h"

namespace quorate::sim {

struct Violation {
  std::string property;  // P1, P3, ...
  Time time;
  std::string what;
};

class Promises : public Witness {
 public:
  // Of requests that nobody may sign as they are: a stranger's, one without its approval.
  void must_not_be_signed(const Bytes& statement) { forbidden_.insert(key(statement)); }
  // What may be signed; anything else that a node approves was made up by somebody.
  void may_be_signed(const Bytes& statement) { allowed_.insert(key(statement)); }
  void violate(const std::string& property, Time time, std::string what);

  const std::vector<Violation>& violations() const { return violations_; }
  std::uint64_t signatures() const { return signatures_; }
  std::uint64_t partials() const { return partials_; }
  std::uint64_t failures() const { return failures_; }
  std::uint64_t second_sessions() const { return second_sessions_; }
  std::uint64_t convictions() const { return convictions_; }

  // Whose knowledge is the adversary's from the beginning. In the real group secrecy is not looked
  // at: there a scalar shows nothing.
  void watch_secrecy(std::vector<ed25519::Point> corrupt) {
    corrupt_ = std::move(corrupt);
    watches_secrecy_ = true;
  }
  // P10 for this node, which outlives the promises' use: costs a look at every byte that it writes.
  void watch_secrets_of(NodeHost& node);
  // A signature that somebody made up, under a root that honest nodes have.
  void check_claim(const ByteArray<32>& root, ByteView message, const std::string& how, Time now);

  // P8, P11: what must hold of all nodes together when everything has come to rest.
  void at_end(const std::vector<NodeHost*>& nodes, Time now);

  // --- Witness
  void judged(NodeHost& node, std::span<const node::Asked> asks,
              std::span<const std::optional<node::Answer>> answers) override;
  void leaves(NodeHost& node, const node::Asked& ask, const node::Answer& answer) override;
  void sent(NodeHost& node, ByteView frame) override;
  void started(NodeHost& node) override;
  void signed_by_quorum(ClientHost& client, const Request& request,
                        const coordinator::Finished& end, std::size_t sessions) override;
  void gave_up(ClientHost& client, const Request& request,
               const coordinator::Report& report) override;
  void pressed(ClientHost& client, const Request& request, std::size_t asks) override;
  void created(ClientHost& client, const leader::Finished& end) override;
  void broke_off(ClientHost& client, const ceremony::Id& id, const leader::Report& report) override;

 private:
  using Key = ByteArray<32>;
  static Key key(ByteView bytes);
  // Where a verdict that left its node stands in the node's ledger.
  struct Place {
    std::uint64_t index;
    Key record;
  };
  struct OfNode {
    std::map<ByteArray<32>, Key> spent;  // hiding commitment -> session
    std::vector<Place> released;
    std::map<Key, Key> statements;  // request id -> statement
    std::uint64_t recorded_ms = 0;  // the latest time in its records, as far as verdicts show it
    Patience patience;
  };
  void check_partial(NodeHost& node, const node::SignAsk& ask, const node::PartialAnswer& answer);
  void check_nonce(NodeHost& node, const node::SignAsk& ask, const node::PartialAnswer& answer);
  void check_recorded(NodeHost& node, ByteView verdict, const char* what);
  bool survives(NodeHost& node, const Place& place);
  void check_blame(ClientHost& client, const std::vector<coordinator::NodeReport>& reports);
  bool holds(NodeHost& node, const Place& place);

  std::map<const NodeHost*, OfNode> nodes_;
  std::map<ed25519::Point, const NodeHost*> by_identity_;
  std::set<Key> allowed_;
  std::set<Key> forbidden_;
  std::set<Key> approved_;  // root ‖ document, by an honest node
  std::map<ByteArray<32>, frost::Quorum> quorums_;
  Secrets secrets_;
  bool watches_secrets_ = false;
  Secrecy secrecy_;
  std::vector<ed25519::Point> corrupt_;
  bool watches_secrecy_ = false;
  std::vector<Violation> violations_;
  std::uint64_t signatures_ = 0;
  std::uint64_t partials_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t second_sessions_ = 0;
  std::uint64_t convictions_ = 0;
};

}  // namespace quorate::sim

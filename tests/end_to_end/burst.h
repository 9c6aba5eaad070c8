// Many requests at once, as a build farm sends them: one connection to each node, a window of
// sessions under way on it, the next one opened with the commitments that came with the answers
// before. A request whose session broke is asked for again, with whichever nodes are there.

#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "client/driver/connection.h"
#include "client/home/roster.h"
#include "crypto/frost/aggregator.h"
#include "proto/channel/context.h"
#include "proto/statement/statement.h"
#include "tests/end_to_end/hand.h"

namespace quorate::testing {

struct Wish {
  statement::Statement statement;
  Bytes request;  // encoded, with its evidence
  // Asked first, as long as all of them are there; empty: in turns.
  std::vector<std::string> nodes = {};
};

// A signature that the client holds: the ordinary algorithm has accepted it.
struct Artifact {
  statement::RequestId request_id;
  layout::Hash document;
  std::set<std::string> signers;
};

class Burst {
 public:
  static constexpr std::size_t window = 90;

  // Connects to all nodes of the home's roster.
  Burst(const std::filesystem::path& home, ceremony::EpochRecord root);
  ~Burst();
  Burst(const Burst&) = delete;
  Burst& operator=(const Burst&) = delete;

  struct Outcome {
    std::vector<Artifact> artifacts;
    std::multiset<std::string> refusals;  // codes, of the first node that refused a wish
  };
  // Returns when each wish has its artifact, or was refused. `received` hears of each artifact, as
  // the how-many-eth it is. Throws where nothing happens for half a minute.
  Outcome run(
      const std::vector<Wish>& wishes,
      const std::function<void(std::size_t)>& received = [](std::size_t) {});

  // From any thread: that node is back.
  void node_is_back(const std::string& name);

 private:
  struct Node {
    home::RosterNode place;
    frost::Identifier index;
    std::shared_ptr<driver::Connection> connection{};
    bool is_up = false;
    bool is_asked_for_pairs = false;
    std::vector<frost::Commitment> pairs{};  // the newest is used next: the node drops old ones
  };
  struct Session {
    std::size_t wish;
    frost::Package package;
    std::map<frost::Identifier, frost::Partial> partials{};
    std::set<std::string> signers{};
    bool is_over = false;
  };
  using Answered = Result<wire::v1::Answer>;

  void connect(Node& node);
  void go_down(Node& node);
  void ask_for_pairs(Node& node);
  void keep(Node& node, const wire::v1::Commitments& fresh);
  void open_sessions();
  std::vector<Node*> choose(const Wish& wish);
  void open_session(std::size_t wish, const std::vector<Node*>& nodes);
  void on_answer(Node& node, const std::shared_ptr<Session>& session, const Answered& answer);
  void on_partial(Node& node, Session& session, const wire::v1::Partial& answer);
  void finish(Session& session);
  enum class Next { ask_again, stop };
  void end(Session& session, Next next);

  std::string quorum_;
  ceremony::EpochRecord root_;
  frost::VerificationShares shares_;
  boost::asio::io_context io_{1};
  channel::Context context_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::size_t turn_ = 0;

  const std::vector<Wish>* wishes_ = nullptr;
  std::function<void(std::size_t)> received_;
  std::deque<std::size_t> waiting_;  // wishes that no session is open for
  std::size_t under_way_ = 0;
  Outcome outcome_;
};

}  // namespace quorate::testing

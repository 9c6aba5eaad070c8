// A quorum of real signers and the network to them, in one thread and in virtual time: a whole run
// is a function of one seed.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "client/coordinator/coordinator.h"
#include "tests/support/dealer.h"
#include "tests/support/seeded_entropy.h"

namespace quorate::testing {

enum class Conduct {
  // These answer rightly in the end.
  honest,
  slow,              // later than every hedge
  forgets_thrice,    // restarts: its nonces are gone
  loses_connection,  // after it was asked, and before it answers
  answers_twice,
  busy_at_first,
  busy_to_sign,  // twice
  // These never do.
  silent,
  silent_to_sign,
  refuses,
  refuses_to_sign,
  lies,
  signs_with_another_key,
  judges_another_document,
  gives_no_receipt,
  offers_anothers_commitments,
  repeats_its_commitments,
  always_forgets,
};
inline constexpr int conducts = 18;

constexpr bool is_willing(Conduct conduct) { return conduct <= Conduct::busy_to_sign; }
std::ostream& operator<<(std::ostream& out, Conduct conduct);

struct Outcome {
  std::optional<coordinator::Finished> finished;
  std::optional<coordinator::Failed> failed;
  std::uint64_t ended_at = 0;
  std::size_t asked_to_sign = 0;
  unsigned nonces_forgotten = 0;    // how often a node said so, or was busy when asked to sign
  std::vector<std::string> faults;  // of the coordinator: rules that it broke
  std::string trace;                // every action, in order
};

class World {
 public:
  World(std::uint16_t threshold, std::vector<Conduct> conduct, std::uint64_t seed);

  const ceremony::EpochRecord& record() const { return record_; }
  const Bytes& message() const { return message_; }
  coordinator::Task task() const;
  // A pair of every node, as a client that asked ahead has it.
  std::map<frost::Identifier, coordinator::Pair> cached();

  // Before run(): another request of the same quorum, at another time, whose nodes answer after
  // what is said of each place; nothing: never.
  void set_request(std::uint64_t number);
  void begin_at(std::uint64_t now_ms) { now_ = now_ms; }
  using Latency = std::function<std::optional<std::uint64_t>(std::size_t place)>;
  void answer_after(Latency latency) { latency_ = std::move(latency); }

  Outcome run(coordinator::Coordinator& coordinator, coordinator::Start start,
              std::uint64_t deadline_ms);

 private:
  struct Node {
    frost::Identifier index;
    Conduct conduct;
    ed25519::SigningKey identity;
    const frost::Share* share;
    coordinator::Boot boot{};
    std::map<ed25519::Point, frost::NoncePair> pool;  // by hiding commitment
    std::optional<frost::Commitment> repeated;
    int asked = 0;
    std::optional<std::vector<frost::Commitment>> open_question;
  };
  struct Delivery {
    std::uint64_t time;
    std::uint64_t order;
    coordinator::Event event;
    bool answers_sign;
    bool operator>(const Delivery& other) const {
      return std::tie(time, order) > std::tie(other.time, other.order);
    }
  };

  coordinator::Fresh fresh(Node& node, std::size_t count);
  void deliver(std::uint64_t delay, coordinator::Event event, bool answers_sign = false);
  void perform(const coordinator::Action& action);
  void asked_for_commitments(Node& node);
  void asked_to_sign(Node& node, const std::vector<frost::Commitment>& commitments);
  void watch(Node& node, const std::vector<frost::Commitment>& commitments);
  coordinator::Event answer(Node& node, const std::vector<frost::Commitment>& commitments);
  Bytes verdict(const Node& node) const;
  Node& other_than(const Node& node);
  std::uint64_t latency(const Node& node);
  bool is_silent(const Node& node) const;

  SeededEntropy entropy_;
  DealtRoot root_;
  Bytes message_ = {'m', 's', 'g'};
  layout::Hash request_id_{};
  ceremony::EpochRecord record_;
  std::map<frost::Identifier, Node> nodes_;
  std::set<std::pair<frost::Identifier, ed25519::Point>> spent_;
  std::map<ed25519::Point, std::vector<frost::Commitment>> in_session_;
  std::priority_queue<Delivery, std::vector<Delivery>, std::greater<>> deliveries_;
  std::uint64_t now_ = 1000;
  std::uint64_t order_ = 0;
  Outcome outcome_;
  Latency latency_;
};

}  // namespace quorate::testing

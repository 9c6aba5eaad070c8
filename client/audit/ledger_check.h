// Verifies one ledger from its leaves alone: what each says, what follows what, and that all of
// them are what the node signed. Remembers what the other ledgers are to be compared with.
//
//   LedgerCheck check(node);
//   check.expect(cosigned tree, ...);
//   for (every leaf) check.take(leaf);
//   check.finish(note)

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/audit/finding.h"
#include "client/audit/frontier.h"
#include "client/audit/node.h"
#include "proto/record/checkpoint.h"
#include "proto/record/record.h"

namespace quorate::audit {

// How far clocks may be apart before anybody says so.
inline constexpr std::uint64_t clock_skew_ms = std::uint64_t{2} * 60 * 1000;
// Of one kind and ledger; the rest is counted.
inline constexpr std::size_t findings_limit = 20;

// An approval, as far as the others' must fit it.
struct Approved {
  Hash request_id;
  Hash root_id;
  Hash document;
  std::uint64_t epoch;
  std::uint64_t not_after;
  std::uint64_t time_ms;
  std::uint64_t index;
  std::uint8_t kind;
};

// Something that happens at all members within moments: a step of a ceremony.
struct Shared {
  Hash ceremony;
  record::CeremonyEvent event;
  std::uint64_t time_ms;
};

struct Counts {
  std::uint64_t records = 0;
  std::uint64_t approved = 0;
  std::uint64_t refused = 0;
  std::uint64_t pending = 0;
  std::uint64_t refused_unrecorded = 0;  // as records of refusals count them
  std::uint64_t starts = 0;
  std::uint64_t crashes = 0;  // starts that no stop came before
};

class LedgerCheck {
 public:
  explicit LedgerCheck(Node node);

  // The first `tree.size` leaves must lead to that root: a checkpoint that others have seen. Before
  // the first leaf.
  void expect(const record::Tree& tree, Finding otherwise);

  void take(ByteView leaf);
  // The checkpoint, whose signature is verified here.
  void finish(const std::string& note);

  const Node& node() const { return node_; }
  const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding> take_findings() { return std::move(findings_); }
  const Counts& counts() const { return counts_; }
  const std::vector<Approved>& approved() const { return approved_; }
  const std::vector<Shared>& shared() const { return shared_; }
  std::uint64_t latest_ms() const { return latest_ms_; }
  const Frontier& frontier() const { return frontier_; }

 private:
  void look_at(const record::Record& record, ByteView leaf);
  void look_at_time(const record::Record& record, ByteView leaf);
  void see(const record::Record& record, const record::Verdict& verdict, ByteView leaf);
  void see(const record::Record& record, const record::Ceremony& ceremony, ByteView leaf);
  void see(const record::Record& record, const record::PolicyChange& change, ByteView leaf);
  void see(const record::Record& record, const record::Start& start, ByteView leaf);
  void see(const record::Record& record, const record::Stop& stop, ByteView leaf);
  void see(const record::Record& record, const record::Refusals& refusals, ByteView leaf);
  void see(const record::Record& record, const record::People& people, ByteView leaf);
  void find(Kind kind, std::string what, ByteView leaf);

  struct Expected {
    Hash root;
    Finding otherwise;
  };

  Node node_;
  Frontier frontier_;  // of the leaves taken, without the one at hand
  std::multimap<std::uint64_t, Expected> expected_;
  std::uint64_t latest_ms_ = 0;
  bool is_running_ = false;  // after a start, before a stop
  std::optional<Hash> policies_;
  std::set<std::pair<Hash, record::CeremonyEvent>> ceremony_events_;
  Counts counts_;
  std::vector<Approved> approved_;
  std::vector<Shared> shared_;
  std::map<Kind, std::size_t> found_;
  std::vector<Finding> findings_;
};

}  // namespace quorate::audit

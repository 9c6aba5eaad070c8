#include "client/audit/cross_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "crypto/base/hex.h"

namespace quorate::audit {
namespace {

// How many of the latest events that two nodes share must agree on how far their clocks are apart.
constexpr std::size_t shared_events = 8;
// Of a ledger's approvals, those among which they are looked for: the newest.
constexpr std::size_t recent_approvals = 4096;

struct Entry {
  const Approved* approved;
  const Witness* witness;
};

std::string names_of(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "nobody" : out;
}

std::span<const Approved> recent(const Witness& witness) {
  const std::span<const Approved> all = witness.approved;
  return all.last(std::min(all.size(), recent_approvals));
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }

class CrossCheck {
 public:
  CrossCheck(const std::vector<Witness>& witnesses, const std::vector<ceremony::EpochRecord>& roots)
      : witnesses_(witnesses) {
    for (const ceremony::EpochRecord& root : roots) roots_.emplace(root.root_id(), &root);
  }

  CrossReport run() {
    std::vector<Entry> entries;
    for (const Witness& witness : witnesses_) {
      for (const Approved& approved : witness.approved) entries.push_back({&approved, &witness});
    }
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
      return std::tie(a.approved->request_id, a.witness->node.name, a.approved->index) <
             std::tie(b.approved->request_id, b.witness->node.name, b.approved->index);
    });
    for (auto first = entries.begin(); first != entries.end();) {
      const auto last = std::find_if(first, entries.end(), [&](const Entry& other) {
        return other.approved->request_id != first->approved->request_id;
      });
      judge({first, last});
      first = last;
    }
    compare_clocks();
    std::ranges::stable_sort(report_.findings, {}, &Finding::kind);
    return std::move(report_);
  }

 private:
  using Entries = std::vector<Entry>;

  void find(Kind kind, std::string what, const Entries& entries) {
    Finding finding{kind, {}, std::move(what), {}, {}};
    for (const Entry& entry : entries) {
      const std::string& name = entry.witness->node.name;
      if (std::ranges::find(finding.nodes, name) == finding.nodes.end()) {
        finding.nodes.push_back(name);
      }
      finding.records.push_back({name, entry.approved->index});
    }
    report_.findings.push_back(std::move(finding));
  }

  // All that the ledgers say of one request.
  void judge(const Entries& entries) {
    const Approved& first = *entries.front().approved;
    const bool is_one = std::ranges::all_of(entries, [&](const Entry& other) {
      const Approved& approved = *other.approved;
      return std::tie(approved.root_id, approved.document, approved.kind, approved.not_after) ==
             std::tie(first.root_id, first.document, first.kind, first.not_after);
    });
    if (!is_one) {
      find(Kind::two_documents,
           "the request " + to_hex(first.request_id) +
               " was approved for two documents: one of them was never asked for",
           entries);
      return;
    }
    const auto root = roots_.find(first.root_id);
    if (root == roots_.end()) {
      ++report_.unknown_roots;
    } else {
      count(*root->second, entries);
    }
  }

  void count(const ceremony::EpochRecord& root, const Entries& entries) {
    std::set<std::string> approved;
    std::uint64_t time_ms = 0;
    for (const Entry& entry : entries) {
      const bool is_member = std::ranges::any_of(root.members.members, [&](const auto& member) {
        return member.identity == entry.witness->node.identity;
      });
      if (is_member) approved.insert(entry.witness->node.name);
      time_ms = std::max(time_ms, entry.approved->time_ms);
    }
    const std::size_t needed = root.members.threshold;
    if (approved.size() >= needed) {
      ++report_.settled;
      return;
    }
    const Approved& first = *entries.front().approved;
    if (may_be_elsewhere(root, approved, time_ms, needed)) {
      report_.unsettled.push_back({first.request_id, root.root, approved.size(), needed});
      return;
    }
    find(Kind::too_few_ledgers,
         "the request " + to_hex(first.request_id) + " for the root " + root.root +
             " was approved by " + names_of(approved) + ", and " + std::to_string(needed) +
             " are needed: it came to nothing, or a node signed without writing it down",
         entries);
  }

  // Enough other members' ledgers are not here, or were last pulled before that time.
  bool may_be_elsewhere(const ceremony::EpochRecord& root, const std::set<std::string>& approved,
                        std::uint64_t time_ms, std::size_t needed) const {
    std::size_t open = approved.size();
    for (const ceremony::Member& member : root.members.members) {
      const auto witness = std::ranges::find_if(
          witnesses_, [&](const Witness& other) { return other.node.identity == member.identity; });
      if (witness == witnesses_.end()) {
        ++open;
      } else if (!approved.contains(witness->node.name) &&
                 witness->pulled_at_s * 1000 < time_ms + clock_skew_ms) {
        ++open;
      }
    }
    return open >= needed;
  }

  struct Common {
    std::uint64_t earlier_ms;  // the time that the first of the two wrote
    std::uint64_t later_ms;    // and the second
  };

  // What both wrote down within moments of each other, if their clocks agree: requests, and steps
  // of ceremonies.
  static std::vector<Common> in_common(const Witness& a, const Witness& b) {
    std::map<Hash, std::uint64_t> requests;
    for (const Approved& approved : recent(a)) {
      requests.emplace(approved.request_id, approved.time_ms);
    }
    std::map<std::pair<Hash, record::CeremonyEvent>, std::uint64_t> steps;
    for (const Shared& step : a.shared)
      steps.emplace(std::pair(step.ceremony, step.event), step.time_ms);
    std::vector<Common> common;
    for (const Approved& approved : recent(b)) {
      const auto found = requests.find(approved.request_id);
      if (found != requests.end()) common.push_back({found->second, approved.time_ms});
    }
    for (const Shared& step : b.shared) {
      const auto found = steps.find({step.ceremony, step.event});
      if (found != steps.end()) common.push_back({found->second, step.time_ms});
    }
    std::ranges::sort(common, std::greater<>(),
                      [](const Common& one) { return std::max(one.earlier_ms, one.later_ms); });
    if (common.size() > shared_events) common.resize(shared_events);
    return common;
  }

  // A request may be sent again hours later, to other nodes; so one of them proves nothing. But
  // where all of the latest are apart in the same direction, it is the clocks.
  void compare(const Witness& a, const Witness& b) {
    const std::vector<Common> common = in_common(a, b);
    if (common.empty()) return;
    const bool a_is_ahead = common.front().earlier_ms > common.front().later_ms;
    std::uint64_t least = distance(common.front().earlier_ms, common.front().later_ms);
    for (const Common& one : common) {
      if ((one.earlier_ms > one.later_ms) != a_is_ahead) return;
      least = std::min(least, distance(one.earlier_ms, one.later_ms));
    }
    if (least <= clock_skew_ms) return;
    const std::string& ahead = a_is_ahead ? a.node.name : b.node.name;
    const std::string& behind = a_is_ahead ? b.node.name : a.node.name;
    report_.findings.push_back(
        Finding{Kind::clocks_disagree,
                {a.node.name, b.node.name},
                "the clock of " + ahead + " is at least " + std::to_string(least / 1000) +
                    " s ahead of that of " + behind + ", by the last " +
                    std::to_string(common.size()) + " things that both wrote down",
                {},
                {}});
  }

  void compare_clocks() {
    for (std::size_t i = 0; i < witnesses_.size(); ++i) {
      const Witness& witness = witnesses_[i];
      // Against our own: nobody can have written records after we read them.
      if (witness.latest_ms > witness.pulled_at_s * 1000 + clock_skew_ms) {
        report_.findings.push_back(
            Finding{Kind::clocks_disagree,
                    {witness.node.name},
                    witness.node.name + " wrote a record " +
                        std::to_string((witness.latest_ms - witness.pulled_at_s * 1000) / 1000) +
                        " s after it was pulled from it, by this machine's clock",
                    {},
                    {}});
      }
      for (std::size_t j = i + 1; j < witnesses_.size(); ++j) compare(witness, witnesses_[j]);
    }
  }

  const std::vector<Witness>& witnesses_;
  std::map<ByteArray<32>, const ceremony::EpochRecord*> roots_;
  CrossReport report_;
};

}  // namespace

CrossReport cross_check(const std::vector<Witness>& witnesses,
                        const std::vector<ceremony::EpochRecord>& roots) {
  return CrossCheck(witnesses, roots).run();
}

}  // namespace quorate::audit

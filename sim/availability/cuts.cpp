#include "sim/availability/cuts.h"

#include <algorithm>
#include <bit>

namespace quorate::sim::availability {
namespace {

constexpr std::size_t most_cuts = 2000;

std::uint32_t bit(std::size_t place) { return std::uint32_t{1} << place; }

// "a", "a and b", "a, b and c"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace

Cuts::Cuts(const Quorum& quorum) : quorum_(&quorum) {
  for (std::size_t node = 0; node < quorum.nodes.size(); ++node) {
    if (quorum.nodes[node].lies) continue;  // signs nothing anyway
    const std::string& name = quorum.nodes[node].name;
    Part part{name, name, bit(node), {}};
    for (std::size_t cause = 0; cause < quorum.causes.size(); ++cause) {
      const Cause& one = quorum.causes[cause];
      const bool is_own = one.kind != Ailment::shared && one.kind != Ailment::slow;
      if (is_own && one.nodes.front() == node) part.causes.push_back(cause);
    }
    if (!part.causes.empty()) parts_.push_back(std::move(part));
  }
  for (std::size_t cause = 0; cause < quorum.causes.size(); ++cause) {
    if (quorum.causes[cause].kind != Ailment::shared) continue;
    Part part{quorum.causes[cause].cut_name, quorum.causes[cause].name, 0, {cause}};
    for (const std::size_t node : quorum.causes[cause].nodes) part.kills |= bit(node);
    parts_.push_back(std::move(part));
  }
  const std::size_t largest = quorum.nodes.size() - quorum.threshold + 1;
  for (std::size_t size = 1; size <= largest; ++size) find(size, 0, 0);
}

void Cuts::find(std::size_t size, std::size_t from, std::uint32_t parts) {
  if (found_.size() >= most_cuts) return;
  if (size == 0) {
    const bool is_minimal = std::none_of(found_.begin(), found_.end(), [&](const Found& smaller) {
      return (smaller.parts & parts) == smaller.parts;
    });
    if (is_minimal && stops(parts)) found_.push_back({parts, 0});
    return;
  }
  for (std::size_t part = from; part < parts_.size(); ++part) {
    find(size - 1, part + 1, parts | bit(part));
  }
}

bool Cuts::stops(std::uint32_t parts) const {
  std::uint32_t gone = 0;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if ((parts & bit(part)) != 0) gone |= parts_[part].kills;
  }
  std::size_t able = 0;
  for (std::size_t node = 0; node < quorum_->nodes.size(); ++node) {
    if ((gone & bit(node)) == 0 && !quorum_->nodes[node].lies) ++able;
  }
  return able < quorum_->threshold;
}

void Cuts::blame(const Timeline& timeline, Time time) {
  std::uint32_t there = 0;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    const auto& causes = parts_[part].causes;
    if (std::any_of(causes.begin(), causes.end(),
                    [&](std::size_t cause) { return timeline.is_there(cause); })) {
      there |= bit(part);
    }
  }
  std::vector<Found*> complete;
  for (Found& found : found_) {
    if ((found.parts & there) == found.parts) complete.push_back(&found);
  }
  for (Found* found : complete) {
    found->time += static_cast<double>(time) / static_cast<double>(complete.size());
  }
}

// "both nodes in ams" where they are all the nodes there.
std::string Cuts::text(const Found& found) const {
  std::vector<std::string> names;
  std::uint32_t kills = 0;
  bool is_nodes_only = true;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if ((found.parts & bit(part)) == 0) continue;
    names.push_back(parts_[part].title);
    kills |= parts_[part].kills;
    is_nodes_only = is_nodes_only && std::popcount(parts_[part].kills) == 1;
  }
  if (!is_nodes_only || names.size() < 2) return listed(names);
  const std::string& site = quorum_->nodes[static_cast<std::size_t>(std::countr_zero(kills))].site;
  for (std::size_t node = 0; node < quorum_->nodes.size(); ++node) {
    const bool is_in = (kills & bit(node)) != 0;
    if (site.empty() || is_in != (quorum_->nodes[node].site == site)) return listed(names);
  }
  const std::string all = names.size() == 2 ? "both" : "all " + std::to_string(names.size());
  return all + " nodes in " + site + " (" + listed(names) + ")";
}

std::vector<Cut> Cuts::ranked(double years) const {
  std::vector<Cut> cuts;
  for (const Found& found : found_) {
    Cut cut{{}, text(found), 0};
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      if ((found.parts & bit(part)) != 0) cut.names.push_back(parts_[part].name);
    }
    cut.minutes_per_year = found.time / static_cast<double>(minute) / years;
    cuts.push_back(std::move(cut));
  }
  std::stable_sort(cuts.begin(), cuts.end(), [](const Cut& one, const Cut& other) {
    if (one.names.size() != other.names.size()) return one.names.size() < other.names.size();
    return one.minutes_per_year > other.minutes_per_year;
  });
  return cuts;
}

}  // namespace quorate::sim::availability

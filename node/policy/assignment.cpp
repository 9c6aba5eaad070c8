#include "node/policy/assignment.h"

#include <algorithm>

namespace quorate::policy {
namespace {

// Kuhn's algorithm: a place that finds nobody free asks somebody to move to another place.
class Matching {
 public:
  Matching(const std::vector<std::vector<std::size_t>>& fits, std::vector<std::size_t> places)
      : fits_(fits), places_(std::move(places)), place_of_(fits.size()) {}

  bool fill(std::size_t place) {
    std::vector<bool> asked(fits_.size());
    return fill(place, asked);
  }
  const std::vector<std::optional<std::size_t>>& place_of() const { return place_of_; }

 private:
  bool fill(std::size_t place, std::vector<bool>& asked) {
    for (std::size_t person = 0; person < fits_.size(); ++person) {
      const auto& rules = fits_[person];
      if (asked[person] || std::find(rules.begin(), rules.end(), places_[place]) == rules.end()) {
        continue;
      }
      asked[person] = true;
      if (!place_of_[person] || fill(*place_of_[person], asked)) {
        place_of_[person] = place;
        return true;
      }
    }
    return false;
  }

  const std::vector<std::vector<std::size_t>>& fits_;
  std::vector<std::size_t> places_;  // the rule that each place belongs to
  std::vector<std::optional<std::size_t>> place_of_;
};

}  // namespace

bool Assignment::is_complete() const {
  return std::all_of(lacking.begin(), lacking.end(), [](std::uint64_t many) { return many == 0; });
}

Assignment assign(const std::vector<std::vector<std::size_t>>& fits,
                  const std::vector<std::uint64_t>& counts) {
  std::vector<std::size_t> places;
  for (std::size_t rule = 0; rule < counts.size(); ++rule) {
    places.insert(places.end(), counts[rule], rule);
  }
  Assignment out{std::vector<std::optional<std::size_t>>(fits.size()), counts};
  Matching matching(fits, places);
  for (std::size_t place = 0; place < places.size(); ++place) {
    if (matching.fill(place)) --out.lacking[places[place]];
  }
  for (std::size_t person = 0; person < fits.size(); ++person) {
    if (const auto place = matching.place_of()[person]) out.rule_of[person] = places[*place];
  }
  return out;
}

}  // namespace quorate::policy

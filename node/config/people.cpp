#include "node/config/people.h"

#include <algorithm>

namespace quorate::config {

bool People::add(const std::string& person, const ssh::PublicKey& key) {
  names_.insert(person);
  return keys_.emplace(key, person).second;
}

void People::add_role(const std::string& person, PersonRole role) { roles_.emplace(person, role); }

std::optional<std::string> People::person_of(const ssh::PublicKey& key) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

bool People::has_role(const std::string& person, PersonRole role) const {
  return roles_.contains({person, role});
}

std::size_t People::count(PersonRole role) const {
  return static_cast<std::size_t>(std::count_if(
      roles_.begin(), roles_.end(), [&](const auto& entry) { return entry.second == role; }));
}

}  // namespace quorate::config

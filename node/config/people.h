// Who is who for this node: persons, their keys, and who may administrate.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "proto/document/ssh_key.h"
#include "proto/layout/labelled.h"
#include "proto/request/judgement.h"

namespace quorate::config {

enum class PersonRole { administrator, operator_ };

class People final : public request::People {
 public:
  // False where the key belongs to somebody already: one human must not be two persons.
  [[nodiscard]] bool add(const std::string& person, const ssh::PublicKey& key);
  void add_role(const std::string& person, PersonRole role);

  std::optional<std::string> person_of(const ssh::PublicKey& key) const override;
  bool has(const std::string& person) const { return names_.contains(person); }
  bool has_role(const std::string& person, PersonRole role) const;
  std::size_t count(PersonRole role) const;

 private:
  std::set<std::string> names_;
  std::map<ssh::PublicKey, std::string> keys_;
  std::set<std::pair<std::string, PersonRole>> roles_;
};

}  // namespace quorate::config

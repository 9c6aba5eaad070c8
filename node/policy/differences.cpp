// What distinguishes two policies by meaning: over their canonical JSON, so that no key is missed.

#include <nlohmann/json.hpp>

#include "node/policy/words.h"

namespace quorate::policy {

using nlohmann::json;

namespace {

// Goes down into objects that both have, and names what differs by its path.
void compare(const std::string& path, const json& before, const json& after,
             std::vector<std::string>& out) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) {
    for (const auto& [key, value] : before.items()) {
      compare(path + "." + key, value, after.contains(key) ? after.at(key) : json(), out);
    }
    for (const auto& [key, value] : after.items()) {
      if (!before.contains(key)) compare(path + "." + key, json(), value, out);
    }
    return;
  }
  const auto shown = [](const json& value) { return value.is_null() ? "none" : value.dump(); };
  out.push_back(path + ": " + shown(before) + " -> " + shown(after));
}

// By name, so that another order of sections is no difference.
json by_name(const json& list) {
  json out = json::object();
  for (const json& one : list) out[one.at("name").get<std::string>()] = one;
  return out;
}

void compare_named(const std::string& what, const json& before, const json& after,
                   std::vector<std::string>& out) {
  for (const auto& [name, value] : before.items()) {
    if (!after.contains(name)) {
      out.push_back(what + " " + name + ": removed");
    } else {
      compare(what + " " + name, value, after.at(name), out);
    }
  }
  for (const auto& [name, value] : after.items()) {
    if (!before.contains(name)) out.push_back(what + " " + name + ": added");
  }
}

json profiles_of(const Contents& contents) {
  json out = json::object();
  for (const Profile& profile : contents.profiles) {
    json one = json::parse(canonical_json(profile));
    one["root"] = profile.root;
    out[profile.name] = std::move(one);
  }
  return out;
}

}  // namespace

std::vector<std::string> differences(const Policy& before, const Policy& after) {
  std::vector<std::string> out;
  const json people_before = json::parse(canonical_people(before.contents()));
  const json people_after = json::parse(canonical_people(after.contents()));
  struct Part {
    const char* key;
    const char* what;
  };
  for (const Part part : {Part{"persons", "person"}, {"groups", "group"}, {"issuers", "issuer"}}) {
    compare_named(part.what, by_name(people_before.at(part.key)),
                  by_name(people_after.at(part.key)), out);
  }
  compare_named("profile", profiles_of(before.contents()), profiles_of(after.contents()), out);
  return out;
}

}  // namespace quorate::policy

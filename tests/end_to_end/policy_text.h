// Pieces of a policy.toml, for tests that say who is who.

#pragma once

#include <string>
#include <vector>

namespace quorate::testing {

inline std::string quoted_list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "\"" : ", \"") + item + "\"";
  return "[" + out + "]";
}

// `keys`: public key lines.
inline std::string person(const std::string& name, const std::vector<std::string>& keys) {
  return "[[person]]\nname = \"" + name + "\"\nkeys = " + quoted_list(keys) + "\n";
}

inline std::string group(const std::string& name, const std::vector<std::string>& members) {
  return "[[group]]\nname = \"" + name + "\"\nmembers = " + quoted_list(members) + "\n";
}

// The head of a profile; its rules come after it.
inline std::string profile(const std::string& name, const std::string& root,
                           const std::string& statement, const std::string& group) {
  return "[[profile]]\nname = \"" + name + "\"\nroot = \"" + root + "\"\nstatement = \"" +
         statement + "\"\nlife = \"24h\"\nrequester = { groups = [\"" + group + "\"] }\n";
}

}  // namespace quorate::testing

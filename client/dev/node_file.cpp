#include "client/dev/node_file.h"

#include <algorithm>

#include "crypto/base/hex.h"

namespace quorate::dev {
namespace {

std::string person(std::string_view name, std::string_view key, std::string_view roles) {
  std::string text =
      "\n[[person]]\nname = \"" + std::string(name) + "\"\nkeys = [\"" + std::string(key) + "\"]\n";
  if (!roles.empty()) text += "roles = [" + std::string(roles) + "]\n";
  return text;
}

}  // namespace

std::string sections(const People& people) {
  return "\n# Added by `quorate dev up`.\n"
         "[[client]]\n"
         "name = \"dev\"\n"
         "identity = \"" +
         to_hex(people.client.bytes()) +
         "\"\n"
         "roles = [\"operator\", \"auditor\"]\n" +
         person("admin", people.administrator, "\"administrator\", \"operator\"") +
         person("requester", people.requester, "") +
         "\n[[allow]]\n"
         "root = \"ssh-users\"\n"
         "requesters = [\"requester\"]\n"
         "principals = [\"alice\", \"deploy\"]\n"
         "longest = \"24h\"\n"
         "\n[[allow]]\n"
         "root = \"files\"\n"
         "requesters = [\"requester\"]\n"
         "namespaces = [\"file\", \"git\"]\n";
}

Result<std::string> with_listen(std::string_view node_toml, std::string_view address) {
  std::size_t at = 0;
  while (at < node_toml.size()) {
    const std::size_t end = std::min(node_toml.find('\n', at), node_toml.size());
    const std::string_view line = node_toml.substr(at, end - at);
    if (line.starts_with("listen ") || line.starts_with("listen=")) {
      return std::string(node_toml.substr(0, at)) + "listen = \"" + std::string(address) + "\"" +
             std::string(node_toml.substr(end));
    }
    at = end + 1;
  }
  return fail(Code::configuration, "node.toml has no line that begins with `listen =`");
}

}  // namespace quorate::dev

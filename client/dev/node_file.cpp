#include "client/dev/node_file.h"

#include <algorithm>

#include "crypto/base/hex.h"

namespace quorate::dev {
namespace {

std::string person(std::string_view name, std::string_view key) {
  return "\n[[person]]\nname = \"" + std::string(name) + "\"\nkeys = [\"" + std::string(key) +
         "\"]\n";
}

constexpr std::string_view groups_and_profiles = R"(
[[group]]
name = "requesters"
members = ["requester"]

[[group]]
name = "approvers"
members = ["approver"]

[[profile]]
name = "people"
root = "ssh-users"
statement = "ssh-user"
requester = { groups = ["requesters"] }
[profile.ssh]
principals = ["alice", "deploy"]
max_validity = "24h"
extensions = ["permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding",
              "permit-pty", "permit-user-rc"]
force_command = "allowed"

[[profile]]
name = "any-file"
root = "files"
statement = "file"
requester = { groups = ["requesters"] }
[profile.file]
namespaces = ["file", "git"]

[[profile]]
name = "with-a-second-person"
root = "releases"
statement = "file"
requester = { groups = ["requesters"] }
[profile.file]
namespaces = ["file"]
[[profile.approval]]
count = 1
groups = ["approvers"]
within = "12h"
)";

}  // namespace

std::string sections(const People& people) {
  return "\n# Added by `quorate dev up`.\n"
         "[[client]]\n"
         "name = \"dev\"\n"
         "identity = \"" +
         to_hex(people.client.bytes()) +
         "\"\n"
         "roles = [\"operator\", \"auditor\"]\n" +
         person("admin", people.administrator) + "roles = [\"administrator\", \"operator\"]\n";
}

std::string policy(const People& people) {
  return "# Made by `quorate dev up`. Change it as you like, then send the node SIGHUP; "
         "docs/policy.md\n"
         "# has every key.\n"
         "version = 1\n" +
         person("requester", people.requester) + person("approver", people.approver) +
         std::string(groups_and_profiles);
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

#include "node/policy/policy.h"

namespace quorate::policy {

std::string initial_text() {
  return "# What this node signs, for whom. What no profile allows is refused: until you add one, "
         "this\n"
         "# node signs nothing. Every operator writes their own file; `quorate-node policy check "
         "DIR`\n"
         "# says in words what it allows, and docs/policy.md has every key.\n"
         "version = 1\n"
         "\n"
         "# [[person]]                   # who is who, for this node\n"
         "# name = \"alice\"\n"
         "# keys = [\"ssh-ed25519 AAAA...\"]\n"
         "#\n"
         "# [[group]]\n"
         "# name = \"engineers\"\n"
         "# members = [\"alice\"]\n"
         "#\n"
         "# [[profile]]\n"
         "# name = \"engineer-ssh\"\n"
         "# root = \"ssh-users\"\n"
         "# statement = \"ssh-user\"       # ssh-user, ssh-host, file, access, bundle, revocation, "
         "krl\n"
         "# requester = { groups = [\"engineers\"] }\n"
         "# [profile.ssh]\n"
         "# principals = [\"{person}\", \"deploy\"]\n"
         "# max_validity = \"24h\"\n"
         "#\n"
         "# [[profile]]\n"
         "# name = \"release-files\"\n"
         "# root = \"files\"\n"
         "# statement = \"file\"\n"
         "# requester = { groups = [\"engineers\"] }\n"
         "# [profile.file]\n"
         "# namespaces = [\"file\", \"git\"]\n";
}

}  // namespace quorate::policy

// quorate root create: leads the ceremony in which a root's key is born shared.

#include <algorithm>

#include "client/cli/client.h"
#include "client/cli/root_creation.h"
#include "client/cli/root_words.h"

namespace quorate::cli {
namespace {

constexpr double usual_timeout_s = 60;

struct CreateArguments {
  RootWish wish;
  std::string algorithm;
};

std::string proposal_in_words(const RootWish& wish) {
  std::string members;
  for (const std::string& name : wish.members) members += (members.empty() ? "" : ", ") + name;
  return "quorate: creating the root " + wish.name + " for " + wish.purpose + ": any " +
         std::to_string(wish.threshold) + " of " + std::to_string(wish.members.size()) + " (" +
         members + ") will be able to sign with it, and fewer will not";
}

Outcome<Exit> create(const CreateArguments& arguments, const Common& common,
                     const Console& console) {
  const RootWish& wish = arguments.wish;
  QUORATE_TRY(Client client, Client::open(common, console));
  if (client.known_roots().find(wish.name)) {
    return usage("there is a root " + wish.name + " already",
                 "`quorate root show " + wish.name + "` shows it; choose another name");
  }
  console.note(proposal_in_words(wish));
  if (wish.members.size() <= wish.threshold) {
    console.note(
        "quorate: warning: every member is needed for every signature: when one is gone, so "
        "is the root; take more members, or a lower threshold");
  }
  QUORATE_TRY(const ceremony::EpochRecord record, create_root(client, wish, common.timeout()));
  console.result(root_in_words(client.roster(), record), json_of(client.roster(), record));
  return Exit::done;
}

}  // namespace

void add_root_create(CLI::App& root, Chosen& chosen) {
  CLI::App& command = add_command(
      root, "create", "Lead the ceremony in which a root's key is born shared",
      "  quorate root create releases --purpose file --algorithm ed25519 --threshold 2 \\\n"
      "      --members alpha,bravo,charlie");
  const auto common = add_common(command, Nodes::asked, usual_timeout_s);
  const auto arguments = std::make_shared<CreateArguments>();
  RootWish& wish = arguments->wish;
  add_text(command, {"NAME", "what to call it"}, Need::required, wish.name);
  add_text(
      command,
      {"--purpose",
       "ssh-user-ca, ssh-host-ca, file, access, bundle or revocation: it signs nothing else", "P"},
      Need::required, wish.purpose);
  add_text(command, {"--algorithm", "ed25519", "A"}, Need::required, arguments->algorithm,
           {"ed25519"});
  add_number(command, {"--threshold", "how many nodes must sign", "T"}, wish.threshold, {2, 64});
  add_list(command, {"--members", "the nodes, by their roster's names", "A,B,..."}, Need::required,
           wish.members);
  add_path(command, {"--admin-key", "the administrator's key; else `admin` in the home", "KEY"},
           wish.administrator_key);
  choose(command, chosen, common, [arguments](const Common& all, const Console& console) {
    return create(*arguments, all, console);
  });
}

}  // namespace quorate::cli

// quorate root list, quorate root show.

#include <algorithm>

#include "client/cli/client.h"
#include "client/cli/root_words.h"
#include "proto/document/ssh_key.h"

namespace quorate::cli {
namespace {

struct RootShown {
  std::string name;
  std::string format = "words";
};

std::string formatted(const std::string& format, const home::Roster& roster,
                      const ceremony::EpochRecord& record) {
  if (format == "ssh") return ssh_line(record) + "\n";
  if (format == "pem") return pem(record);
  if (format == "jwk") return jwk(record).dump(2) + "\n";
  if (format == "json") return json_of(roster, record).dump(2) + "\n";
  return root_in_words(roster, record);
}

Outcome<Exit> show(const RootShown& arguments, const Common& common, const Console& console) {
  QUORATE_TRY(Client client, Client::open(common, console));
  QUORATE_TRY(const ceremony::EpochRecord record, client.root(arguments.name));
  console.result(formatted(arguments.format, client.roster(), record),
                 json_of(client.roster(), record));
  return Exit::done;
}

// All that is pinned here, and what the nodes that answer know besides.
Outcome<Exit> list(const Common& common, const Console& console) {
  QUORATE_TRY(Client client, Client::open(common, console));
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  QUORATE_CHECK(client.learn_roots(
      driver::describe(*quorum, common.timeout(), driver::Patience::first_failure)));
  QUORATE_TRY(const std::vector<ceremony::EpochRecord> records, client.known_roots().list());
  std::string words;
  Json roots = Json::array();
  std::size_t width = 0;
  for (const ceremony::EpochRecord& record : records) width = std::max(width, record.root.size());
  for (const ceremony::EpochRecord& record : records) {
    words += padded(record.root, width) + "  " + padded(record.purpose, 11) + "  " +
             std::to_string(record.members.threshold) + " of " +
             std::to_string(record.members.members.size()) + "  " +
             ssh::PublicKey::of(record.group_key()).fingerprint() + "\n";
    roots.push_back(json_of(client.roster(), record));
  }
  if (records.empty()) words = "no roots yet: `quorate root create --help` shows how to make one\n";
  console.result(words, {{"roots", roots}});
  return Exit::done;
}

void add_list(CLI::App& root, Chosen& chosen) {
  CLI::App& command =
      add_command(root, "list", "The roots that this client knows", "  quorate root list");
  choose(command, chosen, add_common(command, Nodes::asked), list);
}

void add_root_show(CLI::App& root, Chosen& chosen) {
  CLI::App& command =
      add_command(root, "show", "One root: its public key, who holds it, how many must sign",
                  "  quorate root show ssh-users --format ssh >/etc/ssh/user_ca.pub");
  const auto common = add_common(command, Nodes::asked);
  const auto arguments = std::make_shared<RootShown>();
  add_text(command, {"NAME", "the root"}, Need::required, arguments->name);
  add_text(command, {"--format", "words; ssh: one line as in authorized_keys; pem; jwk; json"},
           Need::optional, arguments->format, {"words", "ssh", "pem", "jwk", "json"});
  choose(command, chosen, common, [arguments](const Common& all, const Console& console) {
    return show(*arguments, all, console);
  });
}

}  // namespace

void add_root(CLI::App& program, Chosen& chosen) {
  CLI::App& root =
      add_group(program, "root", "Roots: keys that no machine holds", "  quorate root list");
  add_root_create(root, chosen);
  add_list(root, chosen);
  add_root_show(root, chosen);
}

}  // namespace quorate::cli

// quorate status: which nodes answer, and how many more failures each root survives.

#include "client/cli/status.h"
#include "client/cli/client.h"
#include "client/home/seen_ledgers.h"
#include "proto/record/checkpoint.h"

namespace quorate::cli {
namespace {

constexpr std::chrono::seconds between_looks(2);

// A ledger that shrank since this client last saw it is worth more than any other news.
SeenHeads heads_of(const Client& client, const std::vector<driver::NodeDescription>& answers) {
  const home::SeenLedgers seen(client.home());
  SeenHeads heads;
  for (const driver::NodeDescription& answer : answers) {
    if (!answer.description || answer.description->checkpoint.empty()) continue;
    const home::RosterNode& node = answer.node;
    heads.emplace(
        node.name,
        seen.see({node.name, record::origin_of(client.roster().quorum, node.name), node.identity},
                 answer.description->checkpoint));
  }
  return heads;
}

Outcome<Exit> look(Client& client) {
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  const std::vector<driver::NodeDescription> answers =
      driver::describe(*quorum, client.common().timeout(), driver::Patience::first_failure);
  QUORATE_TRY(const std::vector<ceremony::EpochRecord> pinned, client.known_roots().list());
  QUORATE_TRY(const BlameFiles blames, blame_files(client));
  const StatusReport report = judge(quorum->identity(), client.roster(), pinned, answers,
                                    heads_of(client, answers), blames);
  client.console().result(in_words(report), json_of(client.roster(), report));
  return report.exit();
}

// Until somebody presses ctrl-C. As JSON it is one object after the other.
Outcome<Exit> watch(Client& client) {
  while (true) {
    if (client.console().style() == Style::words) client.console().clear();
    if (Outcome<Exit> looked = look(client); !looked) return looked;
    QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
    quorum->run_for(between_looks);
  }
}

}  // namespace

void add_status(CLI::App& program, Chosen& chosen) {
  CLI::App& command = add_command(
      program, "status", "Nodes, their custody, and how many failures each root survives",
      "  quorate status\n"
      "  exits with 3 when some root has fewer usable nodes than it needs, and with 1 when a node\n"
      "  shows a smaller ledger than it did before");
  const auto common = add_common(command, Nodes::asked);
  const auto is_watching = std::make_shared<bool>(false);
  add_flag(command, {"--watch", "look again every two seconds"}, *is_watching);
  choose(command, chosen, common,
         [is_watching](const Common& all, const Console& console) -> Outcome<Exit> {
           QUORATE_TRY(Client client, Client::open(all, console));
           return *is_watching ? watch(client) : look(client);
         });
}

}  // namespace quorate::cli

#include "client/cli/client.h"

#include <algorithm>
#include <set>

#include "client/cli/system_entropy.h"
#include "client/home/identity.h"
#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

Outcome<std::vector<home::RosterNode>> chosen_nodes(const home::Roster& roster,
                                                    const std::vector<std::string>& names) {
  if (names.empty()) return roster.nodes;
  std::vector<home::RosterNode> nodes;
  for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
    const home::RosterNode* const node = roster.find(name);
    if (node == nullptr) {
      std::string known;
      for (const home::RosterNode& other : roster.nodes) known += " " + other.name;
      return usage("--nodes names \"" + name + "\", which is not in the roster",
                   "the roster has:" + known);
    }
    nodes.push_back(*node);
  }
  return nodes;
}

}  // namespace

Outcome<Client> Client::open(const Common& common, const Console& console) {
  QUORATE_TRY(home::Home home, home::Home::locate(common.home, home::Environment::of_process()));
  Result<home::Roster> roster = home::load_roster(home.roster());
  if (!roster) {
    return trouble(
        std::move(roster).error(),
        "QUORATE_HOME or --home names the folder with roster.toml; `quorate dev up` makes "
        "a quorum to try, with a home");
  }
  QUORATE_TRY(std::vector<home::RosterNode> asked, chosen_nodes(*roster, common.nodes));
  return Client(std::move(home), *std::move(roster), std::move(asked), common, console);
}

Client::Client(home::Home home, home::Roster roster, std::vector<home::RosterNode> asked,
               Common common, const Console& console)
    : home_(std::move(home)),
      roster_(std::move(roster)),
      asked_(std::move(asked)),
      common_(std::move(common)),
      console_(console) {}

driver::Progress Client::progress() const {
  return [console = console_](const std::string& line) { console.progress(line); };
}

Outcome<driver::Quorum*> Client::quorum() {
  if (!quorum_) {
    SystemEntropy entropy;
    QUORATE_TRY(const ed25519::SigningKey identity,
                home::load_or_create_identity(home_.identity(), entropy));
    QUORATE_TRY(quorum_, driver::Quorum::make(identity, asked_));
  }
  return quorum_.get();
}

Outcome<ceremony::EpochRecord> Client::root(const std::string& name) {
  Result<ceremony::EpochRecord> known = known_roots().find(name);
  if (known) return *std::move(known);
  if (known.error().code != Code::unknown_root) return tl::unexpected(std::move(known).error());
  return learn_root(name);
}

Outcome<ceremony::EpochRecord> Client::learn_root(const std::string& name) {
  QUORATE_TRY(driver::Quorum* const nodes, quorum());
  const std::vector<driver::NodeDescription> answers =
      driver::describe(*nodes, common_.timeout(), driver::Patience::first_failure);
  Result<ceremony::EpochRecord> record = home::agreed_record(name, roster_, driver::heard(answers));
  if (record) {
    QUORATE_CHECK(known_roots().pin(*record));
    return *std::move(record);
  }
  // Who did not answer may be all that is missing.
  Trouble missing =
      trouble(std::move(record).error(), "`quorate root list` shows the roots there are").value();
  for (const driver::NodeDescription& answer : answers) {
    if (answer.description) continue;
    const Error& error = answer.description.error();
    if (missing.code != quorate::name(Code::equivocation)) missing.exit = Exit::too_few;
    missing.nodes.push_back(
        {answer.node.name, std::string(quorate::name(error.code)), error.message});
  }
  if (missing.code == quorate::name(Code::unknown_root) && missing.nodes.empty()) {
    missing.exit = Exit::usage;
  }
  return tl::unexpected<Trouble>(std::move(missing));
}

Outcome<Done> Client::learn_roots(const std::vector<driver::NodeDescription>& answers) {
  std::set<std::string> names;
  for (const driver::NodeDescription& answer : answers) {
    if (!answer.description) continue;
    for (const driver::DescribedRoot& root : answer.description->roots) {
      if (root.state == "active") names.insert(root.record.root);
    }
  }
  for (const std::string& name : names) {
    const Result<ceremony::EpochRecord> record =
        home::agreed_record(name, roster_, driver::heard(answers));
    if (record) QUORATE_CHECK(known_roots().pin(*record));
  }
  return Done{};
}

std::string node_name(const home::Roster& roster, const ed25519::Point& identity) {
  const home::RosterNode* const node = roster.find(identity);
  if (node != nullptr) return node->name;
  return to_hex(identity.bytes()).substr(0, 16) + "... (not in the roster)";
}

std::uint64_t now_s() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

}  // namespace quorate::cli

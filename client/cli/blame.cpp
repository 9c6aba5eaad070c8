// quorate blame: which nodes lied to this client, and the proofs.

#include "client/cli/blame.h"

#include <algorithm>

#include "client/driver/certificates.h"
#include "client/home/file.h"
#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

constexpr std::chrono::seconds patience(2);

std::vector<driver::Link*> links_of(driver::Quorum& quorum, const ceremony::EpochRecord& record,
                                    const std::set<frost::Identifier>& members) {
  std::vector<driver::Link*> links;
  for (const ceremony::Member& member : record.members.members) {
    driver::Link* const link = quorum.find(member.identity);
    if (link != nullptr && members.contains(member.index)) links.push_back(link);
  }
  return links;
}

std::optional<ceremony::Certificate> certificate_of(Client& client,
                                                    const ceremony::EpochRecord& record,
                                                    const std::set<frost::Identifier>& honest) {
  Result<ceremony::Certificate> kept = client.known_roots().certificate(record);
  if (kept) return *std::move(kept);
  const Outcome<driver::Quorum*> quorum = client.quorum();
  if (!quorum) return std::nullopt;
  Result<ceremony::Certificate> fetched =
      driver::fetch_certificate(**quorum, links_of(**quorum, record, honest), record, patience);
  if (!fetched) return std::nullopt;
  // Kept for the next time; the evidence does not need that.
  if (const auto pinned = client.known_roots().pin(*fetched); !pinned) {
    client.console().note("quorate: " + pinned.error().message);
  }
  return *std::move(fetched);
}

Json json_of(const blame::WrongPartial& evidence, const blame::Guilt& guilt,
             const std::string& node) {
  return {{"node", node},
          {"identity", to_hex(guilt.liar.identity.bytes())},
          {"participant", guilt.liar.index.number()},
          {"root", evidence.record.root},
          {"root_id", to_hex(evidence.record.root_id())},
          {"epoch", evidence.record.members.epoch},
          {"session", to_hex(guilt.session)},
          {"document", to_hex(guilt.document)}};
}

struct Known {
  std::string node;  // as the roster calls it; empty: nobody here knows it
  std::string root_trouble;
};

// What this machine knows beside the file. The proof needs none of it.
Known known_here(const blame::WrongPartial& evidence, const blame::Guilt& guilt,
                 const Common& common) {
  Known known;
  const auto home = home::Home::locate(common.home, home::Environment::of_process());
  if (!home) return known;
  if (const auto roster = home::load_roster(home->roster())) {
    const home::RosterNode* const node = roster->find(guilt.liar.identity);
    if (node != nullptr) known.node = node->name;
  }
  const auto pinned = home::KnownRoots(*home).find(evidence.record.root);
  if (pinned && *pinned != evidence.record) {
    known.root_trouble = "the root of this name that is pinned here is another one";
  }
  return known;
}

std::string in_words(const blame::WrongPartial& evidence, const blame::Guilt& guilt,
                     const Known& known) {
  const std::string key = to_hex(guilt.liar.identity.bytes());
  std::string out =
      (known.node.empty() ? "the node with the identity " + key : known.node + " (" + key + ")") +
      " is guilty: it signed a wrong partial signature\n";
  out += "  root     " + evidence.record.root + ", key " + to_hex(evidence.record.root_id()) +
         ", epoch " + std::to_string(evidence.record.members.epoch) + ", participant " +
         std::to_string(guilt.liar.index.number()) + "\n";
  out += "  session  " + to_hex(guilt.session) + "\n";
  out += "  document " + to_hex(guilt.document) + "\n";
  out +=
      "  every member of the root's ceremony signed the record that this was judged by, the guilty "
      "one too\n";
  if (known.node.empty()) out += "  no node of the roster here has that identity\n";
  if (!known.root_trouble.empty()) out += "  note: " + known.root_trouble + "\n";
  return out;
}

std::string times(std::size_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

Outcome<Exit> list(const Common& common, const Console& console) {
  QUORATE_TRY(const Client client, Client::open(common, console));
  QUORATE_TRY(const std::vector<home::Blame> blames, home::Blames(client.home()).list());
  std::string words;
  Json json = Json::array();
  for (const home::Blame& blame : blames) {
    const std::string node = node_name(client.roster(), blame.liar);
    const bool is_portable = blame.evidence.certificate.has_value();
    words += node + "  root " + blame.evidence.record.root + ", epoch " +
             std::to_string(blame.evidence.record.members.epoch) + "  " + blame.file.string() +
             (is_portable ? "" : "  (without the ceremony's certificate: convinces only here)") +
             "\n";
    json.push_back({{"node", node},
                    {"identity", to_hex(blame.liar.bytes())},
                    {"root", blame.evidence.record.root},
                    {"epoch", blame.evidence.record.members.epoch},
                    {"file", blame.file.string()},
                    {"has_certificate", is_portable}});
  }
  if (blames.empty()) words = "no node has lied to this client\n";
  console.result(words, {{"blames", json}});
  return Exit::done;
}

Outcome<ed25519::Point> identity_of(const Client& client, const std::string& name) {
  const home::RosterNode* const node = client.roster().find(name);
  if (node != nullptr) return node->identity;
  const Result<Bytes> key = from_hex(name);
  if (key && key->size() == 32) {
    if (const auto point = ed25519::Point::parse(*key)) return *point;
  }
  return usage("\"" + name + "\" is neither a node of the roster nor an identity key in hex",
               "`quorate blame list` shows who is blamed");
}

Outcome<Exit> clear(const std::string& name, const Common& common, const Console& console) {
  QUORATE_TRY(const Client client, Client::open(common, console));
  QUORATE_TRY(const ed25519::Point liar, identity_of(client, name));
  QUORATE_TRY(const std::size_t cleared, home::Blames(client.home()).clear(liar));
  const std::string node = node_name(client.roster(), liar);
  console.result(cleared == 0 ? node + " is not blamed\n"
                              : node + " was blamed " + times(cleared) +
                                    ", and is asked like the others again; the proofs are in " +
                                    (client.home().blames() / "cleared").string() + "\n",
                 {{"node", node}, {"cleared", cleared}});
  return Exit::done;
}

}  // namespace

std::set<frost::Identifier> blamed_members(const Client& client,
                                           const ceremony::EpochRecord& record) {
  std::set<frost::Identifier> members;
  const auto liars = home::Blames(client.home()).liars();
  if (!liars) {
    client.console().note("quorate: " + liars.error().message);
    return members;
  }
  for (const ceremony::Member& member : record.members.members) {
    if (liars->contains(member.identity)) members.insert(member.index);
  }
  return members;
}

std::map<std::string, Path> keep_evidence(Client& client, const ceremony::EpochRecord& record,
                                          const std::vector<coordinator::NodeReport>& nodes,
                                          const std::set<frost::Identifier>& honest) {
  std::map<std::string, Path> files;
  std::optional<ceremony::Certificate> certificate;
  for (const coordinator::NodeReport& node : nodes) {
    if (!node.evidence) continue;
    if (!certificate) certificate = certificate_of(client, record, honest);
    blame::WrongPartial evidence = *node.evidence;
    evidence.certificate = certificate;
    const Result<Path> kept = home::Blames(client.home()).keep(evidence);
    if (!kept) {
      client.console().note("quorate: the proof against " + node.name +
                            " was not kept: " + kept.error().message);
    } else if (!kept->empty()) {
      files.emplace(node.name, *kept);
    }
  }
  return files;
}

Outcome<BlameFiles> blame_files(const Client& client) {
  QUORATE_TRY(const std::vector<home::Blame> blames, home::Blames(client.home()).list());
  BlameFiles files;
  for (const home::Blame& blame : blames) {
    files[node_name(client.roster(), blame.liar)].push_back(blame.file);
  }
  return files;
}

Outcome<Exit> verify_blame(const Path& file, const Common& common, const Console& console) {
  QUORATE_TRY(const blame::WrongPartial evidence, home::read_blame(file));
  const Result<blame::Guilt> guilt = blame::prove(evidence);
  if (!guilt) {
    return trouble(
        Error{guilt.error().code, file.string() + " proves nothing: " + guilt.error().message});
  }
  const Known known = known_here(evidence, *guilt, common);
  Json json = json_of(evidence, *guilt, known.node);
  json["guilty"] = true;
  json["note"] = known.root_trouble;
  console.result(in_words(evidence, *guilt, known), json);
  return Exit::done;
}

void add_blame(CLI::App& program, Chosen& chosen) {
  CLI::App& blame = add_group(program, "blame", "Nodes that lied to this client, and the proofs",
                              "  quorate blame list\n"
                              "  quorate audit verify --blame ~/.config/quorate/blame/FILE");
  CLI::App& listing =
      add_command(blame, "list", "Every proof that is kept here", "  quorate blame list");
  choose(listing, chosen, add_common(listing, Nodes::home), list);
  CLI::App& clearing =
      add_command(blame, "clear", "Ask a node like the others again, once it is known why it lied",
                  "  quorate blame clear bravo");
  const auto name = std::make_shared<std::string>();
  add_text(clearing, {"NODE", "its name in the roster, or its identity key"}, Need::required,
           *name);
  choose(clearing, chosen, add_common(clearing, Nodes::home),
         [name](const Common& common, const Console& console) {
           return clear(*name, common, console);
         });
}

}  // namespace quorate::cli

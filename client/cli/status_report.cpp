#include <algorithm>
#include <set>

#include "client/cli/client.h"
#include "client/cli/root_words.h"
#include "client/cli/status.h"
#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

void add_ledger(NodeStatus& node, const SeenHeads& heads) {
  const auto head = heads.find(node.name);
  if (head == heads.end()) return;
  if (head->second) {
    node.ledger = *head->second;
    return;
  }
  node.is_rewritten = head->second.error().code == Code::ledger_rewritten;
  node.ledger_trouble = head->second.error().message;
}

NodeStatus node_status(const driver::NodeDescription& answer, const SeenHeads& heads) {
  NodeStatus node;
  node.name = answer.node.name;
  node.operator_name = answer.node.operator_name;
  node.address = answer.node.address.text();
  if (!answer.description) {
    node.trouble = answer.description.error().message;
    return node;
  }
  const driver::Description& description = *answer.description;
  node.is_reachable = true;
  node.custody = description.custody;
  node.custody_state = description.custody_state;
  node.version = description.version;
  node.policies = to_hex(description.policies);
  node.policy_trouble = description.policy_trouble;
  node.rude = description.rude;
  add_ledger(node, heads);
  if (description.custody_state != "ready") node.trouble = description.custody_state;
  if (!node.ledger_trouble.empty()) node.trouble = node.ledger_trouble;
  return node;
}

// Why this node can't sign with the root now; nothing where it can.
std::string member_trouble(const ceremony::EpochRecord& record,
                           const driver::NodeDescription* answer) {
  if (answer == nullptr) return "not in the roster, or not asked";
  if (!answer->description) return answer->description.error().message;
  const driver::Description& description = *answer->description;
  for (const driver::DescribedRoot& root : description.roots) {
    if (root.record.root != record.root) continue;
    if (root.record != record) return "it describes another root of this name";
    if (root.state != "active") return root.state;
    return description.custody_state == "ready" ? "" : description.custody_state;
  }
  return "it does not know this root";
}

RootStatus root_status(const home::Roster& roster, const ceremony::EpochRecord& record,
                       const std::vector<driver::NodeDescription>& answers) {
  RootStatus root{record, {}, true};
  for (const ceremony::Member& member : record.members.members) {
    const auto answer = std::ranges::find_if(answers, [&](const driver::NodeDescription& other) {
      return other.node.identity == member.identity;
    });
    std::string trouble = member_trouble(record, answer == answers.end() ? nullptr : &*answer);
    const bool is_usable = trouble.empty();
    root.members.push_back({node_name(roster, member.identity), is_usable, std::move(trouble)});
  }
  return root;
}

// Roots that are not pinned, and on which enough members agree.
std::vector<ceremony::EpochRecord> others(const home::Roster& roster,
                                          const std::vector<ceremony::EpochRecord>& pinned,
                                          const std::vector<driver::NodeDescription>& answers) {
  std::set<std::string> names;
  for (const driver::NodeDescription& answer : answers) {
    if (!answer.description) continue;
    for (const driver::DescribedRoot& root : answer.description->roots) {
      names.insert(root.record.root);
    }
  }
  for (const ceremony::EpochRecord& record : pinned) names.erase(record.root);
  std::vector<ceremony::EpochRecord> found;
  for (const std::string& name : names) {
    Result<ceremony::EpochRecord> record =
        home::agreed_record(name, roster, driver::heard(answers));
    if (record) found.push_back(*std::move(record));
  }
  return found;
}

std::string failures_in_words(const RootStatus& root) {
  const long survives = root.survives();
  if (survives < 0) return "can't sign: " + std::to_string(-survives) + " more needed";
  if (survives == 0) return "signs, and survives no failure";
  return "survives " + std::to_string(survives) + (survives == 1 ? " failure" : " failures");
}

std::size_t widest(const std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  return width;
}

std::string blames_in_words(const NodeStatus& node) {
  if (node.blames.empty()) return {};
  return "    IT LIED: it signed a wrong partial signature, and is asked last until `quorate blame "
         "clear " +
         node.name + "`\n    `quorate audit verify --blame " + node.blames.front() +
         "` shows the proof to anybody\n";
}

std::string nodes_in_words(const std::vector<NodeStatus>& nodes) {
  std::vector<std::string> names;
  std::vector<std::string> operators;
  for (const NodeStatus& node : nodes) {
    names.push_back(node.name);
    operators.push_back(node.operator_name);
  }
  std::string out = "nodes\n";
  for (const NodeStatus& node : nodes) {
    out += "  " + padded(node.name, widest(names)) + "  " +
           padded(node.operator_name, widest(operators)) + "  ";
    if (!node.is_reachable) {
      out += "does not answer: " + node.trouble + "\n" + blames_in_words(node);
      continue;
    }
    out += "answers  custody " + node.custody + ": " + node.custody_state;
    if (node.ledger) {
      out += "  ledger " + std::to_string(node.ledger->tree.size) + " records, root " +
             to_hex(node.ledger->tree.root).substr(0, 16);
    }
    out += "\n" + blames_in_words(node);
    if (!node.rude.empty()) out += "    RUDE, as it was told to be; " + node.rude + "\n";
    if (!node.policy_trouble.empty()) {
      out += "    its newer policy.toml is not in force: " + node.policy_trouble + "\n";
    }
    if (node.is_rewritten) {
      out += "    ITS LEDGER WAS CUT OR REWRITTEN: " + node.ledger_trouble +
             "\n    believe nothing it says until its operator explains; `quorate audit pull` "
             "keeps the proof\n";
    } else if (!node.ledger_trouble.empty()) {
      out += "    its ledger: " + node.ledger_trouble + "\n";
    }
  }
  return out;
}

// Only where they differ.
std::string policies_in_words(const StatusReport& report) {
  const auto policies = report.policies();
  if (policies.size() < 2) return {};
  std::string out = "policies differ: these nodes do not allow the same\n";
  for (const auto& [hash, nodes] : policies) {
    out += "  " + hash.substr(0, 16) + " ";
    for (const std::string& node : nodes) out += " " + node;
    out += "\n";
  }
  return out;
}

std::string roots_in_words(const std::vector<RootStatus>& roots) {
  std::vector<std::string> names;
  names.reserve(roots.size());
  for (const RootStatus& root : roots) names.push_back(root.record.root);
  std::string out = "roots\n";
  for (const RootStatus& root : roots) {
    out += "  " + padded(root.record.root, widest(names)) + "  " + padded(root.record.purpose, 11) +
           "  " + std::to_string(root.record.members.threshold) + " of " +
           std::to_string(root.members.size()) + ", " + std::to_string(root.usable()) +
           " usable: " + failures_in_words(root) + "\n";
    for (const MemberStatus& member : root.members) {
      if (!member.is_usable) out += "    not " + member.name + ": " + member.trouble + "\n";
    }
  }
  if (roots.empty()) out += "  none yet: `quorate root create --help` shows how to make one\n";
  return out;
}

}  // namespace

std::size_t RootStatus::usable() const {
  return static_cast<std::size_t>(std::ranges::count_if(members, &MemberStatus::is_usable));
}

std::map<std::string, std::vector<std::string>> StatusReport::policies() const {
  std::map<std::string, std::vector<std::string>> found;
  for (const NodeStatus& node : nodes) {
    if (node.is_reachable) found[node.policies].push_back(node.name);
  }
  return found;
}

Exit StatusReport::exit() const {
  if (std::ranges::any_of(nodes, &NodeStatus::is_rewritten)) return Exit::refused;
  const bool has_dead_root =
      std::ranges::any_of(roots, [](const RootStatus& root) { return root.survives() < 0; });
  const bool has_node = std::ranges::any_of(nodes, &NodeStatus::is_reachable);
  return has_dead_root || !has_node ? Exit::too_few : Exit::done;
}

StatusReport judge(const ed25519::Point& client, const home::Roster& roster,
                   const std::vector<ceremony::EpochRecord>& pinned,
                   const std::vector<driver::NodeDescription>& answers, const SeenHeads& heads,
                   const BlameFiles& blames) {
  StatusReport report;
  report.client = to_hex(client.bytes());
  for (const driver::NodeDescription& answer : answers) {
    report.nodes.push_back(node_status(answer, heads));
    const auto found = blames.find(answer.node.name);
    if (found == blames.end()) continue;
    for (const Path& file : found->second) report.nodes.back().blames.push_back(file.string());
  }
  for (const ceremony::EpochRecord& record : pinned) {
    report.roots.push_back(root_status(roster, record, answers));
  }
  for (const ceremony::EpochRecord& record : others(roster, pinned, answers)) {
    report.roots.push_back(root_status(roster, record, answers));
    report.roots.back().is_pinned = false;
  }
  std::stable_partition(report.nodes.begin(), report.nodes.end(), [](const NodeStatus& node) {
    return !node.trouble.empty() || !node.blames.empty();
  });
  std::ranges::stable_sort(report.roots, {}, &RootStatus::survives);
  return report;
}

std::string in_words(const StatusReport& report) {
  return roots_in_words(report.roots) + nodes_in_words(report.nodes) + policies_in_words(report) +
         "this client\n  identity " + report.client + "\n";
}

Json json_of(const home::Roster& roster, const StatusReport& report) {
  Json roots = Json::array();
  for (const RootStatus& root : report.roots) {
    Json members = Json::array();
    for (const MemberStatus& member : root.members) {
      members.push_back(
          {{"name", member.name}, {"usable", member.is_usable}, {"trouble", member.trouble}});
    }
    roots.push_back({{"name", root.record.root},
                     {"purpose", root.record.purpose},
                     {"threshold", root.record.members.threshold},
                     {"usable", root.usable()},
                     {"survives", root.survives()},
                     {"pinned", root.is_pinned},
                     {"members", members}});
  }
  Json nodes = Json::array();
  for (const NodeStatus& node : report.nodes) {
    Json ledger = nullptr;
    if (node.ledger) {
      ledger = {{"size", node.ledger->tree.size}, {"root", to_hex(node.ledger->tree.root)}};
    }
    nodes.push_back({{"name", node.name},
                     {"operator", node.operator_name},
                     {"address", node.address},
                     {"reachable", node.is_reachable},
                     {"trouble", node.trouble},
                     {"custody", node.custody},
                     {"custody_state", node.custody_state},
                     {"version", node.version},
                     {"policies", node.policies},
                     {"policy_trouble", node.policy_trouble},
                     {"rude", node.rude},
                     {"ledger", ledger},
                     {"ledger_trouble", node.ledger_trouble},
                     {"ledger_rewritten", node.is_rewritten},
                     {"blames", node.blames}});
  }
  return {{"quorum", roster.quorum},
          {"client", report.client},
          {"roots", roots},
          {"nodes", nodes},
          {"policies_agree", report.policies().size() < 2}};
}

}  // namespace quorate::cli

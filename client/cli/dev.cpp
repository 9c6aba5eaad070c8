// quorate dev: a quorum on this machine, to try.

#include "client/cli/client.h"
#include "client/cli/root_creation.h"
#include "client/cli/system_entropy.h"
#include "client/dev/local_quorum.h"

namespace quorate::cli {
namespace {

constexpr std::string_view usual_folder = "quorate-dev";
constexpr std::uint16_t usual_nodes = 3;
constexpr std::uint16_t usual_threshold = 2;
constexpr std::chrono::seconds patience_for_ceremony(120);

struct UpArguments {
  Path folder{usual_folder};
  std::optional<std::uint16_t> nodes;
  std::optional<std::uint16_t> threshold;
  std::string custody = "pkcs11";
  bool is_rude = false;
  std::optional<std::uint16_t> seed;
};

struct Purpose {
  const char* root;
  const char* purpose;
};
constexpr std::array purposes = {Purpose{"ssh-users", "ssh-user-ca"}, Purpose{"files", "file"},
                                 Purpose{"releases", "file"}};

Outcome<Done> check_wish(const UpArguments& arguments, const dev::Place& place) {
  if (dev::is_made(place)) {
    QUORATE_TRY(const std::vector<std::string> names, place.node_names());
    if (arguments.nodes && *arguments.nodes != names.size()) {
      return usage(place.folder().string() + " holds a quorum of " + std::to_string(names.size()) +
                       " nodes already",
                   "leave --nodes out, or choose another --dir");
    }
    return Done{};
  }
  const std::size_t nodes = arguments.nodes.value_or(usual_nodes);
  const std::size_t threshold = arguments.threshold.value_or(usual_threshold);
  if (threshold > nodes) {
    return usage("a threshold of " + std::to_string(threshold) +
                 " needs as many nodes, and these are " + std::to_string(nodes));
  }
  return Done{};
}

Outcome<Done> make_if_needed(const UpArguments& arguments, const dev::Place& place,
                             const dev::Progress& progress) {
  QUORATE_CHECK(check_wish(arguments, place));
  if (dev::is_made(place)) return Done{};
  dev::Wish wish;
  wish.nodes = arguments.nodes.value_or(usual_nodes);
  if (arguments.custody == "file") wish.custody = dev::Custody::file;
  SystemEntropy entropy;
  QUORATE_CHECK(dev::make(place, wish, entropy, progress));
  return Done{};
}

// The client of this home, as the commands have it.
Outcome<Client> open_client(const dev::Place& place, const Console& console) {
  Common common;
  common.home = place.client();
  return Client::open(common, console);
}

Outcome<std::vector<ceremony::EpochRecord>> create_roots(const UpArguments& arguments,
                                                         const dev::Place& place,
                                                         const Console& console) {
  QUORATE_TRY(Client client, open_client(place, console));
  std::vector<std::string> members;
  for (const home::RosterNode& node : client.roster().nodes) members.push_back(node.name);
  std::vector<ceremony::EpochRecord> records;
  for (const Purpose& purpose : purposes) {
    const std::uint16_t threshold = arguments.threshold.value_or(usual_threshold);
    Result<ceremony::EpochRecord> known = client.known_roots().find(purpose.root);
    if (!known) {
      console.progress("creating the root " + std::string(purpose.root));
      QUORATE_TRY(known,
                  create_root(client, {purpose.root, purpose.purpose, threshold, members, {}},
                              patience_for_ceremony));
    } else if (arguments.threshold && known->members.threshold != threshold) {
      return usage("the root " + std::string(purpose.root) + " has the threshold " +
                       std::to_string(known->members.threshold) + " already",
                   "leave --threshold out, or choose another --dir");
    }
    records.push_back(*std::move(known));
  }
  return records;
}

std::string quoted(const Path& path) {
  std::string text = path.string();
  const bool is_plain = text.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789/._-+@") == std::string::npos;
  if (is_plain) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string what_next(const dev::Place& place) {
  const std::string home = quoted(place.client());
  return "\nWhat to type next:\n"
         "  export QUORATE_HOME=" +
         home +
         "\n"
         "  quorate status\n"
         "  date >note.txt && quorate sign --root files --namespace file note.txt\n"
         "  echo \"files $(quorate root show files --format ssh)\" >allowed_signers\n"
         "  ssh-keygen -Y verify -f allowed_signers -I files -n file -s note.txt.sig <note.txt\n"
         "  ssh-keygen -q -t ed25519 -N '' -f alice_key\n"
         "  quorate ssh-cert --root ssh-users -I alice@laptop -n alice -V +8h alice_key.pub\n"
         "  ssh-keygen -L -f alice_key-cert.pub\n"
         "  quorate dev down --dir " +
         quoted(place.folder()) + "\n";
}

std::string up_in_words(const dev::Place& place, const std::vector<dev::LocalNode>& nodes,
                        const std::vector<ceremony::EpochRecord>& roots) {
  std::string out = "A quorum is up in " + place.folder().string() + "\n";
  for (const dev::LocalNode& node : nodes) {
    out += "  node " + padded(node.name, 8) + "  " + node.address.text() + "  process " +
           std::to_string(node.process) + (node.was_running ? ", was running" : "") + "\n";
  }
  for (const ceremony::EpochRecord& record : roots) {
    out += "  root " + padded(record.root, 9) + "  " + padded(record.purpose, 11) + "  any " +
           std::to_string(record.members.threshold) + " of " +
           std::to_string(record.members.members.size()) + "\n";
  }
  return out + what_next(place);
}

// As many may be unwell as every root can do without.
Outcome<std::optional<dev::Rude>> rudeness(const UpArguments& arguments, const dev::Place& place,
                                           const Console& console) {
  if (!arguments.is_rude) {
    if (arguments.seed) return usage("--seed is for --rude: it chooses who is rude when");
    return std::optional<dev::Rude>();
  }
  QUORATE_TRY(Client client, open_client(place, console));
  std::size_t threshold = arguments.threshold.value_or(usual_threshold);
  QUORATE_TRY(const std::vector<ceremony::EpochRecord> records, client.known_roots().list());
  for (const ceremony::EpochRecord& record : records) {
    threshold = std::max<std::size_t>(threshold, record.members.threshold);
  }
  const std::size_t nodes = client.roster().nodes.size();
  const std::size_t unwell = nodes > threshold ? nodes - threshold : 0;
  return std::optional<dev::Rude>({arguments.seed.value_or(1), unwell});
}

std::string rude_in_words(const dev::Rude& rude) {
  return "It is RUDE, with seed " + std::to_string(rude.seed) +
         ": nodes answer late and in another order, forget nonces, are busy;\nand at most " +
         std::to_string(rude.unwell) +
         " at a time stays away or is without its token for a second or two.\nWho asks again gets "
         "his signature. `quorate dev down`, then `dev up` makes it polite again.\n";
}

Outcome<Exit> up(const UpArguments& arguments, const Console& console) {
  const dev::Place place(arguments.folder);
  const dev::Progress progress = [&console](const std::string& line) { console.progress(line); };
  QUORATE_TRY(const dev::Lock lock, dev::Lock::take(place));
  QUORATE_CHECK(make_if_needed(arguments, place, progress));
  QUORATE_TRY(const std::optional<dev::Rude> rude, rudeness(arguments, place, console));
  QUORATE_TRY(const std::vector<dev::LocalNode> nodes, dev::start(place, rude, progress));
  QUORATE_TRY(const std::vector<ceremony::EpochRecord> roots,
              create_roots(arguments, place, console));

  Json list = Json::array();
  for (const dev::LocalNode& node : nodes) {
    list.push_back({{"name", node.name},
                    {"address", node.address.text()},
                    {"pid", node.process},
                    {"was_running", node.was_running}});
  }
  Json names = Json::array();
  for (const ceremony::EpochRecord& record : roots) names.push_back(record.root);
  const std::string manners = rude ? rude_in_words(*rude) : "";
  console.result(up_in_words(place, nodes, roots) + manners, {{"dir", place.folder().string()},
                                                              {"home", place.client().string()},
                                                              {"nodes", list},
                                                              {"rude", rude.has_value()},
                                                              {"roots", names}});
  return Exit::done;
}

std::string how_in_words(dev::StoppedNode::How how) {
  switch (how) {
    case dev::StoppedNode::How::was_not_running: return "was not running";
    case dev::StoppedNode::How::on_request: return "stopped";
    case dev::StoppedNode::How::by_force: return "killed: it did not stop within ten seconds";
  }
  return {};
}

std::string how_in_json(dev::StoppedNode::How how) {
  switch (how) {
    case dev::StoppedNode::How::was_not_running: return "was_not_running";
    case dev::StoppedNode::How::on_request: return "stopped";
    case dev::StoppedNode::How::by_force: return "killed";
  }
  return {};
}

Outcome<Exit> down(const Path& folder, const Console& console) {
  const dev::Place place(folder);
  if (!dev::is_made(place)) {
    return usage("there is no quorum in " + place.folder().string(),
                 "--dir names the folder that `quorate dev up` was given");
  }
  QUORATE_TRY(const dev::Lock lock, dev::Lock::take(place));
  QUORATE_TRY(const std::vector<dev::StoppedNode> stopped, dev::stop(place));
  std::string words;
  Json nodes = Json::array();
  for (const dev::StoppedNode& node : stopped) {
    words += "  node " + padded(node.name, 8) + "  " + how_in_words(node.how) + "\n";
    nodes.push_back({{"name", node.name}, {"state", how_in_json(node.how)}});
  }
  words += "`quorate dev up --dir " + quoted(place.folder()) +
           "` starts them again; to forget the quorum, remove that folder\n";
  console.result(words, {{"dir", place.folder().string()}, {"nodes", nodes}});
  return Exit::done;
}

void add_up(CLI::App& dev, Chosen& chosen) {
  CLI::App& command =
      add_command(dev, "up", "Make and start a local quorum, or start what is stopped of it",
                  "  quorate dev up --dir /tmp/quorum --nodes 3 --threshold 2");
  const auto common = add_common(command, Nodes::not_asked);
  const auto arguments = std::make_shared<UpArguments>();
  const Range range{2, dev::most_nodes};
  add_path(command, {"--dir", "where everything of it lies", "D"}, Need::optional,
           arguments->folder);
  add_number(command, {"--nodes", "how many nodes (3)", "N"}, arguments->nodes, range);
  add_number(command, {"--threshold", "how many of them must sign (2)", "T"}, arguments->threshold,
             range);
  add_text(command,
           {"--custody",
            "where a new quorum's keys are: pkcs11, a SoftHSM token for each node; or file", "C"},
           Need::optional, arguments->custody, {"pkcs11", "file"});
  add_flag(
      command,
      {"--rude", "nodes that are late, refuse and stay away now and then: for writing clients"},
      arguments->is_rude);
  add_number(command, {"--seed", "with --rude: who is rude when (1)", "N"}, arguments->seed,
             Range{0, 65535});
  choose(command, chosen, common,
         [arguments](const Common&, const Console& console) { return up(*arguments, console); });
}

void add_down(CLI::App& dev, Chosen& chosen) {
  CLI::App& command = add_command(dev, "down", "Stop the nodes of a local quorum",
                                  "  quorate dev down --dir /tmp/quorum");
  const auto common = add_common(command, Nodes::not_asked);
  const auto folder = std::make_shared<Path>(usual_folder);
  add_path(command, {"--dir", "the folder that `quorate dev up` was given", "D"}, Need::optional,
           *folder);
  choose(command, chosen, common,
         [folder](const Common&, const Console& console) { return down(*folder, console); });
}

}  // namespace

void add_dev(CLI::App& program, Chosen& chosen) {
  CLI::App& dev = add_group(program, "dev", "A quorum on this machine, to try",
                            "  quorate dev up && quorate dev down");
  add_up(dev, chosen);
  add_down(dev, chosen);
}

}  // namespace quorate::cli

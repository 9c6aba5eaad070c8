#include "sim/availability/scenario.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "proto/settings/settings.h"
#include "sim/availability/incidents.h"

namespace quorate::sim::availability {
namespace {

using settings::Section;

constexpr std::string_view a_duration = "a duration like \"12ms\", \"4h\", \"30d\" or \"1y\"";

Result<Time> duration(Section& section, std::string_view key) {
  const Result<std::string> text = section.text(key);
  const std::optional<Time> value = text ? duration_of(*text) : std::nullopt;
  if (!value) return section.expected(key, a_duration);
  return *value;
}

Result<Time> positive(Section& section, std::string_view key) {
  QUORATE_TRY(const Time value, duration(section, key));
  if (value == 0) return section.expected(key, "a duration longer than nothing");
  return value;
}

Status optional_duration(Section& section, std::string_view key, Time& value) {
  if (!section.has(key)) return Done{};
  QUORATE_TRY(value, duration(section, key));
  return Done{};
}

Result<Spread::Shape> shape(Section& section, std::string_view key) {
  QUORATE_TRY(const std::string text, section.text_or(key, "exponential"));
  if (text == "exponential") return Spread::Shape::exponential;
  if (text == "fixed") return Spread::Shape::fixed;
  if (text == "log-normal") return Spread::Shape::log_normal;
  return section.expected(key, "\"exponential\", \"fixed\" or \"log-normal\"");
}

// mtbf and mttr, with how they are spread.
Result<Breaking> breaking(Section& section) {
  Breaking made;
  QUORATE_TRY(made.up.mean, positive(section, "mtbf"));
  QUORATE_TRY(made.down.mean, positive(section, "mttr"));
  QUORATE_TRY(made.up.shape, shape(section, "up"));
  QUORATE_TRY(made.down.shape, shape(section, "down"));
  return made;
}

// "Sun 03:00", "03:00": since Monday 00:00.
std::optional<Time> clock_of(std::string_view text, Time every) {
  static constexpr std::array<std::string_view, 7> weekdays = {"Mon", "Tue", "Wed", "Thu",
                                                               "Fri", "Sat", "Sun"};
  Time offset = 0;
  if (text.size() == 9) {
    const auto found = std::find(weekdays.begin(), weekdays.end(), text.substr(0, 3));
    if (found == weekdays.end() || text[3] != ' ' || every % week != 0) return std::nullopt;
    offset = static_cast<Time>(found - weekdays.begin()) * day;
    text.remove_prefix(4);
  }
  if (text.size() != 5 || text[2] != ':' || every % day != 0) return std::nullopt;
  for (const std::size_t place : {0U, 1U, 3U, 4U}) {
    if (text[place] < '0' || text[place] > '9') return std::nullopt;
  }
  const auto number = [&](std::size_t place) {
    return static_cast<Time>((text[place] - '0') * 10 + (text[place + 1] - '0'));
  };
  if (number(0) > 23 || number(3) > 59) return std::nullopt;
  return offset + number(0) * hour + number(3) * minute;
}

Result<Maintenance> maintenance(Section section) {
  Maintenance made{};
  QUORATE_TRY(made.every, positive(section, "every"));
  QUORATE_TRY(made.lasts, positive(section, "lasts"));
  if (made.lasts >= made.every) return section.expected("lasts", "less than `every`");
  QUORATE_TRY(const std::optional<std::string> at, section.text_if_present("at"));
  if (at) {
    made.at = clock_of(*at, made.every);
    if (!made.at) {
      return section.expected(
          "at", "\"Sun 03:00\" where `every` is whole weeks, or \"03:00\" where it is whole days");
    }
  }
  QUORATE_TRY(const std::optional<bool> careful, section.truth_if_present("careful"));
  made.careful = careful.value_or(false);
  QUORATE_CHECK(section.finish());
  return made;
}

Result<Slowness> slowness(Section section) {
  Slowness made{};
  QUORATE_TRY(const std::int64_t factor, section.integer("factor", 2, 100'000));
  made.factor = static_cast<std::uint64_t>(factor);
  if (section.has("mtbf") || section.has("mttr")) {
    QUORATE_TRY(made.phases, breaking(section));
  }
  QUORATE_CHECK(section.finish());
  return made;
}

Status read_host(Section& section, const Files& files, Node& node) {
  QUORATE_TRY(const std::optional<std::string> incidents, section.text_if_present("incidents"));
  if (incidents) {
    if (section.has("mtbf") || section.has("mttr")) {
      return section.expected("incidents", "either `incidents`, or `mtbf` and `mttr`");
    }
    if (!files) return section.expected("incidents", "no file: none can be read here");
    const Result<std::string> text = files(*incidents);
    if (!text) return section.expected("incidents", "a file to read; " + text.error().message);
    QUORATE_TRY(node.host, incidents_of(*text, *incidents));
  } else if (section.has("mtbf") || section.has("mttr") || section.has("up") ||
             section.has("down")) {
    QUORATE_TRY(node.host, breaking(section));
  }
  return Done{};
}

Status read_hsm(Section& section, Node& node) {
  if (!section.has("hsm_mtbf") && !section.has("hsm_mttr")) return Done{};
  Breaking hsm;
  QUORATE_TRY(hsm.up.mean, positive(section, "hsm_mtbf"));
  QUORATE_TRY(hsm.down.mean, positive(section, "hsm_mttr"));
  node.hsm = hsm;
  return Done{};
}

// `node` is a default, or the one that this one is `like`.
Status read_node(Section& section, const Files& files, Node& node) {
  QUORATE_TRY(node.site, section.text_or("site", node.site));
  QUORATE_TRY(node.operator_name, section.text_or("operator", node.operator_name));
  QUORATE_CHECK(read_host(section, files, node));
  QUORATE_CHECK(read_hsm(section, node));
  if (section.has("maintenance")) {
    QUORATE_TRY(Section inner, section.section("maintenance"));
    QUORATE_TRY(node.maintenance, maintenance(std::move(inner)));
  }
  if (section.has("slow")) {
    QUORATE_TRY(Section inner, section.section("slow"));
    QUORATE_TRY(node.slow, slowness(std::move(inner)));
  }
  QUORATE_TRY(const std::optional<bool> lies, section.truth_if_present("byzantine"));
  node.lies = lies.value_or(node.lies);
  QUORATE_CHECK(optional_duration(section, "rtt", node.rtt));
  QUORATE_CHECK(optional_duration(section, "jitter", node.jitter));
  QUORATE_CHECK(optional_duration(section, "sign", node.sign));
  QUORATE_CHECK(optional_duration(section, "fsync", node.fsync));
  for (const std::string_view key : {"rtt", "jitter", "sign", "fsync"}) {
    if (section.has(key) && duration_of(section.text(key).value_or("0s")).value_or(0) > hour) {
      return section.expected(key, "at most an hour");
    }
  }
  return section.finish();
}

Status read_nodes(Section& file, const Files& files, Scenario& scenario) {
  QUORATE_TRY(std::vector<Section> sections, file.sections("node"));
  if (sections.empty()) return file.expected("node", "the nodes: [[node]], or node = [{ … }, …]");
  if (sections.size() > nodes_limit) {
    return file.expected("node", "at most " + std::to_string(nodes_limit) + " nodes");
  }
  for (Section& section : sections) {
    QUORATE_TRY(const std::string name, section.text("name"));
    const auto named = [&](const std::string& wanted) {
      return std::find_if(scenario.nodes.begin(), scenario.nodes.end(),
                          [&](const Node& node) { return node.name == wanted; });
    };
    if (name.empty() || name.size() > 32) return section.expected("name", "1 to 32 letters");
    if (named(name) != scenario.nodes.end()) {
      return section.expected("name", "a name that no other node has");
    }
    Node node;
    QUORATE_TRY(const std::optional<std::string> like, section.text_if_present("like"));
    if (like) {
      const auto model = named(*like);
      if (model == scenario.nodes.end()) {
        return section.expected("like", "the name of a node that stands above");
      }
      node = *model;
    }
    node.name = name;
    QUORATE_CHECK(read_node(section, files, node));
    scenario.nodes.push_back(std::move(node));
  }
  return Done{};
}

// Whom a shared cause takes down: `site`, `operator` or `nodes`; where none is given, the nodes
// whose site (or operator, by its kind) has its name.
Status find_nodes(Section& section, const Scenario& scenario, Shared& made) {
  QUORATE_TRY(std::optional<std::string> site, section.text_if_present("site"));
  QUORATE_TRY(std::optional<std::string> operator_name, section.text_if_present("operator"));
  QUORATE_TRY(const std::vector<settings::Item> names, section.items("nodes"));
  if (!site && !operator_name && names.empty()) {
    (made.kind == "operator" ? operator_name : site) = made.name;
  }
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < scenario.nodes.size(); ++i) {
    const Node& node = scenario.nodes[i];
    if ((site && node.site == *site) || (operator_name && node.operator_name == *operator_name)) {
      found.insert(i);
    }
  }
  for (const settings::Item& name : names) {
    const auto node = std::find_if(scenario.nodes.begin(), scenario.nodes.end(),
                                   [&](const Node& one) { return one.name == name.text; });
    if (node == scenario.nodes.end()) {
      return section.expected("nodes", name, "names of nodes; there is no " + name.text);
    }
    found.insert(static_cast<std::size_t>(node - scenario.nodes.begin()));
  }
  if (found.empty()) {
    return section.wrong(
        "no node has that site or operator: expected `site`, `operator` or `nodes` of nodes "
        "above");
  }
  made.nodes.assign(found.begin(), found.end());
  return Done{};
}

Status read_shared(Section& file, Scenario& scenario) {
  QUORATE_TRY(std::vector<Section> sections, file.sections("shared"));
  if (sections.size() > shared_limit) {
    return file.expected("shared", "at most " + std::to_string(shared_limit) + " causes");
  }
  std::set<std::string> names;
  for (Section& section : sections) {
    Shared made;
    QUORATE_TRY(made.name, section.text("name"));
    if (!names.insert(made.name).second) {
      return section.expected("name", "a name that no other shared cause has");
    }
    QUORATE_TRY(made.kind, section.text_or("kind", "site"));
    QUORATE_CHECK(find_nodes(section, scenario, made));
    QUORATE_TRY(made.breaking, breaking(section));
    QUORATE_CHECK(section.finish());
    scenario.shared.push_back(std::move(made));
  }
  return Done{};
}

Status read_upgrade(Section& file, Scenario& scenario) {
  if (!file.has("upgrade")) return Done{};
  QUORATE_TRY(Section section, file.section("upgrade"));
  Upgrade made{};
  QUORATE_TRY(made.every, positive(section, "every"));
  QUORATE_TRY(made.step, duration(section, "step"));
  QUORATE_TRY(made.lasts, positive(section, "lasts"));
  QUORATE_TRY(made.noticed, positive(section, "noticed"));
  QUORATE_TRY(const std::int64_t botched, section.integer("botched_percent", 0, 100));
  made.botched_percent = static_cast<std::uint64_t>(botched);
  const Time longest = made.step * scenario.nodes.size() + std::max(made.lasts, made.noticed);
  if (made.every < longest) {
    return section.expected("every", "longer than all nodes' steps together, and `noticed`");
  }
  QUORATE_CHECK(section.finish());
  scenario.upgrade = made;
  return Done{};
}

// "5/s", "300/1h"
Status read_rate(Section& section, Load& load) {
  QUORATE_TRY(const std::string rate, section.text_or("rate", "1/s"));
  const std::size_t slash = rate.find('/');
  const std::string per = slash == std::string::npos ? "" : rate.substr(slash + 1);
  const auto count = duration_of(rate.substr(0, slash) + "ns");
  const bool has_number = !per.empty() && per[0] >= '0' && per[0] <= '9';
  const auto in = duration_of(has_number ? per : "1" + per);
  if (!count || !in || *count == 0 || *in / *count == 0 || *count > 100'000) {
    return section.expected("rate", "a rate like \"5/s\" or \"300/1h\"");
  }
  load.requests = *count;
  load.in = *in;
  return Done{};
}

Status read_load(Section& file, Load& load) {
  if (!file.has("load")) return Done{};
  QUORATE_TRY(Section section, file.section("load"));
  QUORATE_CHECK(read_rate(section, load));
  if (section.has("burst")) {
    QUORATE_TRY(const std::int64_t burst, section.integer("burst", 0, 1000));
    load.burst = static_cast<std::uint64_t>(burst);
  }
  QUORATE_CHECK(optional_duration(section, "deadline", load.deadline));
  if (load.deadline < 10 * millisecond || load.deadline > hour) {
    return section.expected("deadline", "10 ms to an hour");
  }
  QUORATE_TRY(const std::string client, section.text_or("client", "gateway"));
  if (client != "gateway" && client != "command") {
    return section.expected("client", "\"gateway\" or \"command\"");
  }
  load.client = client == "gateway" ? Client::gateway : Client::command;
  return section.finish();
}

Status read_run(Section& file, Scenario& scenario) {
  if (!file.has("run")) return Done{};
  QUORATE_TRY(Section section, file.section("run"));
  if (section.has("years")) {
    QUORATE_TRY(const std::int64_t years, section.integer("years", 1, 500));
    scenario.years = static_cast<std::uint64_t>(years);
  }
  if (section.has("seeds")) {
    QUORATE_TRY(const std::int64_t seeds, section.integer("seeds", 1, 10'000));
    scenario.seeds = static_cast<std::uint64_t>(seeds);
  }
  QUORATE_TRY(const std::vector<settings::Item> compare, section.items("compare"));
  for (const settings::Item& item : compare) {
    const std::optional<Threshold> choice = threshold_of(item.text);
    if (!choice) {
      return section.expected("compare", item, "choices like \"3of5\", of at most 16 nodes");
    }
    scenario.compare.push_back(*choice);
  }
  return section.finish();
}

}  // namespace

Result<Scenario> load(std::string_view text, const std::string& file_name, const Files& files) {
  QUORATE_TRY(Section file, Section::parse(text, file_name));
  Scenario scenario{};
  scenario.file = file_name;
  QUORATE_TRY(scenario.title, file.text_or("title", file_name));
  QUORATE_TRY(Section root, file.section("root"));
  QUORATE_CHECK(read_nodes(file, files, scenario));
  const auto most = static_cast<std::int64_t>(scenario.nodes.size());
  if (most < 2) return file.expected("node", "at least two nodes");
  QUORATE_TRY(const std::int64_t threshold, root.integer("threshold", 2, most));
  scenario.threshold = static_cast<std::uint16_t>(threshold);
  QUORATE_TRY(const std::string algorithm, root.text_or("algorithm", "ed25519"));
  if (algorithm != "ed25519") {
    return root.expected("algorithm", "\"ed25519\", the only one there is");
  }
  QUORATE_CHECK(root.finish());
  QUORATE_CHECK(read_shared(file, scenario));
  QUORATE_CHECK(read_upgrade(file, scenario));
  QUORATE_CHECK(read_load(file, scenario.load));
  QUORATE_CHECK(read_run(file, scenario));
  QUORATE_CHECK(file.finish());
  return scenario;
}

}  // namespace quorate::sim::availability

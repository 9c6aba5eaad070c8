#include "sim/run/case.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>

#include "proto/settings/settings.h"
#include "sim/adversary/liar.h"

namespace quorate::sim {
namespace {

using settings::Item;
using settings::Section;

constexpr std::int64_t most_nodes = 64;
constexpr std::int64_t most_of_anything = 100'000;
constexpr std::int64_t least_length = 1 << 20;  // times are drawn in fractions of 2^-20

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || text.empty()) return std::nullopt;
  return number;
}

bool is_fault_kind(std::string_view name) {
  return std::any_of(fault_kinds().begin(), fault_kinds().end(),
                     [&](const FaultKind& kind) { return kind.name == name; });
}

// `power-cut#3`: a misspelt one would silently keep nothing.
bool is_id(std::string_view id, const std::function<bool(std::string_view)>& is_kind) {
  const std::size_t hash = id.find('#');
  return hash != std::string_view::npos && is_kind(id.substr(0, hash)) &&
         parse_number(id.substr(hash + 1));
}

bool is_strategy(std::string_view name) {
  const std::vector<Strategy> all = node_strategies();
  return std::any_of(all.begin(), all.end(),
                     [&](const Strategy& strategy) { return strategy.name == name; });
}

template <typename T>
Status read_number(Section& from, std::string_view key, std::int64_t least, std::int64_t most,
                   std::optional<T>& into) {
  if (!from.has(key)) return {};
  QUORATE_TRY(const std::int64_t number, from.integer(key, least, most));
  into = static_cast<T>(number);
  return {};
}

// Nothing where the key is absent: an empty list keeps nothing, none keeps all.
Result<std::optional<Names>> read_names(Section& from, std::string_view key,
                                        const std::function<bool(std::string_view)>& is_one,
                                        std::string_view expected) {
  if (!from.has(key)) return std::optional<Names>();
  QUORATE_TRY(const std::vector<Item> items, from.items(key));
  Names names;
  for (const Item& item : items) {
    if (!is_one(item.text)) return from.expected(key, item, expected);
    names.push_back(item.text);
  }
  return std::optional<Names>(std::move(names));
}

Status read_ids(Section& from, std::string_view key,
                const std::function<bool(std::string_view)>& is_kind, std::string_view expected,
                std::optional<std::set<std::string>>& into) {
  const auto is_one = [&](std::string_view id) { return is_id(id, is_kind); };
  QUORATE_TRY(const std::optional<Names> names, read_names(from, key, is_one, expected));
  if (names) into = std::set<std::string>(names->begin(), names->end());
  return {};
}

std::function<bool(std::string_view)> only(std::string_view wanted) {
  return [wanted](std::string_view kind) { return kind == wanted; };
}

Result<Overrides> read_overrides(Section& from) {
  Overrides out;
  QUORATE_CHECK(read_number(from, "nodes", 2, most_nodes, out.nodes));
  QUORATE_CHECK(read_number(from, "threshold", 2, most_nodes, out.threshold));
  if (out.nodes && out.threshold && *out.threshold > *out.nodes) {
    return from.expected("threshold", "no more than there are nodes");
  }
  QUORATE_CHECK(read_number(from, "clients", 1, most_nodes, out.clients));
  QUORATE_CHECK(read_number(from, "liars", 0, most_nodes, out.liars));
  QUORATE_CHECK(read_number(from, "requests", 0, most_of_anything, out.requests));
  QUORATE_CHECK(read_number(from, "length_ns", least_length,
                            std::numeric_limits<std::int64_t>::max(), out.length));
  QUORATE_TRY(out.ceremonies, from.truth_if_present("ceremonies"));
  QUORATE_TRY(out.interior_chaos, from.truth_if_present("interior_chaos"));
  QUORATE_TRY(out.strategies, read_names(from, "strategies", is_strategy,
                                         "a strategy of quorate-sim list strategies"));
  QUORATE_TRY(const std::optional<Names> kinds, read_names(from, "without_kinds", is_fault_kind,
                                                           "a fault of quorate-sim list faults"));
  if (kinds) out.without_kinds = std::set<std::string>(kinds->begin(), kinds->end());
  QUORATE_CHECK(read_ids(from, "keep_faults", is_fault_kind, "a fault's id like \"power-cut#3\"",
                         out.keep_faults));
  QUORATE_CHECK(read_ids(from, "keep_asks", only("request"), "a request's id like \"request#17\"",
                         out.keep_asks));
  QUORATE_CHECK(read_ids(from, "keep_attacks", only("attack"), "an attack's id like \"attack#2\"",
                         out.keep_attacks));
  QUORATE_CHECK(from.finish());
  return out;
}

// In TOML's basic strings; ours hold no control characters.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

template <typename Container>
void write_list(std::ostream& out, const char* key, const Container& names) {
  out << key << " = [";
  const char* separator = names.size() > 4 ? "\n  " : "";
  for (const std::string& name : names) {
    out << separator << quoted(name);
    separator = names.size() > 4 ? ",\n  " : ", ";
  }
  out << (names.size() > 4 ? ",\n]\n" : "]\n");
}

template <typename T>
void write_number(std::ostream& out, const char* key, const std::optional<T>& number) {
  if (number) out << key << " = " << *number << '\n';
}

void write_truth(std::ostream& out, const char* key, const std::optional<bool>& truth) {
  if (truth) out << key << " = " << (*truth ? "true" : "false") << '\n';
}

// As many lines of a comment as the note has; a line is at most a hundred characters long. What a
// liar wrote may stand in it: whatever is not ASCII, TOML might not take.
void write_note(std::ostream& out, const std::string& note) {
  std::istringstream lines(note);
  for (std::string line; std::getline(lines, line);) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    while (line.size() > 98) {
      std::size_t end = line.rfind(' ', 98);
      if (end == std::string::npos || end == 0) end = 98;
      out << "# " << line.substr(0, end) << '\n';
      line.erase(0, line[end] == ' ' ? end + 1 : end);
    }
    out << "# " << line << '\n';
  }
}

}  // namespace

Result<Case> read_case(std::string_view text, const std::string& file) {
  QUORATE_TRY(Section top, Section::parse(text, file));
  Case found;
  QUORATE_TRY(const std::string seed, top.text("seed"));
  const std::optional<std::uint64_t> number = parse_number(seed);
  if (!number) return top.expected("seed", "a number of at most 64 bits, as text: \"17\"");
  found.seed = *number;
  QUORATE_TRY(found.release, top.text("release"));
  QUORATE_TRY(const std::optional<std::string> bug, top.text_if_present("bug"));
  if (bug) {
    const std::optional<plant::Bug> planted = plant::bug_named(*bug);
    if (!planted) return top.expected("bug", "the id of a planted bug: quorate-sim list bugs");
    found.bug = *planted;
  }
  QUORATE_TRY(found.property, top.text("property"));
  if (found.property.empty()) return top.expected("property", "a property's id, or \"none\"");
  if (top.has("overrides")) {
    QUORATE_TRY(Section overrides, top.section("overrides"));
    QUORATE_TRY(found.overrides, read_overrides(overrides));
  }
  QUORATE_CHECK(top.finish());
  return found;
}

std::string write_case(const Case& found) {
  std::ostringstream out;
  write_note(out, found.note);
  out << "seed = " << quoted(std::to_string(found.seed)) << '\n'
      << "release = " << quoted(found.release) << '\n';
  if (found.bug != plant::Bug::none) out << "bug = " << quoted(plant::name(found.bug)) << '\n';
  out << "property = " << quoted(found.property) << '\n';
  const Overrides& overrides = found.overrides;
  if (overrides.is_empty()) return out.str();
  out << "\n[overrides]\n";
  write_number(out, "nodes", overrides.nodes);
  write_number(out, "threshold", overrides.threshold);
  write_number(out, "clients", overrides.clients);
  write_number(out, "liars", overrides.liars);
  write_number(out, "requests", overrides.requests);
  write_number(out, "length_ns", overrides.length);
  write_truth(out, "ceremonies", overrides.ceremonies);
  write_truth(out, "interior_chaos", overrides.interior_chaos);
  if (overrides.strategies) write_list(out, "strategies", *overrides.strategies);
  if (!overrides.without_kinds.empty()) write_list(out, "without_kinds", overrides.without_kinds);
  if (overrides.keep_faults) write_list(out, "keep_faults", *overrides.keep_faults);
  if (overrides.keep_asks) write_list(out, "keep_asks", *overrides.keep_asks);
  if (overrides.keep_attacks) write_list(out, "keep_attacks", *overrides.keep_attacks);
  return out.str();
}

}  // namespace quorate::sim

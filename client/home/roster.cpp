#include "client/home/roster.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>

#include <toml++/toml.h>

#include "crypto/base/hex.h"
#include "proto/layout/reader.h"

namespace quorate::home {

namespace {

constexpr std::size_t file_limit = 1024 * 1024;
constexpr std::size_t longest_text = 255;

// Reads one table, and says in each error where in which file it is.
class Section {
 public:
  Section(std::string_view file, const toml::table& table, std::string_view what)
      : file_(file), table_(table), what_(what) {}

  tl::unexpected<Error> error(const toml::node* node, const std::string& message) const {
    const toml::node& place = node == nullptr ? table_ : *node;
    return fail(Code::configuration, std::string(file_) + ':' +
                                         std::to_string(std::max(1u, place.source().begin.line)) +
                                         ": " + message);
  }
  // A value that is there, but is not what we expected.
  tl::unexpected<Error> wrong(std::string_view key, std::string_view expected) const {
    return error(table_.get(key), "`" + std::string(key) + "`: expected " + std::string(expected));
  }

  Status allow_only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : table_) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      std::string known;
      for (const std::string_view one : keys) {
        known += (known.empty() ? "" : ", ") + std::string(one);
      }
      return error(&value, "`" + std::string(key.str()) + "` is unknown; " + std::string(what_) +
                               " holds " + known);
    }
    return Done{};
  }

  Result<std::string> text(std::string_view key, std::string_view expected) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
      return error(nullptr, std::string(what_) + " has no `" + std::string(key) + "`: expected " +
                                std::string(expected));
    }
    const std::optional<std::string> value = node->value_exact<std::string>();
    if (!value) return wrong(key, expected);
    return *value;
  }

  Result<std::string> name(std::string_view key) const {
    constexpr std::string_view expected = "a name: 1 to 63 of a-z, 0-9 and -, beginning with no -";
    QUORATE_TRY(std::string value, text(key, expected));
    if (!layout::is_name(value)) return wrong(key, expected);
    return value;
  }

  Result<std::string> printable(std::string_view key) const {
    constexpr std::string_view expected = "1 to 255 characters of printable ASCII";
    QUORATE_TRY(std::string value, text(key, expected));
    const bool is_printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
    if (value.empty() || value.size() > longest_text || !is_printable) return wrong(key, expected);
    return value;
  }

  Result<ed25519::Point> key(std::string_view key) const {
    constexpr std::string_view expected = "an Ed25519 public key: 64 hex digits, lower case";
    QUORATE_TRY(const std::string value, text(key, expected));
    const Result<ByteArray<32>> bytes = from_hex_exactly<32>(value);
    if (!bytes) return wrong(key, expected);
    const Result<ed25519::Point> point = ed25519::Point::parse(*bytes);
    if (!point) return wrong(key, expected);
    return *point;
  }

  Result<Address> address(std::string_view key) const {
    constexpr std::string_view expected = "HOST:PORT, as in \"127.0.0.1:7201\"";
    QUORATE_TRY(const std::string value, text(key, expected));
    Result<Address> parsed = parse_address(value);
    if (!parsed) return wrong(key, expected);
    return parsed;
  }

 private:
  std::string_view file_;
  const toml::table& table_;
  std::string_view what_;
};

Result<RosterNode> read_node(const Section& section) {
  QUORATE_CHECK(section.allow_only({"name", "operator", "address", "identity", "cosigner"}));
  QUORATE_TRY(std::string name, section.name("name"));
  QUORATE_TRY(std::string operator_name, section.printable("operator"));
  QUORATE_TRY(Address address, section.address("address"));
  QUORATE_TRY(const ed25519::Point identity, section.key("identity"));
  QUORATE_TRY(const ed25519::Point cosigner, section.key("cosigner"));
  return RosterNode{std::move(name), std::move(operator_name), std::move(address), identity,
                    cosigner};
}

// Two nodes with one name, address or key are one node twice, and would count as two.
Status check_unique(const Section& section, const Roster& roster, const RosterNode& node) {
  const auto is_taken = [&](auto&& same) {
    return std::any_of(roster.nodes.begin(), roster.nodes.end(), same);
  };
  if (is_taken([&](const RosterNode& other) { return other.name == node.name; })) {
    return section.wrong("name", "a name that no other node has; " + node.name + " stands above");
  }
  if (is_taken([&](const RosterNode& other) { return other.address == node.address; })) {
    return section.wrong("address", "an address that no other node has");
  }
  const auto uses = [&](const ed25519::Point& key) {
    return is_taken(
        [&](const RosterNode& other) { return other.identity == key || other.cosigner == key; });
  };
  if (uses(node.identity)) return section.wrong("identity", "a key that no other node has");
  if (uses(node.cosigner)) return section.wrong("cosigner", "a key that no other node has");
  if (node.identity == node.cosigner) {
    return section.wrong("cosigner", "another key than the node's identity");
  }
  return Done{};
}

Result<Roster> read_roster(std::string_view file, const toml::table& table) {
  const Section top(file, table, "a roster");
  QUORATE_CHECK(top.allow_only({"version", "quorum", "node"}));
  if (table["version"].value_exact<std::int64_t>() != std::int64_t{1}) {
    return top.wrong("version", "1, the only version there is");
  }
  Roster roster;
  QUORATE_TRY(roster.quorum, top.name("quorum"));
  const toml::array* nodes = table["node"].as_array();
  if (nodes == nullptr || nodes->empty() || nodes->size() > roster_nodes_limit) {
    return top.wrong("node", "1 to " + std::to_string(roster_nodes_limit) + " sections [[node]]");
  }
  for (const toml::node& entry : *nodes) {
    const toml::table* fields = entry.as_table();
    if (fields == nullptr) return top.error(&entry, "`node`: expected sections [[node]]");
    const Section section(file, *fields, "a [[node]]");
    QUORATE_TRY(RosterNode node, read_node(section));
    QUORATE_CHECK(check_unique(section, roster, node));
    roster.nodes.push_back(std::move(node));
  }
  return roster;
}

bool is_host(std::string_view host, bool is_bracketed) {
  if (host.empty() || host.size() > longest_text) return false;
  return std::all_of(host.begin(), host.end(), [&](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           (is_bracketed && (c == ':' || c == '%'));
  });
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Code::malformed, "expected HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool is_bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  if (!is_host(host, is_bracketed)) return fail(Code::malformed, "expected HOST:PORT");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) {
    return fail(Code::malformed, "expected a port from 1 to 65535");
  }
  return Address{std::string(host), port};
}

Result<Roster> parse_roster(std::string_view text, std::string_view file) {
  try {
    const toml::table table = toml::parse(text, file);
    return read_roster(file, table);
  } catch (const toml::parse_error& error) {
    return fail(Code::configuration, std::string(file) + ':' +
                                         std::to_string(error.source().begin.line) + ": " +
                                         std::string(error.description()));
  }
}

Result<Roster> load_roster(const Path& path) {
  const Result<std::string> text = read_file(path, file_limit);
  if (!text) {
    return fail(Code::configuration,
                text.error().message + "; it lists the nodes, and comes from whoever runs them");
  }
  return parse_roster(*text, path.string());
}

}  // namespace quorate::home

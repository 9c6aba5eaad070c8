#include "client/home/roster.h"

#include <algorithm>
#include <charconv>

#include "crypto/base/hex.h"
#include "proto/layout/reader.h"
#include "proto/settings/settings.h"

namespace quorate::home {

using settings::Section;

namespace {

constexpr std::size_t roster_limit = std::size_t{1024} * 1024;
constexpr std::size_t longest_text = 255;

constexpr std::string_view name_rule = "a name: 1 to 63 of a-z, 0-9 and -, beginning with no -";

Result<std::string> read_name(Section& section, std::string_view key) {
  QUORATE_TRY(std::string value, section.text(key));
  if (!layout::is_name(value)) return section.expected(key, name_rule);
  return value;
}

Result<std::string> read_printable(Section& section, std::string_view key) {
  QUORATE_TRY(std::string value, section.text(key));
  const bool is_printable =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  if (value.empty() || value.size() > longest_text || !is_printable) {
    return section.expected(key, "1 to 255 characters of printable ASCII");
  }
  return value;
}

Result<ed25519::Point> read_key(Section& section, std::string_view key) {
  QUORATE_TRY(const std::string value, section.text(key));
  const Result<Bytes> bytes = from_hex(value);
  const Result<ed25519::Point> point =
      bytes ? ed25519::Point::parse(*bytes) : tl::unexpected(bytes.error());
  if (!point) return section.expected(key, "an Ed25519 public key: 64 hex digits, lower case");
  return *point;
}

Result<RosterNode> read_node(Section& section) {
  QUORATE_TRY(std::string name, read_name(section, "name"));
  QUORATE_TRY(std::string operator_name, read_printable(section, "operator"));
  QUORATE_TRY(const std::string text, section.text("address"));
  Result<Address> address = parse_address(text);
  if (!address) return section.expected("address", "HOST:PORT, as in \"127.0.0.1:7201\"");
  QUORATE_TRY(const ed25519::Point identity, read_key(section, "identity"));
  QUORATE_TRY(const ed25519::Point cosigner, read_key(section, "cosigner"));
  QUORATE_CHECK(section.finish());
  return RosterNode{std::move(name), std::move(operator_name), std::move(*address), identity,
                    cosigner};
}

// Two nodes with one name, address or key are one node twice, and would count as two.
Status check_unique(const Section& section, const Roster& roster, const RosterNode& node) {
  const auto is_taken = [&](auto&& same) {
    return std::any_of(roster.nodes.begin(), roster.nodes.end(), same);
  };
  if (is_taken([&](const RosterNode& other) { return other.name == node.name; })) {
    return section.expected("name",
                            "a name that no other node has; " + node.name + " stands above");
  }
  if (is_taken([&](const RosterNode& other) { return other.address == node.address; })) {
    return section.expected("address", "an address that no other node has");
  }
  const auto uses = [&](const ed25519::Point& key) {
    return is_taken(
        [&](const RosterNode& other) { return other.identity == key || other.cosigner == key; });
  };
  if (uses(node.identity)) return section.expected("identity", "a key that no other node has");
  if (uses(node.cosigner)) return section.expected("cosigner", "a key that no other node has");
  if (node.identity == node.cosigner) {
    return section.expected("cosigner", "another key than the node's identity");
  }
  return Done{};
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
  QUORATE_TRY(Section top, Section::parse(text, std::string(file)));
  QUORATE_TRY(const std::int64_t version, top.integer("version", 1, 1));
  (void)version;  // there is one
  Roster roster;
  QUORATE_TRY(roster.quorum, read_name(top, "quorum"));
  QUORATE_TRY(std::vector<Section> nodes, top.sections("node"));
  if (nodes.empty() || nodes.size() > roster_nodes_limit) {
    return top.expected("node",
                        "1 to " + std::to_string(roster_nodes_limit) + " sections [[node]]");
  }
  for (Section& section : nodes) {
    QUORATE_TRY(RosterNode node, read_node(section));
    QUORATE_CHECK(check_unique(section, roster, node));
    roster.nodes.push_back(std::move(node));
  }
  QUORATE_CHECK(top.finish());
  return roster;
}

Result<Roster> load_roster(const Path& path) {
  const Result<std::string> text = read_file(path, roster_limit);
  if (!text) {
    return fail(Code::configuration,
                text.error().message + "; it lists the nodes, and comes from whoever runs them");
  }
  return parse_roster(*text, path.string());
}

}  // namespace quorate::home

// A roster as text, and what is asked of one.

#include <algorithm>

#include "client/home/roster.h"
#include "crypto/base/hex.h"

namespace quorate::home {

namespace {

// Of printable ASCII TOML escapes these two.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string Address::text() const {
  const bool has_colon = host.find(':') != std::string::npos;
  return (has_colon ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

const RosterNode* Roster::find(std::string_view name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const RosterNode& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

const RosterNode* Roster::find(const ed25519::Point& identity) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const RosterNode& node) {
    return node.identity == identity;
  });
  return found == nodes.end() ? nullptr : &*found;
}

std::string format(const Roster& roster) {
  std::string out = "version = 1\nquorum = " + in_quotes(roster.quorum) + "\n";
  for (const RosterNode& node : roster.nodes) {
    out += "\n[[node]]\nname = " + in_quotes(node.name);
    out += "\noperator = " + in_quotes(node.operator_name);
    out += "\naddress = " + in_quotes(node.address.text());
    out += "\nidentity = " + in_quotes(to_hex(node.identity.bytes()));
    out += "\ncosigner = " + in_quotes(to_hex(node.cosigner.bytes())) + "\n";
  }
  return out;
}

}  // namespace quorate::home

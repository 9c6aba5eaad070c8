// roster.toml: the nodes that a client may talk to, and the keys that their channels are pinned to.
//
//   version = 1
//   quorum = "demo"
//   [[node]]
//   name = "alpha"
//   operator = "ops-a"
//   address = "127.0.0.1:7201"
//   identity = "a4a5…"          # 64 hex digits
//   cosigner = "77c0…"
//
// A person wrote it, so each error (`configuration`) names the file, the line, and what was
// expected there. Unknown keys are errors: a misspelt one would silently mean something else.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/home/file.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"

namespace quorate::home {

inline constexpr std::size_t roster_nodes_limit = 256;

struct Address {
  std::string host;  // a name, or an IP address without brackets
  std::uint16_t port;

  std::string text() const;  // `127.0.0.1:7201`, `[::1]:7201`
  friend bool operator==(const Address&, const Address&) = default;
};

// `HOST:PORT` or `[IPV6]:PORT`; port 1 to 65535. Otherwise `malformed`.
[[nodiscard]] Result<Address> parse_address(std::string_view text);

struct RosterNode {
  std::string name;
  std::string operator_name;  // `operator`: who runs it, printable ASCII
  Address address;
  ed25519::Point identity;
  ed25519::Point cosigner;

  friend bool operator==(const RosterNode&, const RosterNode&) = default;
};

struct Roster {
  std::string quorum;
  std::vector<RosterNode> nodes;  // in the file's order; names, addresses and keys unique

  const RosterNode* find(std::string_view name) const;
  const RosterNode* find(const ed25519::Point& identity) const;

  friend bool operator==(const Roster&, const Roster&) = default;
};

// `file` is what messages call it.
[[nodiscard]] Result<Roster> parse_roster(std::string_view text, std::string_view file);
[[nodiscard]] Result<Roster> load_roster(const Path& path);
// parse_roster(format(roster)) = roster.
std::string format(const Roster& roster);

}  // namespace quorate::home

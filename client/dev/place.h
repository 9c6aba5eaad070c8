// The folder of a quorum to try out, which others rely on:
//
//   D/nodes/alpha, bravo, ...   each a node's DIR: node.toml, policy.toml, pid, log, token/ or
//                               passphrase
//   D/client/                   a client home: roster.toml, identity.key, admin, requester,
//                               approver, roots/

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::dev {

using Path = std::filesystem::path;

inline constexpr std::uint16_t most_nodes = 26;

// alpha, bravo, charlie, ... zulu: the spelling alphabet, for `number` from 0.
std::string node_name(std::size_t number);

class Place {
 public:
  explicit Place(const Path& folder);  // absolute from here on, wherever the nodes run

  const Path& folder() const { return folder_; }
  Path nodes() const { return folder_ / "nodes"; }
  Path node(const std::string& name) const { return nodes() / name; }
  Path client() const { return folder_ / "client"; }
  // Held while `up` or `down` is at work.
  Path lock() const { return folder_ / "lock"; }

  // The nodes that were made here, in the order of their names. Fails with `io`.
  [[nodiscard]] Result<std::vector<std::string>> node_names() const;

 private:
  Path folder_;
};

}  // namespace quorate::dev

// Who of the approvers serves which rule: each rule gets as many people as it asks for, and nobody
// serves two. A matching in a small bipartite graph: a person who could serve either rule goes
// where he is needed, whatever order the approvals came in.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace quorate::policy {

struct Assignment {
  std::vector<std::optional<std::size_t>> rule_of;  // by person
  std::vector<std::uint64_t> lacking;               // by rule: how many more it needs

  bool is_complete() const;
};

// `fits` has for each person the rules he could serve, `counts` for each rule how many it needs.
// As many places are filled as can be.
Assignment assign(const std::vector<std::vector<std::size_t>>& fits,
                  const std::vector<std::uint64_t>& counts);

}  // namespace quorate::policy

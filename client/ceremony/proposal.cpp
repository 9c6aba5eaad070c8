#include "client/ceremony/proposal.h"

#include <set>

#include "proto/layout/reader.h"

namespace quorate::leader {

Result<ceremony::Proposal> propose(const NewRoot& root, std::uint64_t now_s, Entropy& entropy) {
  if (!layout::is_name(root.name) || !layout::is_name(root.purpose)) {
    return fail(Code::usage,
                "a root's name and purpose have 1 to 63 of a-z, 0-9 and -, and begin with no -");
  }
  QUORATE_CHECK(
      frost::check_sizes(root.threshold, root.members.size()).map_error([](const Error& error) {
        return Error{Code::limits, error.message};
      }));
  if (std::set<ed25519::Point>(root.members.begin(), root.members.end()).size() !=
      root.members.size()) {
    return fail(Code::limits, "one node can't be two members of a root");
  }

  ceremony::Proposal proposal;
  entropy.fill(proposal.nonce);
  proposal.root = root.name;
  proposal.purpose = root.purpose;
  proposal.not_before = now_s - std::min(now_s, backdated_s);
  proposal.not_after = now_s + root.life_s;
  proposal.target.epoch = 1;
  proposal.target.threshold = root.threshold;
  for (const ed25519::Point& identity : root.members) {
    const auto number = static_cast<std::uint32_t>(proposal.target.members.size() + 1);
    QUORATE_TRY(const frost::Identifier index, frost::Identifier::make(number));
    proposal.target.members.push_back({index, identity});
  }
  QUORATE_CHECK(ceremony::check_create(proposal));
  return proposal;
}

}  // namespace quorate::leader

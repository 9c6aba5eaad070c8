// A root comes to be: the proposal, the administrator's word, the ceremony, the pin.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/cli/client.h"
#include "client/home/roster.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::cli {

struct RootWish {
  std::string name;
  std::string purpose;
  std::uint16_t threshold;
  std::vector<std::string> members;  // names of the roster, in the order of their numbers
  std::optional<Path> administrator_key;
};

// Leads the ceremony and pins what it makes. A ceremony for the same root that broke off earlier is
// resumed instead, when it has the same members, threshold and purpose: members that have confirmed
// could not enter another one.
[[nodiscard]] Outcome<ceremony::EpochRecord> create_root(Client& client, const RootWish& wish,
                                                         std::chrono::milliseconds timeout);

}  // namespace quorate::cli

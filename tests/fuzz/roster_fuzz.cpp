// roster.toml: a roster that is written and read again, or the line that is wrong.

#include "client/home/roster.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void roster(ByteView input) {
  const auto roster = home::parse_roster(text_of(input), "roster.toml");
  if (!roster) return refused_file(roster.error(), "roster.toml");
  const auto again = home::parse_roster(home::format(*roster), "roster.toml");
  QUORATE_INVARIANT(again && *again == *roster);
  for (const home::RosterNode& node : roster->nodes) {
    const auto address = home::parse_address(node.address.text());
    QUORATE_INVARIANT(address && *address == node.address);
    QUORATE_INVARIANT(roster->find(node.name) == &node && roster->find(node.identity) == &node);
  }
}

}  // namespace quorate::fuzz

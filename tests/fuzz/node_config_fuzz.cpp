// node.toml: a configuration, or the line that is wrong.

#include "node/config/config.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void node_config(ByteView input) {
  const auto config = config::parse(text_of(input), "node.toml");
  if (!config) return refused_file(config.error(), "node.toml");
  QUORATE_INVARIANT(!config->name.empty() && !config->quorum.empty());
  for (const config::Client& client : config->clients) {
    QUORATE_INVARIANT(config->find_client(client.identity) == &client);  // each key once
  }
}

}  // namespace quorate::fuzz

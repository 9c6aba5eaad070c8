// A node's own configuration, DIR/node.toml: docs/protocol.md, "Files". Read strictly; every error
// (`configuration`) names the file, the line and what was expected.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "node/config/people.h"

namespace quorate::config {

// Where the node's keys are. `kind` is never changed behind the operator's back.
struct CustodySettings {
  enum class Kind { pkcs11, file };
  Kind kind = Kind::file;
  std::string uri;       // pkcs11: RFC 7512, with module-path
  std::string pin_file;  // of the PIN, or of the passphrase; relative to the node's directory
};

// Who may connect. A client's key is no authority to ask for anything: evidence is.
enum class ClientRole { operator_, auditor };

struct Client {
  std::string name;
  ed25519::Point identity;
  std::set<ClientRole> roles;
};

struct NodeConfig {
  std::string name;
  std::string quorum;
  std::string operator_name;
  std::string listen_host;
  std::uint16_t listen_port = 0;
  std::size_t administrators_needed = 1;
  CustodySettings custody;
  std::vector<Client> clients;
  People people;  // administrators and operators

  const Client* find_client(const ed25519::Point& identity) const;
};

// `file` is what errors call it.
[[nodiscard]] Result<NodeConfig> parse(std::string_view text, const std::string& file);

// What `quorate-node init` writes: a file that parse() accepts, with comments that tell an operator
// what to add.
struct InitialConfig {
  std::string name;
  std::string quorum;
  std::string operator_name;
  std::string listen;
  CustodySettings custody;
};
[[nodiscard]] Result<std::string> initial_text(const InitialConfig& config);

}  // namespace quorate::config

#include "node/config/config.h"

#include <algorithm>
#include <charconv>

#include "crypto/base/hex.h"
#include "proto/layout/reader.h"
#include "proto/settings/settings.h"

namespace quorate::config {

using ed25519::Point;
using settings::Section;

namespace {

constexpr std::string_view name_rule = "1 to 63 of a-z, 0-9 and -, not beginning with -";

Result<std::string> read_name(Section& section, std::string_view key) {
  QUORATE_TRY(std::string name, section.text(key));
  if (!layout::is_name(name)) return section.expected(key, name_rule);
  return name;
}

Status read_listen(Section& section, NodeConfig& config) {
  QUORATE_TRY(const std::string listen, section.text("listen"));
  const std::size_t colon = listen.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string::npos && colon > 0) {
    const char* end = listen.data() + listen.size();
    const auto [stopped, error] = std::from_chars(listen.data() + colon + 1, end, port);
    if (error != std::errc() || stopped != end) port = 0;
  }
  if (port == 0) return section.expected("listen", "HOST:PORT, as in \"127.0.0.1:7201\"");
  config.listen_host = listen.substr(0, colon);
  if (config.listen_host.front() == '[' && config.listen_host.back() == ']') {
    config.listen_host = config.listen_host.substr(1, config.listen_host.size() - 2);
  }
  config.listen_port = port;
  return Done{};
}

Status read_custody(Section& file, CustodySettings& custody) {
  QUORATE_TRY(Section section, file.section("custody"));
  QUORATE_TRY(const std::string kind, section.text("kind"));
  if (kind == "pkcs11") {
    custody.kind = CustodySettings::Kind::pkcs11;
    QUORATE_TRY(custody.uri, section.text("uri"));
    QUORATE_TRY(custody.pin_file, section.text_or("pin_file", ""));
  } else if (kind == "file") {
    custody.kind = CustodySettings::Kind::file;
    QUORATE_TRY(custody.pin_file, section.text_or("passphrase_file", ""));
  } else {
    return section.expected("kind", "\"pkcs11\" or \"file\"");
  }
  return section.finish();
}

Status read_client(Section& section, NodeConfig& config) {
  QUORATE_TRY(std::string name, read_name(section, "name"));
  QUORATE_TRY(const std::string hex, section.text("identity"));
  const Result<Bytes> bytes = from_hex(hex);
  const Result<Point> identity =
      bytes ? Point::parse(*bytes) : Result<Point>(tl::unexpected(bytes.error()));
  if (!identity) {
    return section.expected("identity", "64 hex digits: the client's Ed25519 identity key");
  }
  if (config.find_client(*identity) != nullptr) {
    return section.expected("identity", "a key that no other client has");
  }
  Client client{std::move(name), *identity, {}};
  QUORATE_TRY(const std::vector<std::string> roles, section.texts("roles"));
  for (const std::string& role : roles) {
    if (role == "operator") {
      client.roles.insert(ClientRole::operator_);
    } else if (role == "auditor") {
      client.roles.insert(ClientRole::auditor);
    } else {
      return section.expected("roles", "any of \"operator\", \"auditor\"");
    }
  }
  config.clients.push_back(std::move(client));
  return section.finish();
}

Status read_person(Section& section, NodeConfig& config) {
  QUORATE_TRY(const std::string name, read_name(section, "name"));
  if (config.people.has(name)) return section.expected("name", "a name that no other person has");
  QUORATE_TRY(const std::vector<std::string> keys, section.texts("keys"));
  if (keys.empty()) return section.expected("keys", "at least one OpenSSH public key line");
  for (const std::string& line : keys) {
    const Result<ssh::PublicKey> key = ssh::PublicKey::parse_line(line);
    if (!key) {
      return section.expected("keys", "OpenSSH public key lines (" + key.error().message + ")");
    }
    if (!config.people.add(name, *key)) {
      return section.expected("keys", "keys that nobody else has (" + key->fingerprint() + ")");
    }
  }
  QUORATE_TRY(const std::vector<std::string> roles, section.texts("roles"));
  if (roles.empty()) {
    return section.expected("roles",
                            "\"administrator\" or \"operator\"; who may ask and approve stands in"
                            " policy.toml");
  }
  for (const std::string& role : roles) {
    if (role == "administrator") {
      config.people.add_role(name, PersonRole::administrator);
    } else if (role == "operator") {
      config.people.add_role(name, PersonRole::operator_);
    } else {
      return section.expected("roles", "any of \"administrator\", \"operator\"");
    }
  }
  return section.finish();
}

using ReadSection = Status (*)(Section&, NodeConfig&);

Status read_each(Section& file, std::string_view key, ReadSection read, NodeConfig& config) {
  QUORATE_TRY(std::vector<Section> sections, file.sections(key));
  for (Section& section : sections) QUORATE_CHECK(read(section, config));
  return Done{};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

const Client* NodeConfig::find_client(const Point& identity) const {
  const auto found = std::find_if(clients.begin(), clients.end(), [&](const Client& client) {
    return client.identity == identity;
  });
  return found == clients.end() ? nullptr : &*found;
}

Result<NodeConfig> parse(std::string_view text, const std::string& file) {
  QUORATE_TRY(Section section, Section::parse(text, file));
  NodeConfig config;
  QUORATE_TRY(const std::int64_t version, section.integer("version", 1, 1));
  (void)version;  // there is one
  QUORATE_TRY(config.name, read_name(section, "name"));
  QUORATE_TRY(config.quorum, read_name(section, "quorum"));
  QUORATE_TRY(config.operator_name, read_name(section, "operator"));
  QUORATE_CHECK(read_listen(section, config));
  QUORATE_TRY(const std::int64_t needed, section.integer("administrators_needed", 1, 16));
  config.administrators_needed = static_cast<std::size_t>(needed);
  QUORATE_CHECK(read_custody(section, config.custody));
  QUORATE_CHECK(read_each(section, "client", read_client, config));
  QUORATE_CHECK(read_each(section, "person", read_person, config));
  if (section.has("allow")) {
    return section.expected("allow", "no such section: who may ask for what stands in policy.toml");
  }
  QUORATE_CHECK(section.finish());
  const std::size_t administrators = config.people.count(PersonRole::administrator);
  if (administrators > 0 && administrators < config.administrators_needed) {
    return section.expected("administrators_needed",
                            "at most the " + std::to_string(administrators) +
                                " persons with the role \"administrator\"");
  }
  return config;
}

Result<std::string> initial_text(const InitialConfig& initial) {
  std::string custody = "[custody]\n";
  if (initial.custody.kind == CustodySettings::Kind::pkcs11) {
    custody += "kind = \"pkcs11\"\nuri = " + quoted(initial.custody.uri) + "\n";
    if (!initial.custody.pin_file.empty()) {
      custody += "pin_file = " + quoted(initial.custody.pin_file) + "\n";
    }
  } else {
    custody += "kind = \"file\"        # a passphrase, not an HSM\n";
    if (!initial.custody.pin_file.empty()) {
      custody += "passphrase_file = " + quoted(initial.custody.pin_file) + "\n";
    }
  }
  std::string text =
      "# A signer node of Quorate. Who may connect and who administrates stands at the end; until "
      "you\n"
      "# add it, this node serves nobody. What it signs, for whom, stands in policy.toml.\n"
      "version = 1\n"
      "name = " +
      quoted(initial.name) +
      "\n"
      "quorum = " +
      quoted(initial.quorum) +
      "        # with the name: fixed for the ledger's life\n"
      "operator = " +
      quoted(initial.operator_name) +
      "\n"
      "listen = " +
      quoted(initial.listen) +
      "\n"
      "administrators_needed = 1      # how many persons must sign the proposal of a ceremony\n"
      "\n" +
      custody +
      "\n"
      "# [[client]]                   # who may connect; `quorate status` prints a home's own key\n"
      "# name = \"desk\"\n"
      "# identity = \"<64 hex digits>\"\n"
      "# roles = [\"operator\"]         # may lead ceremonies\n"
      "#\n"
      "# [[person]]\n"
      "# name = \"alice\"\n"
      "# keys = [\"ssh-ed25519 AAAA...\"]\n"
      "# roles = [\"administrator\"]    # or \"operator\"\n";
  QUORATE_TRY(const NodeConfig parsed, parse(text, "the new node.toml"));
  (void)parsed;  // only that it is accepted
  return text;
}

}  // namespace quorate::config

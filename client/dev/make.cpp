// What `dev up` does once.

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "client/dev/local_quorum.h"
#include "client/dev/node_file.h"
#include "client/dev/port.h"
#include "client/dev/process.h"
#include "client/home/home.h"
#include "client/home/identity.h"
#include "crypto/base/hex.h"

namespace quorate::dev {
namespace {

constexpr std::size_t key_file_limit = std::size_t{64} * 1024;
constexpr mode_t owner_only = 0600;

std::string word(Custody custody) { return custody == Custody::pkcs11 ? "pkcs11" : "file"; }

// The line of NAME.pub, as it goes into TOML: printable, without quotes.
Result<std::string> make_key(const Path& folder, const std::string& name) {
  const Path key = folder / name;
  QUORATE_TRY(const std::string said,
              run("ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.string()}));
  QUORATE_TRY(std::string line, home::read_file(key.string() + ".pub", key_file_limit));
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

Result<ed25519::Point> point_of(const nlohmann::json& answer, const char* field) {
  const auto found = answer.find(field);
  if (found == answer.end() || !found->is_string()) {
    return fail(Code::tool_failed, "quorate-node init did not say its " + std::string(field));
  }
  QUORATE_TRY(const auto bytes, from_hex_exactly<32>(found->get<std::string>()));
  return ed25519::Point::parse(bytes);
}

Result<home::RosterNode> make_node(const Place& place, const std::string& name, std::uint16_t port,
                                   Custody custody, const People& people) {
  const Path dir = place.node(name);
  const home::Address address{"127.0.0.1", port};
  const std::string operator_name = "ops-" + name;
  QUORATE_TRY(const std::string said, run(program_beside_us("quorate-node"),
                                          {"init", dir.string(), "--name", name, "--quorum", "dev",
                                           "--operator", operator_name, "--listen", address.text(),
                                           "--custody", word(custody), "--json"}));
  const nlohmann::json answer = nlohmann::json::parse(said, nullptr, false);
  if (!answer.is_object()) {
    return fail(Code::tool_failed, "quorate-node init did not answer with a JSON object");
  }
  QUORATE_TRY(const ed25519::Point identity, point_of(answer, "identity"));
  QUORATE_TRY(const ed25519::Point cosigner, point_of(answer, "cosigner"));

  const Path file = dir / "node.toml";
  QUORATE_TRY(const std::string text, home::read_file(file, key_file_limit));
  QUORATE_CHECK(
      home::write_file(file, text + sections(people), owner_only, home::Existing::replace));
  QUORATE_CHECK(
      home::write_file(dir / "policy.toml", policy(people), owner_only, home::Existing::replace));
  return home::RosterNode{name, operator_name, address, identity, cosigner};
}

Status refuse_leftovers(const Place& place) {
  std::error_code failed;
  for (const Path& folder : {place.nodes(), place.client()}) {
    if (std::filesystem::exists(folder, failed)) {
      return fail(Code::usage, folder.string() +
                                   " is there already, and not from a `dev up` that came to its"
                                   " end; choose another --dir");
    }
  }
  return Done{};
}

}  // namespace

Status make(const Place& place, const Wish& wish, Entropy& entropy, const Progress& progress) {
  QUORATE_CHECK(refuse_leftovers(place));
  std::error_code failed;
  std::filesystem::create_directories(place.nodes(), failed);
  if (!failed) std::filesystem::create_directories(place.client(), failed);
  if (failed) {
    return fail(Code::io, "can't write to " + place.folder().string() + ": " + failed.message());
  }
  for (const Path& folder : {place.nodes(), place.client()}) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  }

  const home::Home client(place.client());
  progress("making the client's home: " + client.folder().string());
  QUORATE_TRY(const ed25519::SigningKey identity,
              home::load_or_create_identity(client.identity(), entropy));
  QUORATE_TRY(std::string administrator, make_key(client.folder(), "admin"));
  QUORATE_TRY(std::string requester, make_key(client.folder(), "requester"));
  QUORATE_TRY(std::string approver, make_key(client.folder(), "approver"));
  const People people{identity.public_key(), std::move(administrator), std::move(requester),
                      std::move(approver)};

  QUORATE_TRY(const std::vector<std::uint16_t> ports, free_ports(wish.nodes));
  home::Roster roster{"dev", {}};
  for (std::size_t i = 0; i < wish.nodes; ++i) {
    const std::string name = node_name(i);
    progress("making node " + name + ": its token, its PIN, its keys");
    QUORATE_TRY(home::RosterNode node, make_node(place, name, ports[i], wish.custody, people));
    roster.nodes.push_back(std::move(node));
  }
  return home::write_file(client.roster(), home::format(roster), 0644, home::Existing::refuse);
}

}  // namespace quorate::dev

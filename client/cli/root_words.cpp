#include "client/cli/root_words.h"

#include <algorithm>
#include <array>

#include "client/cli/client.h"
#include "crypto/base/hex.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_key.h"

namespace quorate::cli {
namespace {

constexpr std::size_t pem_line = 64;

// SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING of 32 bytes, which follow }
constexpr std::array<std::uint8_t, 12> spki_prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                      0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

// base64url, RFC 4648 section 5, without padding.
std::string base64url(ByteView bytes) {
  std::string text = ssh::to_base64_unpadded(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

}  // namespace

std::string ssh_line(const ceremony::EpochRecord& record) {
  return ssh::PublicKey::of(record.group_key()).line(record.root);
}

std::string pem(const ceremony::EpochRecord& record) {
  Bytes spki(spki_prefix.begin(), spki_prefix.end());
  append(spki, record.root_id());
  const std::string text = ssh::to_base64(spki);
  std::string out = "-----BEGIN PUBLIC KEY-----\n";
  for (std::size_t at = 0; at < text.size(); at += pem_line) {
    out += text.substr(at, pem_line) + "\n";
  }
  return out + "-----END PUBLIC KEY-----\n";
}

Json jwk(const ceremony::EpochRecord& record) {
  return {
      {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url(record.root_id())}, {"kid", record.root}};
}

std::string root_in_words(const home::Roster& roster, const ceremony::EpochRecord& record) {
  std::string members;
  for (const ceremony::Member& member : record.members.members) {
    members += (members.empty() ? "" : ", ") + node_name(roster, member.identity);
  }
  return "root         " + record.root +
         "\n"
         "purpose      " +
         record.purpose +
         "\n"
         "algorithm    ed25519\n"
         "threshold    " +
         std::to_string(record.members.threshold) + " of " +
         std::to_string(record.members.members.size()) +
         "\n"
         "members      " +
         members +
         "\n"
         "epoch        " +
         std::to_string(record.members.epoch) +
         "\n"
         "public key   " +
         ssh_line(record) +
         "\n"
         "fingerprint  " +
         ssh::PublicKey::of(record.group_key()).fingerprint() +
         "\n"
         "transcript   " +
         to_hex(record.transcript) + "\n";
}

Json json_of(const home::Roster& roster, const ceremony::EpochRecord& record) {
  Json members = Json::array();
  for (const ceremony::Member& member : record.members.members) {
    members.push_back({{"participant", member.index.number()},
                       {"name", node_name(roster, member.identity)},
                       {"identity", to_hex(member.identity.bytes())}});
  }
  return {{"name", record.root},
          {"purpose", record.purpose},
          {"algorithm", "ed25519"},
          {"threshold", record.members.threshold},
          {"members", members},
          {"epoch", record.members.epoch},
          {"root_id", to_hex(record.root_id())},
          {"ssh", ssh_line(record)},
          {"fingerprint", ssh::PublicKey::of(record.group_key()).fingerprint()},
          {"transcript", to_hex(record.transcript)}};
}

}  // namespace quorate::cli

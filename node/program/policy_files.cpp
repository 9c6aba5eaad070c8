#include "node/program/policy_files.h"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include "crypto/base/hex.h"
#include "node/program/system.h"

namespace quorate::node {

namespace fs = std::filesystem;

Result<PolicyFiles> read_policy(const fs::path& directory) {
  const fs::path file = directory / "policy.toml";
  std::error_code failed;
  if (!fs::exists(file, failed) && !failed) return PolicyFiles{};
  QUORATE_TRY(const std::string text, read_text(file));
  PolicyFiles files;
  QUORATE_TRY(files.policy, policy::Policy::load(text, file.string()));
  files.issuers = files.policy.issuers();
  for (oidc::Issuer& issuer : files.issuers) {
    // As with the PIN's file: relative to the node's directory.
    if (!issuer.ca_file.empty()) issuer.ca_file = fs::absolute(directory / issuer.ca_file, failed);
    if (!issuer.is_pinned()) continue;
    QUORATE_TRY(std::string keys, read_text(directory / issuer.keys_file));
    ByteArray<32> digest;
    crypto_hash_sha256(digest.data(), bytes_of(keys).data(), keys.size());
    spdlog::info("provider {}: keys pinned in {}, SHA-256 {}", issuer.name, issuer.keys_file,
                 to_hex(digest));
    files.pinned_keys.emplace(issuer.name, std::move(keys));
  }
  return files;
}

}  // namespace quorate::node

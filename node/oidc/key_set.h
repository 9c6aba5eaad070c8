// A provider's keys: its JWK set (RFC 7517), as it was fetched or as a file pins it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/oidc/public_key.h"

namespace quorate::oidc {

inline constexpr std::size_t largest_document = std::size_t{256} * 1024;

class KeySet {
 public:
  static constexpr std::size_t most_keys = 64;

  // `malformed`: no strict JSON, too long, too many keys, a broken key of a type that we know, two
  // keys with one `kid`. Types that we don't know are passed over.
  [[nodiscard]] static Result<KeySet> parse(std::string_view json);

  // SHA-256 of what was parsed: for the log, so that nodes can be compared.
  const ByteArray<32>& sha256() const { return sha256_; }
  std::size_t size() const { return keys_.size(); }

  // The key of exactly this `kid`. Without a `kid`, the one key that may sign with the algorithm,
  // if there is just one.
  const PublicKey* find(const std::optional<std::string>& id, Algorithm algorithm) const;

 private:
  std::vector<PublicKey> keys_;
  ByteArray<32> sha256_{};
};

}  // namespace quorate::oidc

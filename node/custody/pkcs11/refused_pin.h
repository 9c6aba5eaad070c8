// Remembers a PIN that the token refused, so that nothing, not even a restart loop of the service,
// tries it again: real tokens lock for good after three to ten tries.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret_bytes.h"
#include "node/custody/pin.h"

namespace quorate::custody::pkcs11 {

// The marker file holds the PIN file's time and a slow hash (Argon2id) of the refused PIN.
class RefusedPin {
 public:
  explicit RefusedPin(std::optional<std::filesystem::path> marker);

  // Whether this is the refused PIN from an unchanged source.
  bool is(const Pin& pin) const;
  // Fails with `io` when it can't be written down; it is remembered in this process all the same.
  [[nodiscard]] Status remember(const Pin& pin);
  void forget();

 private:
  std::optional<std::filesystem::path> marker_;
  struct Refused {
    std::int64_t changed_ns;
    std::string hash;  // crypto_pwhash_str's own form
  };
  ByteArray<32> quick_hash(const Pin& pin) const;

  std::optional<Refused> refused_;
  // The last PIN that was compared at the slow hash's price, and what came out: this is asked at
  // every attempt to connect. Under a key of this process.
  SecretBytes<32> quick_key_;
  struct Compared {
    ByteArray<32> pin;
    bool is_refused;
  };
  mutable std::optional<Compared> compared_;
};

}  // namespace quorate::custody::pkcs11

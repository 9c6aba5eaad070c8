// What custody asks of the thing that holds the keys: a PKCS#11 token, a passphrase, or the
// simulator's token. A backend wraps data keys; it never sees what those keys protect.
//
// Every call may block for as long as the backend's deadline, and may be made from any thread.
// A backend repairs itself: after an error it tries again on its own, and health() says how far it
// has come. It never falls back to another token and never makes a key that it was not asked for.

#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "crypto/base/result.h"
#include "crypto/base/secret_bytes.h"

namespace quorate::custody {

// What a key is for. There is one seal key in a node's life, one share key for each root and epoch
// (destroyed with the epoch, which makes old copies of the database noise), and one ceremony key
// for each open ceremony.
enum class KeyKind : std::uint8_t { seal, share, ceremony };

// A share key and a ceremony key carry the first 16 bytes of their ceremony's id.
struct KeyId {
  KeyKind kind;
  ByteArray<16> id;

  friend auto operator<=>(const KeyId&, const KeyId&) = default;
};

// The key of a ceremony, from the ceremony's 32-byte id: `share` for the share that it makes,
// `ceremony` for what lives only as long as it is open.
KeyId key_of_ceremony(KeyKind kind, const ByteArray<32>& ceremony);

enum class State : std::uint8_t {
  ready,
  absent,       // no module, slot or token; for the file backend: no header file
  wrong_token,  // the label is right and the serial is not
  pin_missing,
  pin_refused,  // never tried again until the PIN's source changes
  pin_locked,
  key_missing,  // the token is there and logged in, and the seal key is not
  suspect,      // errors or missed deadlines; being reconnected
};

std::string_view name(State state);
// The error code with which a backend in this state refuses. Not of `ready`.
Code code_of(State state);

struct Health {
  State state;
  std::string advice;  // one sentence: what is the matter, and what a person does about it
};

// How a blob's data key is wrapped; the number stands in the blob. Chosen at `init` and never
// negotiated later.
enum class WrapMode : std::uint8_t {
  passphrase = 0,  // the file backend: XChaCha20-Poly1305 under a key file
  gcm = 1,         // AES-GCM in the token: IV (12) ‖ ciphertext (32) ‖ tag (16)
  cbc = 3,         // AES-CBC in the token without padding: IV (16) ‖ ciphertext (32)
};

// A fresh key that protects one blob.
using DataKey = SecretBytes<32>;

// Wraps data keys under one of its own keys. `aad` is bound to the result where the mode can.
class DataKeyWrapper {
 public:
  virtual ~DataKeyWrapper() = default;

  virtual WrapMode wrap_mode() const = 0;
  [[nodiscard]] virtual Result<Bytes> wrap(const KeyId& key, const DataKey& data_key, ByteView aad,
                                           Entropy& entropy) = 0;
  // Fails with the code of a state (token_absent, key_missing, token_busy, ...) when the token is
  // to blame, and with blob_damaged when the token is well and refuses these bytes.
  [[nodiscard]] virtual Result<DataKey> unwrap(const KeyId& key, ByteView wrapped,
                                               ByteView aad) = 0;
};

class Backend : public DataKeyWrapper {
 public:
  // Does nothing when the key is there already: a ceremony that is taken up again after a crash
  // calls this a second time.
  [[nodiscard]] virtual Status create_key(const KeyId& key, Entropy& entropy) = 0;
  // Does nothing when there is no such key. When it returns well, the key is gone for good.
  [[nodiscard]] virtual Status destroy_key(const KeyId& key) = 0;
  [[nodiscard]] virtual Result<bool> has_key(const KeyId& key) = 0;

  // The node's own key, made at `init`: for the identity key, the cosigner key and the canary.
  virtual KeyId seal_key() const = 0;

  virtual Health health() const = 0;
  // For `status` and `root show`: "pkcs11" or "file (not an HSM)".
  virtual std::string description() const = 0;
  // Reconnect now instead of after the waiting time (SIGHUP). Does not forgive a refused PIN:
  // that takes a changed source.
  virtual void retry_now() = 0;
};

}  // namespace quorate::custody

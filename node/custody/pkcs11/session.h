// One PKCS#11 session, used by one thread at a time: two threads in one session crash some tokens.
// Every method is one or a few C_ calls; after any trouble the session is to be thrown away, since
// some tokens leave it stuck in the middle of an operation.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/custody/backend.h"
#include "node/custody/pkcs11/fault.h"
#include "node/custody/pkcs11/uri.h"

namespace quorate::custody::pkcs11 {

using SlotId = unsigned long;        // CK_SLOT_ID
using ObjectHandle = unsigned long;  // CK_OBJECT_HANDLE, good in all sessions of a login

enum class PinStanding : unsigned char { good, count_low, final_try, locked };

struct Slot {
  SlotId id;
  PinStanding pin;
};

// The slot of the token with this label and serial. Fails with token_absent, or token_wrong when
// the label is there under another serial.
[[nodiscard]] Result<Slot> find_token(void* functions, const TokenUri& token);

// The best mode that the token's mechanisms allow: gcm, else cbc.
[[nodiscard]] Answer<std::optional<WrapMode>> choose_mode(void* functions, SlotId slot);

class Session {
 public:
  // Read-write: some tokens refuse others.
  static Answer<Session> open(void* functions, SlotId slot, std::uint64_t generation);
  Session(Session&& other) noexcept;
  Session& operator=(Session&& other) noexcept;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // Closes it. Only while its generation lasts: its number may be another session's in the next.
  ~Session();

  std::uint64_t generation() const { return generation_; }
  // Forgets the session without closing it: its generation is over.
  void abandon() { open_ = false; }

  Answer<bool> is_logged_in() const;
  // Being logged in already is success.
  Answer<Done> log_in(ByteView pin) const;

  // The keys with this label and id; more than one is trouble for the caller.
  Answer<std::vector<ObjectHandle>> find_all(const KeyId& key) const;
  // Exactly one, with the attributes we demand: sensitive from birth, never extractable, made here.
  Answer<ObjectHandle> find_one(const KeyId& key) const;

  struct Generated {
    ObjectHandle handle;
    std::string
        refused_attributes;  // those that the token did not take, of the three it may refuse
  };
  // Checked like find_one; a key that fails is destroyed again.
  Answer<Generated> generate(const KeyId& key, WrapMode mode) const;
  Answer<Done> destroy(ObjectHandle key) const;

  // The data key is wrapped in one call; `iv` has 12 (gcm) or 16 (cbc) bytes.
  Answer<Bytes> wrap(ObjectHandle key, WrapMode mode, ByteView iv, const DataKey& data_key,
                     ByteView aad) const;
  Answer<DataKey> unwrap(ObjectHandle key, WrapMode mode, ByteView wrapped, ByteView aad) const;

 private:
  Session(void* functions, unsigned long handle, std::uint64_t generation)
      : functions_(functions), handle_(handle), generation_(generation) {}
  Answer<Done> check_attributes(ObjectHandle key) const;

  void* functions_;
  unsigned long handle_;  // CK_SESSION_HANDLE
  std::uint64_t generation_;
  bool open_ = true;
};

std::size_t iv_size(WrapMode mode);
std::size_t wrapped_size(WrapMode mode);  // IV and ciphertext

}  // namespace quorate::custody::pkcs11

#include "node/custody/backend.h"

#include <algorithm>

#include "crypto/base/invariant.h"

namespace quorate::custody {

KeyId key_of_ceremony(KeyKind kind, const ByteArray<32>& ceremony) {
  QUORATE_INVARIANT(kind != KeyKind::seal);
  KeyId key{kind, {}};
  std::copy_n(ceremony.begin(), key.id.size(), key.id.begin());
  return key;
}

std::string_view name(State state) {
  switch (state) {
    case State::ready: return "ready";
    case State::absent: return "absent";
    case State::wrong_token: return "wrong-token";
    case State::pin_missing: return "pin-missing";
    case State::pin_refused: return "pin-refused";
    case State::pin_locked: return "pin-locked";
    case State::key_missing: return "key-missing";
    case State::suspect: return "suspect";
  }
  QUORATE_INVARIANT(false);
}

Code code_of(State state) {
  switch (state) {
    case State::ready: break;
    case State::absent: return Code::token_absent;
    case State::wrong_token: return Code::token_wrong;
    case State::pin_missing: return Code::pin_missing;
    case State::pin_refused: return Code::pin_refused;
    case State::pin_locked: return Code::pin_locked;
    case State::key_missing: return Code::key_missing;
    case State::suspect: return Code::token_suspect;
  }
  QUORATE_INVARIANT(false);
}

}  // namespace quorate::custody

// What a token answered, and what we make of it (CUSTODY section 6).

#pragma once

#include <string>

#include <tl/expected.hpp>

namespace quorate::custody::pkcs11 {

using ReturnValue = unsigned long;  // CK_RV

// Sorted by what to do about it.
enum class Remedy : unsigned char {
  renew,       // the session or handle is stale: a new session, and once more
  suspect,     // the device may be gone: ask the canary, then reconnect
  wait,        // too many sessions: go on with fewer
  stop_login,  // the PIN: for a person
  missing,     // no such key: perhaps, the canary knows
  report,      // our mistake or a wrong `init`: say it, never retry
};

struct Trouble {
  Remedy remedy;
  ReturnValue code;  // CKR_OK where the trouble is not a return value's
  std::string text;  // "C_Decrypt: CKR_DEVICE_ERROR"
};

template <typename T>
using Answer = tl::expected<T, Trouble>;

Remedy remedy_of(ReturnValue code);
std::string name(ReturnValue code);

inline tl::unexpected<Trouble> trouble(const char* call, ReturnValue code) {
  return tl::unexpected<Trouble>(
      Trouble{remedy_of(code), code, std::string(call) + ": " + name(code)});
}

// For a condition that is no return value.
inline tl::unexpected<Trouble> trouble(Remedy remedy, std::string text) {
  return tl::unexpected<Trouble>(Trouble{remedy, 0, std::move(text)});
}

}  // namespace quorate::custody::pkcs11

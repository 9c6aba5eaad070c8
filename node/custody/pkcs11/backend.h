// A PKCS#11 token as backend. It keeps itself connected: a thread of its own finds the token, logs
// in, finds the seal key, checks it and opens the canary; and does so again after the token has
// failed, waiting 1 s, then 2 s, up to 60 s. Token calls block and cannot be cancelled, so they run
// on worker threads with one session each, and a caller waits no longer than the deadline.
//
// A PIN that the token refused is not tried again until its source changes, not even after a
// restart of the process (see `refusal_marker`): real tokens lock for good after a few tries.
//
// Never fork after open(): start other programs with posix_spawn.

#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "node/custody/backend.h"
#include "node/custody/pin.h"
#include "node/custody/pkcs11/uri.h"

namespace quorate::custody::pkcs11 {

// Is given the module's CK_FUNCTION_LIST* and returns the one to call: for tests and simulators,
// which replace entries to see what no software token shows.
using Shim = std::function<void*(void* function_list)>;

enum class LastTry : std::uint8_t { refuse, allow };

struct Config {
  TokenUri token;
  PinSource pin;
  ByteArray<16> seal_key{};
  WrapMode mode = WrapMode::gcm;
  Bytes canary;
  // Where a refused PIN is remembered across restarts: a file in the node's directory. It holds a
  // slow hash of the refused PIN.
  std::optional<std::filesystem::path> refusal_marker;
  // Whether to log in when the token says that one more wrong PIN will lock it.
  LastTry last_try = LastTry::refuse;

  // Where a software token keeps its objects, to be synced after each new key; none for devices.
  std::optional<std::filesystem::path> token_folder;

  std::size_t sessions = 4;
  std::chrono::milliseconds deadline{5000};
  std::chrono::milliseconds first_wait{1000};
  std::chrono::milliseconds longest_wait{60'000};
  std::function<void(const std::string&)> log;  // sentences for the operator; from any thread
  Shim shim;
};

// Fails with `configuration` only: no such module, not a PKCS#11 library, a mode that no token has.
// A token that is away is no failure but a state. Returns after the first attempt to connect.
[[nodiscard]] Result<std::unique_ptr<Backend>> open(const Config& config);

}  // namespace quorate::custody::pkcs11

// The way from nothing to a logged-in token whose seal key opens the canary, and everything that is
// true only as long as that login lasts.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "node/custody/backend.h"
#include "node/custody/pkcs11/backend.h"
#include "node/custody/pkcs11/module.h"
#include "node/custody/pkcs11/refused_pin.h"
#include "node/custody/pkcs11/session.h"

namespace quorate::custody::pkcs11 {

// Wraps data keys in one session, for the canary: no retries, no threads.
class SessionWrapper final : public DataKeyWrapper {
 public:
  SessionWrapper(const Session& session, ObjectHandle key, WrapMode mode)
      : session_(session), key_(key), mode_(mode) {}
  WrapMode wrap_mode() const override { return mode_; }
  Result<Bytes> wrap(const KeyId& key, const DataKey& data_key, ByteView aad,
                     Entropy& entropy) override;
  Result<DataKey> unwrap(const KeyId& key, ByteView wrapped, ByteView aad) override;

 private:
  const Session& session_;
  ObjectHandle key_;
  WrapMode mode_;
};

class Connection {
 public:
  Connection(const Config& config, std::shared_ptr<Module> module, void* functions);

  // Restarts the module, with all calls out, and links to the token. By one thread at a time.
  Health connect();

  // A session that is logged in. Links first where the module was restarted for another token.
  Answer<Session> open_session(const Module::Use& use);

  // From memory, or found in the token and checked.
  Answer<ObjectHandle> handle(const Session& session, const KeyId& key);
  void forget_handles();

  // Whether the token is well: finds the seal key anew and opens the canary with it.
  Answer<Done> check_canary(const Session& session) const;

  const Config& config() const { return config_; }
  KeyId seal_key() const { return {KeyKind::seal, config_.seal_key}; }
  Module& module() { return *module_; }
  // Gives up the anchor session, and with it the login. Before the end.
  void disconnect();

 private:
  Health link(const Module::Use& use);
  std::optional<Health> log_in(const Session& session, PinStanding standing);
  Health refused(const Pin& pin, const Trouble& trouble);
  void drop_anchor(const Module::Use& use);
  void log(const std::string& sentence) const;

  const Config config_;
  const std::shared_ptr<Module> module_;
  void* const functions_;

  std::mutex link_mutex_;  // held while linking; what follows belongs to it
  std::uint64_t generation_ = 0;
  std::optional<SlotId> slot_;
  // Opened first and never used: when the last session closes, the token logs everybody out.
  std::optional<Session> anchor_;
  RefusedPin refused_pin_;
  State refused_state_ = State::pin_refused;

  std::mutex handles_mutex_;
  std::map<KeyId, ObjectHandle> handles_;
};

}  // namespace quorate::custody::pkcs11

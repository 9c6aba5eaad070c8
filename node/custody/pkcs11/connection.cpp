#include "node/custody/pkcs11/connection.h"

#include "crypto/base/invariant.h"
#include "node/custody/blob.h"
#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

constexpr std::size_t most_handles = 1024;

Health suspect(const Trouble& trouble) {
  return {State::suspect,
          "the token answers " + trouble.text + "; the node keeps trying, look at the device"};
}

Error error_of(const Trouble& trouble) { return {Code::token_suspect, trouble.text}; }

State state_of(Code code) {
  if (code == Code::token_wrong) return State::wrong_token;
  return code == Code::token_absent ? State::absent : State::suspect;
}

}  // namespace

Result<Bytes> SessionWrapper::wrap(const KeyId&, const DataKey& data_key, ByteView aad,
                                   Entropy& entropy) {
  Bytes iv(iv_size(mode_));
  entropy.fill(iv);
  Answer<Bytes> wrapped = session_.wrap(key_, mode_, iv, data_key, aad);
  if (!wrapped) return tl::unexpected(error_of(wrapped.error()));
  return *std::move(wrapped);
}

Result<DataKey> SessionWrapper::unwrap(const KeyId&, ByteView wrapped, ByteView aad) {
  if (wrapped.size() != wrapped_size(mode_)) return fail(Code::blob_damaged, "a wrong length");
  Answer<DataKey> data_key = session_.unwrap(key_, mode_, wrapped, aad);
  if (!data_key) return tl::unexpected(error_of(data_key.error()));
  return *std::move(data_key);
}

Connection::Connection(const Config& config, std::shared_ptr<Module> module, void* functions)
    : config_(config),
      module_(std::move(module)),
      functions_(functions),
      refused_pin_(config.refusal_marker) {}

void Connection::log(const std::string& sentence) const {
  if (config_.log) config_.log(sentence);
}

Health Connection::connect() {
  // The PIN first: without one there is no reason to disturb the module.
  const Result<Pin> pin = read_pin(config_.pin);
  if (!pin) return {State::pin_missing, pin.error().message};
  std::uint64_t seen = 0;
  {
    const std::lock_guard lock(link_mutex_);
    if (refused_pin_.is(*pin)) {
      return {refused_state_, "the token refused " + pin->origin +
                                  ", and it is not tried again: correct it, or if it is right "
                                  "(mended on the token's side) write it anew"};
    }
    seen = generation_;
  }
  if (const Status started = module_->restart(seen, config_.deadline); !started) {
    return {state_of(started.error().code), started.error().message};
  }
  const Result<Module::Use> use = module_->use(config_.deadline);
  if (!use) return {state_of(use.error().code), use.error().message};
  const std::lock_guard lock(link_mutex_);
  return link(*use);
}

Health Connection::link(const Module::Use& use) {
  drop_anchor(use);
  forget_handles();
  generation_ = use.generation();
  const Result<Slot> slot = find_token(functions_, config_.token);
  if (!slot) return {state_of(slot.error().code), slot.error().message};
  slot_ = slot->id;

  Answer<Session> session = Session::open(functions_, slot->id, generation_);
  if (!session) return suspect(session.error());
  if (const auto unwell = log_in(*session, slot->pin)) return *unwell;
  const Answer<ObjectHandle> key = session->find_one(seal_key());
  if (!key && key.error().remedy == Remedy::missing) {
    return {State::key_missing, "the token is there, and " + key.error().text +
                                    ": was it initialised anew? The node makes no new one by "
                                    "itself"};
  }
  if (!key) return suspect(key.error());
  if (const Answer<Done> opened = check_canary(*session); !opened) return suspect(opened.error());
  anchor_ = *std::move(session);
  if (slot->pin == PinStanding::count_low) {
    return {State::ready, "ready; but the token has seen wrong PINs and counts few tries left"};
  }
  return {State::ready, "ready"};
}

// Nothing when logged in, else why not.
std::optional<Health> Connection::log_in(const Session& session, PinStanding standing) {
  const Answer<bool> already = session.is_logged_in();
  if (!already) return suspect(already.error());
  if (*already) return std::nullopt;
  if (standing == PinStanding::locked) {
    return Health{State::pin_locked,
                  "the token has locked its PIN: unlock it with the security officer's PIN"};
  }
  if (standing == PinStanding::final_try && config_.last_try == LastTry::refuse) {
    return Health{State::pin_refused,
                  "the token has one try left before it locks the PIN, so it is not tried: start "
                  "with --last-try when you are sure of the PIN"};
  }
  const Result<Pin> pin = read_pin(config_.pin);
  if (!pin) return Health{State::pin_missing, pin.error().message};
  if (refused_pin_.is(*pin)) return Health{refused_state_, "the PIN was refused before"};
  const Answer<Done> done = session.log_in(pin->bytes.expose());
  if (done) {
    refused_pin_.forget();
    return std::nullopt;
  }
  if (done.error().remedy != Remedy::stop_login) return suspect(done.error());
  return refused(*pin, done.error());
}

Health Connection::refused(const Pin& pin, const Trouble& trouble) {
  if (const Status remembered = refused_pin_.remember(pin); !remembered) {
    log(remembered.error().message);
  }
  refused_state_ = trouble.code == CKR_PIN_LOCKED ? State::pin_locked : State::pin_refused;
  return {refused_state_,
          refused_state_ == State::pin_locked
              ? "the token has locked its PIN: unlock it with the security officer's PIN, then "
                "write " +
                    pin.origin + " anew"
              : "the token refused " + pin.origin + " (" + trouble.text +
                    "); it is not tried again until it changes"};
}

Answer<Session> Connection::open_session(const Module::Use& use) {
  const std::lock_guard lock(link_mutex_);
  if (generation_ != use.generation() || !anchor_) {
    if (const Health health = link(use); health.state != State::ready) {
      return trouble(Remedy::suspect, health.advice);
    }
  }
  Answer<Session> session = Session::open(functions_, *slot_, generation_);
  if (!session) return session;
  // Somebody's C_Logout, or the token's own idea: log in again, by the rules.
  const Answer<bool> logged_in = session->is_logged_in();
  if (!logged_in) return tl::unexpected(logged_in.error());
  if (!*logged_in) {
    forget_handles();  // they died with the login
    if (const auto unwell = log_in(*session, PinStanding::good)) {
      return trouble(Remedy::suspect, unwell->advice);
    }
  }
  return session;
}

Answer<ObjectHandle> Connection::handle(const Session& session, const KeyId& key) {
  {
    const std::lock_guard lock(handles_mutex_);
    if (const auto known = handles_.find(key); known != handles_.end()) return known->second;
  }
  Answer<ObjectHandle> found = session.find_one(key);
  if (found) {
    const std::lock_guard lock(handles_mutex_);
    if (handles_.size() >= most_handles) handles_.clear();
    handles_[key] = *found;
  }
  return found;
}

void Connection::forget_handles() {
  const std::lock_guard lock(handles_mutex_);
  handles_.clear();
}

Answer<Done> Connection::check_canary(const Session& session) const {
  const Answer<ObjectHandle> key = session.find_one(seal_key());
  if (!key) return tl::unexpected(key.error());
  SessionWrapper wrapper(session, *key, config_.mode);
  if (const Status opened = open_canary(wrapper, seal_key(), config_.canary); !opened) {
    return trouble(Remedy::suspect, "the canary does not open: " + opened.error().message);
  }
  return Done{};
}

void Connection::drop_anchor(const Module::Use& use) {
  if (anchor_ && anchor_->generation() != use.generation()) anchor_->abandon();
  anchor_.reset();
}

void Connection::disconnect() {
  const Result<Module::Use> use = module_->use(config_.deadline);
  const std::lock_guard lock(link_mutex_);
  if (use) {
    drop_anchor(*use);
  } else if (anchor_) {
    anchor_->abandon();
    anchor_.reset();
  }
}

}  // namespace quorate::custody::pkcs11

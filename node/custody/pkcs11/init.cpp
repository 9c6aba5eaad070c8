#include "node/custody/pkcs11/init.h"

#include "node/custody/blob.h"
#include "node/custody/pkcs11/connection.h"
#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

constexpr std::chrono::milliseconds patience{5000};

tl::unexpected<Error> failed(const Trouble& trouble) {
  if (trouble.code == CKR_PIN_LOCKED) return fail(Code::pin_locked, trouble.text);
  if (trouble.remedy == Remedy::stop_login) {
    return fail(Code::pin_refused, "the token refused the PIN (" + trouble.text + ")");
  }
  const Code code = trouble.remedy == Remedy::report ? Code::configuration : Code::token_suspect;
  return fail(code, "the token answers " + trouble.text);
}

struct LoggedIn {
  Slot slot;
  Session session;
};

Result<LoggedIn> log_in(void* functions, const TokenUri& token, const Pin& pin,
                        const Module::Use& use) {
  QUORATE_TRY(const Slot slot, find_token(functions, token));
  if (slot.pin == PinStanding::locked) return fail(Code::pin_locked, "the token's PIN is locked");
  if (slot.pin == PinStanding::final_try) {
    return fail(Code::pin_refused, "the token has one try left before it locks the PIN");
  }
  Answer<Session> session = Session::open(functions, slot.id, use.generation());
  if (!session) return failed(session.error());
  if (const auto done = session->log_in(pin.bytes.expose()); !done) return failed(done.error());
  return LoggedIn{slot, *std::move(session)};
}

struct SealKey {
  WrapMode mode;
  std::string note;
};

Result<SealKey> make_seal_key(const LoggedIn& token, void* functions, const KeyId& key) {
  const auto mode = choose_mode(functions, token.slot.id);
  if (!mode) return failed(mode.error());
  if (!*mode) {
    return fail(Code::configuration,
                "this token has neither AES-GCM nor AES-CBC: it can't seal the node's secrets");
  }
  const auto made = token.session.generate(key, **mode);
  if (!made) return failed(made.error());
  return SealKey{**mode,
                 made->refused_attributes.empty()
                     ? ""
                     : "the token did not take " + made->refused_attributes + " for the seal key"};
}

Result<Bytes> make_canary(const LoggedIn& token, const KeyId& key, WrapMode mode,
                          Entropy& entropy) {
  const Answer<ObjectHandle> found = token.session.find_one(key);
  if (!found) return failed(found.error());
  SessionWrapper wrapper(token.session, *found, mode);
  QUORATE_TRY(Bytes canary, seal_canary(wrapper, key, entropy));
  QUORATE_CHECK(open_canary(wrapper, key, canary));
  return canary;
}

}  // namespace

Result<TokenKeys> init_token_keys(const TokenUri& token, const PinSource& pin_source,
                                  Entropy& entropy, const Shim& shim) {
  QUORATE_TRY(const Pin pin, read_pin(pin_source));
  QUORATE_TRY(const std::shared_ptr<Module> module, Module::load(token.module_path));
  void* functions = shim ? shim(module->functions()) : module->functions();
  KeyId key{KeyKind::seal, {}};
  entropy.fill(key.id);

  // Begun anew if it runs already: a token made since then shows only after that.
  QUORATE_CHECK(module->restart(module->generation(), patience));
  SealKey made{};
  std::uint64_t generation = 0;
  {
    QUORATE_TRY(const Module::Use use, module->use(patience));
    generation = use.generation();
    QUORATE_TRY(const LoggedIn logged_in, log_in(functions, token, pin, use));
    QUORATE_TRY(made, make_seal_key(logged_in, functions, key));
  }
  // A key that is only in the module's memory would be gone with this process: look at it afresh.
  QUORATE_CHECK(module->restart(generation, patience));
  QUORATE_TRY(const Module::Use use, module->use(patience));
  QUORATE_TRY(const LoggedIn logged_in, log_in(functions, token, pin, use));
  QUORATE_TRY(Bytes canary, make_canary(logged_in, key, made.mode, entropy));
  return TokenKeys{key.id, made.mode, std::move(canary), made.note};
}

}  // namespace quorate::custody::pkcs11

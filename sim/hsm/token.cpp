#include "sim/hsm/token.h"

#include <sodium.h>

namespace quorate::sim {

using custody::DataKey;
using custody::KeyId;
using custody::State;

namespace {

// nonce ‖ ciphertext ‖ tag
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t wrapped_size = nonce_size + 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES;

KeyId seal_key_of(const Card& card) {
  for (const auto& [id, key] : card.keys) {
    if (id.kind == custody::KeyKind::seal) return id;
  }
  return {custody::KeyKind::seal, {}};  // a blank card: nothing will open
}

}  // namespace

Card Card::fresh(Entropy& entropy) {
  Card card;
  entropy.fill(card.serial);
  KeyId seal{custody::KeyKind::seal, {}};
  entropy.fill(seal.id);
  entropy.fill(card.keys[seal]);
  return card;
}

SimToken::SimToken(std::string_view label, Seed seed, Card card)
    : card_(std::move(card)),
      serial_(card_.serial),
      seal_key_(seal_key_of(card_)),
      stream_(seed, "hsm/" + std::string(label)) {}

void SimToken::fail_until(Time until, State state) {
  failing_until_ = until;
  failing_ = state;
}

State SimToken::state() const {
  if (failing_ != State::ready && now_ < failing_until_) return failing_;
  if (checks_serial_ && card_.serial != serial_) return State::wrong_token;
  if (card_.keys.count(seal_key_) == 0) return State::key_missing;
  return State::ready;
}

custody::Health SimToken::health() const {
  const State now = state();
  return {now, std::string(custody::name(now))};
}

// Each chance is drawn whether or not another has struck, so that none moves the others.
Status SimToken::begin_call() {
  ++calls_;
  latency_ += call_time_;
  const bool is_lost = stream_.chance(rates_.lost);
  const bool is_busy = stream_.chance(rates_.busy);
  if (const State now = state(); now != State::ready) {
    return fail(custody::code_of(now), "the token is " + std::string(custody::name(now)));
  }
  if (is_lost) return fail(Code::token_suspect, "the session with the token was lost");
  if (is_busy) return fail(Code::token_busy, "the token has no session left");
  return Done{};
}

Status SimToken::end_call() {
  if (!std::exchange(fails_after_effect_, false)) return Done{};
  return fail(Code::token_suspect, "the token did what was asked, and did not say so");
}

Result<ByteArray<32>> SimToken::find(const KeyId& key) const {
  const auto found = card_.keys.find(key);
  if (found == card_.keys.end()) return fail(Code::key_missing, "the token has no such key");
  return found->second;
}

Status SimToken::create_key(const KeyId& key, Entropy& entropy) {
  QUORATE_CHECK(begin_call());
  if (card_.keys.count(key) == 0) entropy.fill(card_.keys[key]);
  return end_call();
}

Status SimToken::destroy_key(const KeyId& key) {
  QUORATE_CHECK(begin_call());
  card_.keys.erase(key);
  return end_call();
}

Result<bool> SimToken::has_key(const KeyId& key) {
  QUORATE_CHECK(begin_call());
  return card_.keys.count(key) > 0;
}

Result<Bytes> SimToken::wrap(const KeyId& key, const DataKey& data_key, ByteView aad,
                             Entropy& entropy) {
  QUORATE_CHECK(begin_call());
  QUORATE_TRY(const ByteArray<32> wrapping, find(key));
  Bytes wrapped(wrapped_size);
  entropy.fill(std::span(wrapped).first(nonce_size));
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      wrapped.data() + nonce_size, nullptr, data_key.expose().data(), data_key.expose().size(),
      aad.data(), aad.size(), nullptr, wrapped.data(), wrapping.data());
  QUORATE_CHECK(end_call());
  return wrapped;
}

Result<DataKey> SimToken::unwrap(const KeyId& key, ByteView wrapped, ByteView aad) {
  const bool is_refused = stream_.chance(rates_.unwrap_fails);
  QUORATE_CHECK(begin_call());
  if (is_refused) return fail(Code::token_suspect, "the token failed to unwrap");
  QUORATE_TRY(const ByteArray<32> wrapping, find(key));
  DataKey data_key;
  if (wrapped.size() != wrapped_size ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(data_key.writable().data(), nullptr, nullptr,
                                                 wrapped.data() + nonce_size,
                                                 wrapped_size - nonce_size, aad.data(), aad.size(),
                                                 wrapped.data(), wrapping.data()) != 0) {
    return fail(Code::blob_damaged, "the wrapped key is not one that this key has wrapped");
  }
  QUORATE_CHECK(end_call());
  return data_key;
}

}  // namespace quorate::sim

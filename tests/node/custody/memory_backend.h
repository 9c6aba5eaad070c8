// A token for tests: keys in memory, which can be taken away, destroyed, and counted.

#pragma once

#include <map>
#include <mutex>

#include <sodium.h>

#include "node/custody/backend.h"

namespace quorate::testing {

class MemoryBackend final : public custody::Backend {
 public:
  MemoryBackend() { keys_[seal_key()] = {}; }

  custody::WrapMode wrap_mode() const override { return custody::WrapMode::gcm; }
  custody::KeyId seal_key() const override { return {custody::KeyKind::seal, {7, 7, 7}}; }
  std::string description() const override { return "memory (for tests)"; }
  void retry_now() override {}
  custody::Health health() const override {
    const std::lock_guard lock(mutex_);
    return {state_, std::string(custody::name(state_))};
  }

  Status create_key(const custody::KeyId& key, Entropy& entropy) override {
    const std::lock_guard lock(mutex_);
    QUORATE_CHECK(check_ready());
    if (keys_.count(key) == 0) entropy.fill(keys_[key]);
    return Done{};
  }
  Status destroy_key(const custody::KeyId& key) override {
    const std::lock_guard lock(mutex_);
    QUORATE_CHECK(check_ready());
    keys_.erase(key);
    return Done{};
  }
  Result<bool> has_key(const custody::KeyId& key) override {
    const std::lock_guard lock(mutex_);
    QUORATE_CHECK(check_ready());
    return keys_.count(key) > 0;
  }

  Result<Bytes> wrap(const custody::KeyId& key, const custody::DataKey& data_key, ByteView aad,
                     Entropy& entropy) override {
    const std::lock_guard lock(mutex_);
    QUORATE_TRY(const ByteArray<32> wrapping, find(key));
    Bytes wrapped(24 + 48);
    entropy.fill(std::span(wrapped).first(24));
    crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped.data() + 24, nullptr,
                                               data_key.expose().data(), 32, aad.data(), aad.size(),
                                               nullptr, wrapped.data(), wrapping.data());
    return wrapped;
  }
  Result<custody::DataKey> unwrap(const custody::KeyId& key, ByteView wrapped,
                                  ByteView aad) override {
    const std::lock_guard lock(mutex_);
    ++unwraps_;
    QUORATE_TRY(const ByteArray<32> wrapping, find(key));
    custody::DataKey data_key;
    if (wrapped.size() != 24 + 48 ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(data_key.writable().data(), nullptr, nullptr,
                                                   wrapped.data() + 24, 48, aad.data(), aad.size(),
                                                   wrapped.data(), wrapping.data()) != 0) {
      return fail(Code::blob_damaged, "the wrapped key has changed");
    }
    return data_key;
  }

  void set_state(custody::State state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
  }
  std::size_t unwraps() const {
    const std::lock_guard lock(mutex_);
    return unwraps_;
  }

 private:
  Status check_ready() const {
    if (state_ == custody::State::ready) return Done{};
    return fail(custody::code_of(state_), "the token is not ready");
  }
  Result<ByteArray<32>> find(const custody::KeyId& key) const {
    QUORATE_CHECK(check_ready());
    const auto found = keys_.find(key);
    if (found == keys_.end()) return fail(Code::key_missing, "no such key");
    return found->second;
  }

  mutable std::mutex mutex_;
  custody::State state_ = custody::State::ready;
  std::size_t unwraps_ = 0;
  std::map<custody::KeyId, ByteArray<32>> keys_;
};

}  // namespace quorate::testing

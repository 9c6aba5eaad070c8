// A token that misbehaves on demand. Keys on its card are durable at once and survive any crash of
// the host; everything else here is what tokens do to people: they vanish, lock their PIN, answer
// late, answer for another card, come back from a backup.
//
//   SimToken token("node2", seed, Card::fresh(entropy));
//   token.set_now(now);                                   before each call into the host's core
//   token.fail_until(now + 5 * minute, State::absent);
//   token.insert(other.card());                           a swapped card, or a clone
//
// The token stands where a PKCS#11 backend stands: what it wraps are data keys, so a wrong partial
// signature is not its fault to make.

#pragma once

#include <cstdint>
#include <map>

#include <string>
#include <string_view>
#include <utility>

#include "node/custody/backend.h"
#include "sim/world/queue.h"
#include "sim/world/stream.h"

namespace quorate::sim {

// What lies on a token. A value: a copy is a backup, or a clone.
struct Card {
  ByteArray<16> serial{};
  std::map<custody::KeyId, ByteArray<32>> keys;

  // With a serial and a seal key, as `init` leaves it.
  static Card fresh(Entropy& entropy);
};

class SimToken final : public custody::Backend {
 public:
  // Remembers the card's serial and seal key's id, as the node's files do.
  // Chances are drawn from the stream hsm/LABEL.
  SimToken(std::string_view label, Seed seed, Card card);

  // --- the world's side

  // True time, for faults that end by themselves.
  void set_now(Time now) { now_ = now; }
  // Answers as a backend in this state does, until then.
  void fail_until(Time until, custody::State state);
  // Each call fails on its own: the session was lost (`token_suspect`), the session limit is
  // reached (`token_busy`), or the token refuses to unwrap what is well (`token_suspect`).
  struct Rates {
    Chance lost = 0;
    Chance busy = 0;
    Chance unwrap_fails = 0;
  };
  void set_rates(const Rates& rates) { rates_ = rates; }
  // What each call takes.
  void set_call_time(Time time) { call_time_ = time; }
  // What calls took since the last call: the host adds it to its clock.
  Time take_latency() { return std::exchange(latency_, 0); }
  // The next call takes effect on the card, and then fails with `token_suspect`.
  void fail_after_effect() { fails_after_effect_ = true; }

  const Card& card() const { return card_; }
  // Another card in the slot: a swapped one, a clone, an older state of the same, a fresh one.
  void insert(Card card) { card_ = std::move(card); }
  // Whether a card with another serial is recognised as such (`wrong_token`) or answers with its
  // own objects.
  void check_serial(bool checks) { checks_serial_ = checks; }
  void lose_key(const custody::KeyId& key) { card_.keys.erase(key); }
  // Erased and made anew: the same serial, and nothing on it.
  void initialise() { card_.keys.clear(); }
  std::uint64_t calls() const { return calls_; }

  // --- custody::Backend

  custody::WrapMode wrap_mode() const override { return custody::WrapMode::gcm; }
  [[nodiscard]] Result<Bytes> wrap(const custody::KeyId& key, const custody::DataKey& data_key,
                                   ByteView aad, Entropy& entropy) override;
  [[nodiscard]] Result<custody::DataKey> unwrap(const custody::KeyId& key, ByteView wrapped,
                                                ByteView aad) override;
  [[nodiscard]] Status create_key(const custody::KeyId& key, Entropy& entropy) override;
  [[nodiscard]] Status destroy_key(const custody::KeyId& key) override;
  [[nodiscard]] Result<bool> has_key(const custody::KeyId& key) override;
  custody::KeyId seal_key() const override { return seal_key_; }
  custody::Health health() const override;
  std::string description() const override { return "simulated token"; }
  void retry_now() override {}

 private:
  custody::State state() const;
  [[nodiscard]] Status begin_call();
  [[nodiscard]] Status end_call();
  [[nodiscard]] Result<ByteArray<32>> find(const custody::KeyId& key) const;

  Card card_;
  ByteArray<16> serial_;
  custody::KeyId seal_key_;
  Stream stream_;
  Time now_ = 0;
  Time failing_until_ = 0;
  custody::State failing_ = custody::State::ready;
  Rates rates_;
  bool checks_serial_ = true;
  bool fails_after_effect_ = false;
  Time call_time_ = 0;
  Time latency_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace quorate::sim

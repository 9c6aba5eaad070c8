#include "sim/world/trace.h"

#include <array>

namespace quorate::sim {

Trace::Trace(Reader reader) : reader_(std::move(reader)), state_{} {
  crypto_generichash_init(&state_, nullptr, 0, 32);
}

void Trace::event(Time time, std::string_view host, std::string_view what, ByteView data) {
  std::array<std::uint8_t, 8> when{};
  for (std::size_t i = 0; i < 8; ++i) when[i] = static_cast<std::uint8_t>(time >> (8 * i));
  const auto update = [this](ByteView bytes) {
    const auto size = static_cast<std::uint8_t>(bytes.size());  // keeps fields apart
    crypto_generichash_update(&state_, &size, 1);
    crypto_generichash_update(&state_, bytes.data(), bytes.size());
  };
  update(when);
  update(bytes_of(host));
  update(bytes_of(what));
  update(data);
}

ByteArray<32> Trace::hash() const {
  crypto_generichash_state copy = state_;
  ByteArray<32> out{};
  crypto_generichash_final(&copy, out.data(), out.size());
  return out;
}

}  // namespace quorate::sim

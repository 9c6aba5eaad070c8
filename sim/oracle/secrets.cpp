#include "sim/oracle/secrets.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::sim {
namespace {

constexpr std::size_t start_size = 8;

std::uint64_t start_of(const std::uint8_t* bytes) {
  std::uint64_t start = 0;
  std::memcpy(&start, bytes, start_size);
  return start;
}

std::size_t slot_of(std::uint64_t start) {
  return static_cast<std::size_t>(start * 0x9e3779b97f4a7c15ULL >> 48);
}

Bytes hex_of(ByteView bytes, bool is_upper) {
  const std::string_view digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
  Bytes out;
  for (const std::uint8_t byte : bytes) {
    out.push_back(static_cast<std::uint8_t>(digits[byte >> 4]));
    out.push_back(static_cast<std::uint8_t>(digits[byte & 15U]));
  }
  return out;
}

// What base64 makes of the bytes where `before` others stand in front: only the characters that the
// secret alone decides.
Bytes base64_of(ByteView bytes, std::size_t before, int variant) {
  Bytes padded(before, 0);
  append(padded, bytes);
  std::string text(sodium_base64_encoded_len(padded.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), padded.data(), padded.size(), variant);
  text.pop_back();  // the NUL that libsodium counts
  const std::size_t skipped = (before * 8 + 5) / 6;
  const std::size_t whole = padded.size() * 8 / 6;
  const std::string inner = text.substr(skipped, whole - skipped);
  return {inner.begin(), inner.end()};
}

}  // namespace

void Secrets::add(std::string name, ByteView secret) {
  QUORATE_INVARIANT(secret.size() >= 16);
  Bytes forward(secret.begin(), secret.end());
  Bytes backward(secret.rbegin(), secret.rend());
  for (const auto& [order, bytes] : {std::pair{"", forward}, std::pair{" backwards", backward}}) {
    const std::string what = name + order;
    add_form(what, bytes);
    add_form(what + " in hex", hex_of(bytes, false));
    add_form(what + " in hex", hex_of(bytes, true));
    for (std::size_t before = 0; before < 3; ++before) {
      const std::string as = what + " in base64";
      add_form(as, base64_of(bytes, before, sodium_base64_VARIANT_ORIGINAL_NO_PADDING));
      add_form(as, base64_of(bytes, before, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    }
  }
}

void Secrets::add_form(std::string name, Bytes bytes) {
  const std::uint64_t start = start_of(bytes.data());
  may_start_[slot_of(start)] = true;
  by_start_.emplace(start, forms_.size());
  forms_.push_back({std::move(name), std::move(bytes)});
}

std::optional<std::string> Secrets::find(ByteView bytes) const {
  for (std::size_t at = 0; at + start_size <= bytes.size(); ++at) {
    const std::uint64_t start = start_of(bytes.data() + at);
    if (!may_start_[slot_of(start)]) continue;
    const auto [first, last] = by_start_.equal_range(start);
    for (auto found = first; found != last; ++found) {
      const Form& form = forms_[found->second];
      if (form.bytes.size() <= bytes.size() - at &&
          std::equal(form.bytes.begin(), form.bytes.end(),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at))) {
        return form.name;
      }
    }
  }
  return std::nullopt;
}

}  // namespace quorate::sim

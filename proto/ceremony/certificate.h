// A finished ceremony as it travels and is kept: proposal, transcript, and every member's signature
// on it. It convinces later, too: whoever brings it, a member that confirmed must take the root on.

#pragma once

#include "proto/ceremony/transcript.h"

namespace quorate::ceremony {

struct Certificate {
  Bytes proposal;
  std::vector<Signed> hellos;
  std::vector<Signed> deals;
  std::vector<Signed> confirms;

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

// Checks everything public again and returns the record that it certifies. Administrators and time
// are not judged: a certificate carries an honest member's consent.
[[nodiscard]] Checked<EpochRecord> verify(const Certificate& certificate);

inline constexpr std::size_t certificate_limit = std::size_t{2} * 1024 * 1024;

// For files: blob proposal ‖ list(hello) ‖ list(deal) ‖ list(confirm), each of them blob body ‖
// raw64 signature. decode_certificate() is strict and judges nothing: `malformed`, `too_large`.
Bytes encode(const Certificate& certificate);
[[nodiscard]] Result<Certificate> decode_certificate(ByteView bytes);

}  // namespace quorate::ceremony

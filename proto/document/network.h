// ADDRESS/LENGTH, as sshd reads source-address: 10.0.0.0/8, 2001:db8::/32.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"

namespace quorate::ssh {

class Network {
 public:
  // None where the text is no address with a length, or has bits set after the length: sshd denies
  // a login with such, though ssh-keygen writes and shows the certificate without a word.
  static std::optional<Network> parse(std::string_view text);
  // Comma-separated, at least one.
  static std::optional<std::vector<Network>> parse_list(std::string_view list);

  // Whether every address of `inner` is one of this network.
  bool contains(const Network& inner) const;

 private:
  Network(const ByteArray<16>& address, std::size_t size, unsigned length)
      : address_(address), size_(size), length_(length) {}

  ByteArray<16> address_;
  std::size_t size_;  // 4 or 16 bytes
  unsigned length_;   // bits
};

}  // namespace quorate::ssh

#include "proto/document/network.h"

#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace quorate::ssh {
namespace {

// The prefix length in decimal, without sign and leading zeros.
std::optional<unsigned> prefix_length(std::string_view text, unsigned most) {
  unsigned value = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed_to, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || parsed_to != end || value > most) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

bool bit_at(ByteView address, unsigned bit) { return (address[bit / 8] >> (7 - bit % 8) & 1) != 0; }

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string address(text.substr(0, slash));
  const bool is_v6 = address.find(':') != std::string::npos;
  ByteArray<16> bytes{};
  if (inet_pton(is_v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  const std::size_t size = is_v6 ? 16 : 4;
  const auto length = prefix_length(text.substr(slash + 1), static_cast<unsigned>(8 * size));
  if (!length) return std::nullopt;
  for (unsigned bit = *length; bit < 8 * size; ++bit) {
    if (bit_at(bytes, bit)) return std::nullopt;
  }
  return Network(bytes, size, *length);
}

std::optional<std::vector<Network>> Network::parse_list(std::string_view list) {
  std::vector<Network> networks;
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::optional<Network> network = parse(list.substr(0, comma));
    if (!network) return std::nullopt;
    networks.push_back(*network);
    if (comma == std::string_view::npos) return networks;
    list.remove_prefix(comma + 1);
  }
}

bool Network::contains(const Network& inner) const {
  if (size_ != inner.size_ || length_ > inner.length_) return false;
  for (unsigned bit = 0; bit < length_; ++bit) {
    if (bit_at(address_, bit) != bit_at(inner.address_, bit)) return false;
  }
  return true;
}

}  // namespace quorate::ssh

// The files in tests/vectors, and the hex inside them. What does not parse here is a broken test
// file, so value() may throw.

#pragma once

#include <algorithm>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"
#include "crypto/ed25519/signing_key.h"

namespace quorate::testing {

// `path` from tests/vectors: "ceremony/create.json".
inline nlohmann::json known_answers(const std::string& path) {
  std::ifstream file(std::string(QUORATE_VECTORS) + "/" + path);
  return nlohmann::json::parse(file);
}

// One part of it, as a value of its own to walk over.
inline nlohmann::json known_answers(const std::string& path, const char* part) {
  return known_answers(path).at(part);
}

inline Bytes bytes(const nlohmann::json& hex) {
  return from_hex(hex.get_ref<const std::string&>()).value();
}

template <std::size_t n>
ByteArray<n> array(const nlohmann::json& hex) {
  return from_hex_exactly<n>(hex.get_ref<const std::string&>()).value();
}

inline ed25519::Point point(const nlohmann::json& hex) {
  return ed25519::Point::parse(bytes(hex)).value();
}

inline ed25519::Scalar scalar(const nlohmann::json& hex) {
  return ed25519::Scalar::parse(bytes(hex)).value();
}

inline ed25519::SecretScalar secret(const nlohmann::json& hex) {
  ByteArray<32> copy = array<32>(hex);
  return ed25519::SecretScalar::parse(copy).value();
}

inline ed25519::SigningKey signing_key(const nlohmann::json& seed) {
  ByteArray<32> copy = array<32>(seed);
  return ed25519::SigningKey(SecretBytes<32>(copy));
}

// As the vectors write them: to_hex(...) of whatever has bytes().
template <typename T>
std::string hex_of(const T& value) {
  if constexpr (requires { value.bytes(); }) {
    return to_hex(value.bytes());
  } else if constexpr (requires { value.expose(); }) {
    return to_hex(value.expose());
  } else {
    return to_hex(value);
  }
}

}  // namespace quorate::testing

#include "proto/layout/labelled.h"

#include <sodium.h>

namespace quorate::layout {
namespace {

constexpr std::string_view prefix{"\0quorate/v1/", 12};
constexpr std::string_view end_of_label{"\0", 1};

Bytes labelled(std::string_view label, ByteView body) {
  Bytes message;
  message.reserve(prefix.size() + label.size() + 1 + body.size());
  append(message, bytes_of(prefix));
  append(message, bytes_of(label));
  append(message, bytes_of(end_of_label));
  append(message, body);
  return message;
}

}  // namespace

Hash hash(std::string_view label, std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  const auto update = [&state](ByteView bytes) {
    crypto_hash_sha256_update(&state, bytes.data(), bytes.size());
  };
  update(bytes_of(prefix));
  update(bytes_of(label));
  update(bytes_of(end_of_label));
  for (const ByteView part : parts) update(part);
  Hash digest;
  crypto_hash_sha256_final(&state, digest.data());
  return digest;
}

ed25519::Signature sign(const ed25519::SigningKey& identity, std::string_view label,
                        ByteView body) {
  return identity.sign(labelled(label, body));
}

bool verifies(const ed25519::Point& identity, std::string_view label, ByteView body,
              ByteView signature) {
  return ed25519::verifies(identity, labelled(label, body), signature);
}

}  // namespace quorate::layout

#include "node/custody/blob.h"

#include <algorithm>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "proto/layout/writer.h"

namespace quorate::custody {
namespace {

using layout::Writer;

constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t key_part_size = 4 + 1 + 3 + 16;  // the header up to and with the key id
constexpr std::size_t largest_wrapped = 512;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32 && nonce_size == 24);

// The data key is used for one encryption, so its nonce need not vary.
constexpr ByteArray<nonce_size> zero_nonce{};

constexpr std::string_view canary_text = "quorate/canary/v1: the token opens what it sealed";

Bytes key_part(WrapMode mode, const KeyId& key) {
  return Writer()
      .raw(bytes_of("QSB1"))
      .u8(static_cast<std::uint8_t>(mode))
      .raw(ByteArray<3>{})
      .raw(key.id)
      .bytes();
}

Bytes associated_data(ByteView header, const Place& place) {
  QUORATE_INVARIANT(place.context.size() <= 1024);
  const std::string_view purpose = name(place.purpose);
  Writer data;
  data.raw(bytes_of("quorate/seal/v1")).u8(0).raw(header);
  data.u16(static_cast<std::uint16_t>(purpose.size())).raw(bytes_of(purpose));
  data.u16(static_cast<std::uint16_t>(place.context.size())).raw(place.context);
  return std::move(data).bytes();
}

tl::unexpected<Error> damaged(const Place& place, const std::string& what) {
  return fail(Code::blob_damaged,
              "the sealed " + std::string(name(place.purpose)) + " blob " + what);
}

}  // namespace

std::string_view name(Purpose purpose) {
  switch (purpose) {
    case Purpose::frost_share: return "frost-share";
    case Purpose::ceremony: return "ceremony";
    case Purpose::identity: return "identity";
    case Purpose::cosigner: return "cosigner";
    case Purpose::canary: return "canary";
  }
  QUORATE_INVARIANT(false);
}

Result<Bytes> seal_blob(DataKeyWrapper& wrapper, const Place& place, ByteView secret,
                        Entropy& entropy) {
  QUORATE_INVARIANT(!secret.empty() && secret.size() <= largest_secret);
  DataKey data_key;
  entropy.fill(data_key.writable());

  Bytes blob = key_part(wrapper.wrap_mode(), place.key);
  QUORATE_TRY(const Bytes wrapped, wrapper.wrap(place.key, data_key, blob, entropy));
  QUORATE_INVARIANT(wrapped.size() <= largest_wrapped);
  append(blob, Writer().u16(static_cast<std::uint16_t>(wrapped.size())).raw(wrapped).bytes());
  const Bytes aad = associated_data(blob, place);

  append(blob, zero_nonce);
  const std::size_t start = blob.size();
  blob.resize(start + secret.size() + tag_size);
  QUORATE_INVARIANT(crypto_aead_xchacha20poly1305_ietf_encrypt(
                        blob.data() + start, nullptr, secret.data(), secret.size(), aad.data(),
                        aad.size(), nullptr, zero_nonce.data(), data_key.expose().data()) == 0);
  return blob;
}

Result<GuardedMemory> open_blob(DataKeyWrapper& wrapper, const Place& place, ByteView blob) {
  const Bytes expected = key_part(wrapper.wrap_mode(), place.key);
  if (blob.size() < key_part_size + 2 || blob.size() > largest_blob ||
      !std::equal(expected.begin(), expected.end(), blob.begin())) {
    return damaged(place, "was made for another key or in another wrap mode, or has changed");
  }
  const std::size_t wrapped_size = blob[key_part_size] * 256u + blob[key_part_size + 1];
  const std::size_t header_size = key_part_size + 2 + wrapped_size;
  const std::size_t start = header_size + nonce_size;
  if (wrapped_size > largest_wrapped || blob.size() <= start + tag_size) {
    return damaged(place, "is cut short");
  }
  const ByteView nonce = blob.subspan(header_size, nonce_size);
  if (!std::equal(zero_nonce.begin(), zero_nonce.end(), nonce.begin())) {
    return damaged(place, "has changed");
  }

  const ByteView wrapped = blob.subspan(key_part_size + 2, wrapped_size);
  QUORATE_TRY(const DataKey data_key, wrapper.unwrap(place.key, wrapped, expected));
  const Bytes aad = associated_data(blob.first(header_size), place);
  const ByteView sealed = blob.subspan(start);
  GuardedMemory secret(sealed.size() - tag_size);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          secret.writable().data(), nullptr, nullptr, sealed.data(), sealed.size(), aad.data(),
          aad.size(), zero_nonce.data(), data_key.expose().data()) != 0) {
    return damaged(place, "has changed, or belongs to another place");
  }
  return secret;
}

Result<Bytes> seal_canary(DataKeyWrapper& wrapper, const KeyId& seal_key, Entropy& entropy) {
  return seal_blob(wrapper, {seal_key, Purpose::canary, {}}, bytes_of(canary_text), entropy);
}

Status open_canary(DataKeyWrapper& wrapper, const KeyId& seal_key, ByteView canary) {
  const Place place{seal_key, Purpose::canary, {}};
  QUORATE_TRY(const GuardedMemory opened, open_blob(wrapper, place, canary));
  if (text_of(opened.expose()) != canary_text) return damaged(place, "says something else");
  return Done{};
}

}  // namespace quorate::custody

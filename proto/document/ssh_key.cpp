#include "proto/document/ssh_key.h"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <sodium.h>

#include "crypto/base/invariant.h"
#include "crypto/ed25519/foreign_key.h"
#include "proto/document/armour.h"
#include "proto/document/key_fields.h"
#include "proto/document/ssh_buffer.h"

namespace quorate::ssh {
namespace {

constexpr std::size_t rsa_bits_least = 2048;
constexpr std::size_t rsa_bits_most = 8192;
// What the widespread programs can hold, none of which makes another exponent than 65537.
constexpr std::size_t rsa_exponent_bits_most = 32;
constexpr std::string_view curve = "nistp256";
constexpr std::size_t ecdsa_point_size = 65;  // 04 ‖ x ‖ y

constexpr std::array kinds = {KeyKind::ed25519, KeyKind::rsa, KeyKind::ecdsa, KeyKind::fido_ed25519,
                              KeyKind::fido_ecdsa};

Result<ByteView> read_ed25519_point(Reader& reader) {
  QUORATE_TRY(const ByteView point, reader.string(no_limit, "the Ed25519 point"));
  if (point.size() != crypto_sign_PUBLICKEYBYTES) {
    return fail(Code::malformed, "an Ed25519 point has 32 bytes");
  }
  return point;
}

Result<ByteView> read_ecdsa_point(Reader& reader) {
  QUORATE_TRY(const ByteView named, reader.string(no_limit, "the curve's name"));
  if (text_of(named) != curve) return fail(Code::malformed, "the curve is not the type's");
  QUORATE_TRY(const ByteView point, reader.string(no_limit, "the ECDSA point"));
  if (point.size() != ecdsa_point_size || point.front() != 0x04) {
    return fail(Code::malformed, "an ECDSA point is 04 and two coordinates of 32 bytes");
  }
  return point;
}

std::size_t bits(ByteView magnitude) {
  if (magnitude.empty()) return 0;
  std::size_t of_first = 0;
  for (std::uint8_t byte = magnitude.front(); byte != 0; byte >>= 1) ++of_first;
  return 8 * (magnitude.size() - 1) + of_first;
}

Status check_rsa(ByteView exponent, ByteView modulus) {
  // The upper limits keep a verification below a millisecond, whoever chose the key.
  if (bits(modulus) < rsa_bits_least || bits(modulus) > rsa_bits_most) {
    return fail(Code::key_not_allowed, "the RSA key has " + std::to_string(bits(modulus)) +
                                           " bits, 2048 to 8192 are accepted");
  }
  // Odd and of 17 bits or more is 65537 or more: 2^16 itself is even.
  if (bits(exponent) < 17 || bits(exponent) > rsa_exponent_bits_most ||
      (exponent.back() & 1) == 0) {
    return fail(Code::key_not_allowed,
                "the RSA exponent must be odd, at least 65537 and below 2^32");
  }
  return Done{};
}

Status check_ed25519(ByteView point) {
  if (!ed25519::is_usable_key(point)) {
    return fail(Code::key_not_allowed,
                "the Ed25519 point is not canonical, not on the curve, or of small order");
  }
  return Done{};
}

Status check_ecdsa(ByteView point) {
  const std::unique_ptr<EC_GROUP, decltype(&EC_GROUP_free)> group(
      EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), EC_GROUP_free);
  QUORATE_INVARIANT(group != nullptr);
  const std::unique_ptr<EC_POINT, decltype(&EC_POINT_free)> parsed(EC_POINT_new(group.get()),
                                                                   EC_POINT_free);
  QUORATE_INVARIANT(parsed != nullptr);
  // Refuses coordinates above p, and points off the curve.
  const int valid =
      EC_POINT_oct2point(group.get(), parsed.get(), point.data(), point.size(), nullptr);
  // A TLS connection on this thread reads the same queue and would take our error for its own.
  ERR_clear_error();
  if (valid != 1) return fail(Code::key_not_allowed, "the ECDSA point is not on the curve");
  return Done{};
}

Status check_numbers(const KeyFields& fields) {
  switch (fields.kind) {
    case KeyKind::ed25519:
    case KeyKind::fido_ed25519: return check_ed25519(fields.point);
    case KeyKind::rsa: return check_rsa(fields.exponent, fields.modulus);
    case KeyKind::ecdsa:
    case KeyKind::fido_ecdsa: return check_ecdsa(fields.point);
  }
  QUORATE_INVARIANT(false);
}

Result<KeyKind> kind_named(std::string_view type) {
  for (const KeyKind kind : kinds) {
    if (type_name(kind) == type) return kind;
  }
  return fail(
      Code::key_not_allowed,
      "the key's type is not among ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256 and their FIDO "
      "forms (a certificate is not a key)");
}

Bytes pair(std::string_view type, ByteView value) {
  return Writer().text(type).string(value).bytes();
}

}  // namespace

std::string_view type_name(KeyKind kind) {
  switch (kind) {
    case KeyKind::ed25519: return "ssh-ed25519";
    case KeyKind::rsa: return "ssh-rsa";
    case KeyKind::ecdsa: return "ecdsa-sha2-nistp256";
    case KeyKind::fido_ed25519: return "sk-ssh-ed25519@openssh.com";
    case KeyKind::fido_ecdsa: return "sk-ecdsa-sha2-nistp256@openssh.com";
  }
  QUORATE_INVARIANT(false);
}

Result<KeyFields> read_key_fields(ByteView blob) {
  if (blob.size() > public_blob_limit) {
    return fail(Code::too_large, "the public key has " + std::to_string(blob.size()) +
                                     " bytes, at most " + std::to_string(public_blob_limit));
  }
  Reader reader(blob);
  QUORATE_TRY(const ByteView type, reader.string(no_limit, "the key's type"));
  QUORATE_TRY(const KeyKind kind, kind_named(text_of(type)));
  KeyFields fields{kind, {}, {}, {}, {}};
  switch (kind) {
    case KeyKind::ed25519:
    case KeyKind::fido_ed25519: {
      QUORATE_TRY(fields.point, read_ed25519_point(reader));
      break;
    }
    case KeyKind::rsa: {
      QUORATE_TRY(fields.exponent, reader.mpint(no_limit, "the RSA exponent"));
      QUORATE_TRY(fields.modulus, reader.mpint(no_limit, "the RSA modulus"));
      break;
    }
    case KeyKind::ecdsa:
    case KeyKind::fido_ecdsa: {
      QUORATE_TRY(fields.point, read_ecdsa_point(reader));
      break;
    }
  }
  if (is_fido(kind)) {
    QUORATE_TRY(fields.application, reader.text(no_limit, "the FIDO application"));
  }
  QUORATE_CHECK(reader.finish("the public key"));
  return fields;
}

Result<PublicKey> PublicKey::parse(ByteView blob) {
  QUORATE_TRY(KeyFields fields, read_key_fields(blob));
  QUORATE_CHECK(check_numbers(fields));
  return PublicKey(fields.kind, Bytes(blob.begin(), blob.end()), std::move(fields.application));
}

Result<PublicKey> PublicKey::parse_line(std::string_view line) {
  QUORATE_TRY(const Line parts, from_line(line, public_blob_limit));
  return parse(parts.blob);
}

PublicKey PublicKey::of(const ed25519::Point& point) {
  return {KeyKind::ed25519, ed25519_blob(point.bytes()), {}};
}

std::string PublicKey::line(std::string_view comment) const { return to_line(blob_, comment); }

std::string PublicKey::fingerprint() const {
  ByteArray<crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), blob_.data(), blob_.size());
  return "SHA256:" + to_base64_unpadded(digest);
}

std::optional<ByteArray<32>> PublicKey::ed25519_point() const {
  if (kind_ != KeyKind::ed25519) return std::nullopt;
  const auto fields = read_key_fields(blob_);
  QUORATE_INVARIANT(fields.has_value());
  ByteArray<32> point;
  std::copy(fields->point.begin(), fields->point.end(), point.begin());
  return point;
}

Bytes ed25519_blob(const ByteArray<32>& point) { return pair("ssh-ed25519", point); }

Bytes ed25519_signature_blob(const ByteArray<64>& signature) {
  return pair("ssh-ed25519", signature);
}

}  // namespace quorate::ssh

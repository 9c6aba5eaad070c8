#include "proto/document/spki.h"

#include <algorithm>
#include <array>

#include "proto/document/ssh_buffer.h"

namespace quorate::ssh {
namespace {

constexpr std::uint8_t tag_integer = 0x02;
constexpr std::uint8_t tag_bit_string = 0x03;
constexpr std::uint8_t tag_sequence = 0x30;

// AlgorithmIdentifier contents: rsaEncryption with NULL; ecPublicKey with prime256v1.
constexpr std::array<std::uint8_t, 13> rsa_algorithm = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                        0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
constexpr std::array<std::uint8_t, 19> p256_algorithm = {0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
                                                         0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                                         0xce, 0x3d, 0x03, 0x01, 0x07};

tl::unexpected<Error> not_der(const std::string& what) {
  return fail(Code::malformed, "the DER: " + what);
}

// One value after the other. Lengths are definite and as short as they can be.
class Der {
 public:
  explicit Der(ByteView bytes) : rest_(bytes) {}

  Result<ByteView> value(std::uint8_t tag) {
    if (rest_.size() < 2 || rest_[0] != tag) return not_der("another type than expected");
    std::size_t size = rest_[1];
    std::size_t header = 2;
    if (size >= 0x80) {
      const std::size_t octets = size & 0x7f;
      if (octets < 1 || octets > 2 || rest_.size() < 2 + octets) return not_der("a bad length");
      size = 0;
      for (std::size_t i = 0; i < octets; ++i) size = size << 8 | rest_[2 + i];
      header += octets;
      if (size < 0x80 || (octets == 2 && size < 0x100)) return not_der("a length in a long form");
    }
    if (rest_.size() - header < size) return not_der("it ends early");
    const ByteView out = rest_.subspan(header, size);
    rest_ = rest_.subspan(header + size);
    return out;
  }

  // The magnitude of an INTEGER that is not negative, without the zero in front.
  Result<ByteView> magnitude() {
    QUORATE_TRY(const ByteView bytes, value(tag_integer));
    if (bytes.empty() || (bytes[0] & 0x80) != 0) return not_der("an integer that is negative");
    if (bytes[0] != 0) return bytes;
    if (bytes.size() > 1 && (bytes[1] & 0x80) == 0) return not_der("an integer in a long form");
    return bytes.subspan(1);
  }

  Status finish() const {
    return rest_.empty() ? Status(Done{}) : Status(not_der("something follows"));
  }

 private:
  ByteView rest_;
};

Result<Bytes> rsa_blob(ByteView bits) {
  Der outer(bits);
  QUORATE_TRY(const ByteView sequence, outer.value(tag_sequence));
  QUORATE_CHECK(outer.finish());
  Der numbers(sequence);
  QUORATE_TRY(const ByteView modulus, numbers.magnitude());
  QUORATE_TRY(const ByteView exponent, numbers.magnitude());
  QUORATE_CHECK(numbers.finish());
  return Writer().text("ssh-rsa").mpint(exponent).mpint(modulus).bytes();
}

bool is_same(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

Bytes signature_blob(std::string_view type, ByteView signature) {
  return Writer().text(type).string(signature).bytes();
}

}  // namespace

Result<PublicKey> key_of_spki(ByteView der) {
  Der outer(der);
  QUORATE_TRY(const ByteView sequence, outer.value(tag_sequence));
  QUORATE_CHECK(outer.finish());
  Der parts(sequence);
  QUORATE_TRY(const ByteView algorithm, parts.value(tag_sequence));
  QUORATE_TRY(ByteView bits, parts.value(tag_bit_string));
  QUORATE_CHECK(parts.finish());
  if (bits.empty() || bits[0] != 0) return not_der("a key of a broken number of bytes");
  bits = bits.subspan(1);
  if (is_same(algorithm, rsa_algorithm)) {
    QUORATE_TRY(const Bytes blob, rsa_blob(bits));
    return PublicKey::parse(blob);
  }
  if (is_same(algorithm, p256_algorithm)) {
    return PublicKey::parse(
        Writer().text("ecdsa-sha2-nistp256").text("nistp256").string(bits).bytes());
  }
  return fail(Code::key_not_allowed, "the key's algorithm is neither RSA nor ECDSA over P-256");
}

Bytes rsa_signature_blob(ByteView signature) { return signature_blob("rsa-sha2-256", signature); }

Result<Bytes> ecdsa_signature_blob(ByteView signature) {
  constexpr std::size_t coordinate = 32;
  ByteView r;
  ByteView s;
  if (signature.size() == 2 * coordinate) {
    r = signature.first(coordinate);
    s = signature.last(coordinate);
  } else {
    Der outer(signature);
    QUORATE_TRY(const ByteView sequence, outer.value(tag_sequence));
    QUORATE_CHECK(outer.finish());
    Der numbers(sequence);
    QUORATE_TRY(r, numbers.magnitude());
    QUORATE_TRY(s, numbers.magnitude());
    QUORATE_CHECK(numbers.finish());
  }
  return signature_blob("ecdsa-sha2-nistp256", Writer().mpint(r).mpint(s).bytes());
}

}  // namespace quorate::ssh

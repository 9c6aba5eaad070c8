// Checkpoint notes and cosignatures. A fuzzer makes no signatures, but a node that lies does: so
// the input is read as a note as it came, and once more as a text that the node did sign.

#include <string>

#include "crypto/ed25519/signing_key.h"
#include "proto/document/armour.h"
#include "proto/record/checkpoint.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

// The log and the cosigner of tests/vectors/documents.json.
constexpr std::string_view log_origin = "quorate.example/node-a";
constexpr std::string_view cosigner_origin = "quorate.example/node-b";

ed25519::SigningKey key(std::string_view seed_hex) {
  SecretBytes<32> seed;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto digit = [&](std::size_t at) {
      const char c = seed_hex[at];
      return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    };
    seed.writable()[i] = static_cast<std::uint8_t>(16 * digit(2 * i) + digit(2 * i + 1));
  }
  return ed25519::SigningKey(seed);
}

const ed25519::SigningKey& log() {
  static const auto log = key("4b1c42f33ed7f5ab0fccdfdba63b90b992410467cdd5b3a33f9c1d703f3ef38c");
  return log;
}

const ed25519::SigningKey& cosigner() {
  static const auto one = key("7a3206c24b6aae62dd2ae856a4a8d2bcd034a6faebf19678a1809c42952360d6");
  return one;
}

void open(std::string_view note) {
  const auto opened = record::open_note(note, log_origin, log().public_key());
  if (!opened) {
    return refused(opened.error(), {Code::malformed, Code::too_large, Code::signature_invalid});
  }
  QUORATE_INVARIANT(opened->origin == log_origin);
  QUORATE_INVARIANT(note.starts_with(record::text(*opened)));
}

}  // namespace

void checkpoint(ByteView input) {
  const std::string text(text_of(input));
  open(text);

  Bytes line;
  const auto id = record::note_key_id(log_origin, log().public_key());
  append(line, id);
  append(line, log().sign(input));
  open(text + "\n\u2014 " + std::string(log_origin) + " " + ssh::to_base64(line) + "\n");

  static const record::Checkpoint seen{
      std::string(log_origin),
      {5, {0xdb, 0x6d, 0x52, 0xab, 0x52, 0x4f, 0x99, 0xf5, 0x72, 0xfb, 0x01,
           0x98, 0xa6, 0xa8, 0x73, 0x57, 0xae, 0x59, 0xe2, 0xcb, 0xc2, 0xd5,
           0x48, 0x66, 0xed, 0x2a, 0x7e, 0xee, 0x7b, 0x80, 0x1c, 0x18}}};
  const auto time_s =
      record::open_cosignature(text, seen, cosigner_origin, cosigner().public_key());
  if (!time_s) return refused(time_s.error(), {Code::malformed, Code::signature_invalid});
  same(record::sign_cosignature(seen, cosigner_origin, cosigner(), *time_s), input);
}

}  // namespace quorate::fuzz

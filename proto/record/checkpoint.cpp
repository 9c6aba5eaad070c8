#include "proto/record/checkpoint.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::record {
namespace {

enum class SignatureType : std::uint8_t {
  text = 0x01,         // Ed25519 over the text
  cosignature = 0x04,  // Ed25519 over the text and a time
};
constexpr std::string_view dash = "\u2014 ";
constexpr std::size_t key_id_size = 4;

std::string base64(ByteView bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the NUL that libsodium counts
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 1);  // libsodium takes no null pointer, even for nothing
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  // Equal again when written: libsodium takes every byte above 7f for a digit.
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

// Up to the next line feed, which is taken too. Nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

tl::unexpected<Error> no_checkpoint(std::string_view why) {
  return fail(Code::malformed, "not a checkpoint: " + std::string(why));
}

Result<std::uint64_t> parse_size(std::string_view digits) {
  std::uint64_t size = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, size);
  if (error != std::errc{} || stopped != end || std::to_string(size) != digits) {
    return no_checkpoint("its size is no decimal number without leading zeros");
  }
  return size;
}

Result<Checkpoint> parse_text(std::string_view text, std::string_view origin) {
  const auto name = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!name || !size || !root || !text.empty()) return no_checkpoint("it has three lines");
  if (*name != origin) return no_checkpoint("it is of another origin");
  Checkpoint checkpoint{std::string(*name), {}};
  QUORATE_TRY(checkpoint.tree.size, parse_size(*size));
  const std::optional<Bytes> hash = from_base64(*root);
  if (!hash || hash->size() != checkpoint.tree.root.size()) {
    return no_checkpoint("its root is not the base64 of 32 bytes");
  }
  std::copy(hash->begin(), hash->end(), checkpoint.tree.root.begin());
  return checkpoint;
}

struct NoteSignature {
  std::string_view name;
  Bytes key_id_and_signature;
};

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(dash)) return fail(Code::malformed, "not a signature line of a note");
  line.remove_prefix(dash.size());
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string_view::npos) {
    return fail(Code::malformed, "a signature line without a name");
  }
  const std::optional<Bytes> bytes = from_base64(line.substr(blank + 1));
  if (!bytes || bytes->size() <= key_id_size) {
    return fail(Code::malformed, "a signature line without a signature");
  }
  return NoteSignature{line.substr(0, blank), *bytes};
}

// What tells keys apart that have one name: the type belongs to the key.
ByteArray<4> key_id_of(SignatureType type, std::string_view name, const ed25519::Point& key) {
  Bytes named(name.begin(), name.end());
  named.push_back('\n');
  named.push_back(static_cast<std::uint8_t>(type));
  append(named, key.bytes());
  ByteArray<crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), named.data(), named.size());
  return {digest[0], digest[1], digest[2], digest[3]};
}

std::string verifier_key_of(SignatureType type, std::string_view name, const ed25519::Point& key) {
  Bytes typed{static_cast<std::uint8_t>(type)};
  append(typed, key.bytes());
  return std::string(name) + "+" + to_hex(key_id_of(type, name, key)) + "+" + base64(typed);
}

std::string cosigned_text(const Checkpoint& checkpoint, std::uint64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + text(checkpoint);
}

bool is_control(char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7f; }
bool is_line_breaking(char c) { return c == '\n' || is_control(c); }

}  // namespace

std::string origin_of(std::string_view quorum, std::string_view node) {
  QUORATE_INVARIANT(layout::is_name(quorum) && layout::is_name(node));
  return std::string(quorum) + "/" + std::string(node);
}

std::string text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.tree.size) + "\n" +
         base64(checkpoint.tree.root) + "\n";
}

ByteArray<4> note_key_id(std::string_view name, const ed25519::Point& key) {
  return key_id_of(SignatureType::text, name, key);
}

std::string verifier_key(std::string_view name, const ed25519::Point& key) {
  return verifier_key_of(SignatureType::text, name, key);
}

ByteArray<4> cosigner_key_id(std::string_view name, const ed25519::Point& cosigner) {
  return key_id_of(SignatureType::cosignature, name, cosigner);
}

std::string cosigner_verifier_key(std::string_view name, const ed25519::Point& cosigner) {
  return verifier_key_of(SignatureType::cosignature, name, cosigner);
}

std::string sign_note(const Checkpoint& checkpoint, const ed25519::SigningKey& identity) {
  const std::string signed_text = text(checkpoint);
  const ByteArray<4> key_id = note_key_id(checkpoint.origin, identity.public_key());
  Bytes signature(key_id.begin(), key_id.end());
  append(signature, identity.sign(bytes_of(signed_text)));
  return signed_text + "\n" + std::string(dash) + checkpoint.origin + " " + base64(signature) +
         "\n";
}

Result<Checkpoint> open_note(std::string_view note, std::string_view origin,
                             const ed25519::Point& identity) {
  if (note.size() > note_limit) return fail(Code::too_large, "the note is too large");
  if (std::any_of(note.begin(), note.end(), is_control)) {
    return fail(Code::malformed, "the note has control characters");
  }
  const std::size_t gap = note.rfind("\n\n");  // the text ends at the last empty line
  if (gap == std::string_view::npos || !note.ends_with('\n')) {
    return fail(Code::malformed, "not a signed note");
  }
  const std::string_view signed_text = note.substr(0, gap + 1);
  std::string_view rest = note.substr(gap + 2);
  const ByteArray<4> key_id = note_key_id(origin, identity);

  std::size_t lines = 0;
  std::size_t verified = 0;
  while (const auto line = take_line(rest)) {
    if (++lines > note_signature_limit) {
      return fail(Code::too_large, "the note has too many signatures");
    }
    QUORATE_TRY(const NoteSignature signature, parse_signature(*line));
    const ByteView bytes = signature.key_id_and_signature;
    if (signature.name != origin || !std::equal(key_id.begin(), key_id.end(), bytes.begin())) {
      continue;
    }
    if (!ed25519::verifies(identity, bytes_of(signed_text), bytes.subspan(key_id_size))) {
      return fail(Code::signature_invalid, "the checkpoint's signature does not hold");
    }
    ++verified;
  }
  if (verified == 0) {
    return fail(Code::signature_invalid, "the checkpoint is not signed by the node's key");
  }
  return parse_text(signed_text, origin);
}

std::string sign_cosignature(const Checkpoint& checkpoint, std::string_view name,
                             const ed25519::SigningKey& cosigner, std::uint64_t time_s) {
  const ByteArray<4> key_id = cosigner_key_id(name, cosigner.public_key());
  layout::Writer line;
  line.raw(key_id).u64(time_s).raw(cosigner.sign(bytes_of(cosigned_text(checkpoint, time_s))));
  return std::string(dash) + std::string(name) + " " + base64(std::move(line).bytes()) + "\n";
}

Result<std::uint64_t> open_cosignature(std::string_view line, const Checkpoint& checkpoint,
                                       std::string_view name, const ed25519::Point& cosigner) {
  if (!line.ends_with('\n') || std::any_of(line.begin(), line.end() - 1, is_line_breaking)) {
    return fail(Code::malformed, "a cosignature is one line");
  }
  QUORATE_TRY(const NoteSignature signature, parse_signature(line.substr(0, line.size() - 1)));
  layout::Reader in(signature.key_id_and_signature);
  QUORATE_TRY(const auto key_id, in.array<key_id_size>("the cosigner's key id"));
  QUORATE_TRY(const std::uint64_t time_s, in.u64("the cosignature's time"));
  QUORATE_TRY(const ed25519::Signature bytes, in.array<64>("the cosignature"));
  QUORATE_CHECK(in.finish("the cosignature"));
  if (signature.name != name || key_id != cosigner_key_id(name, cosigner) ||
      !ed25519::verifies(cosigner, bytes_of(cosigned_text(checkpoint, time_s)), bytes)) {
    return fail(Code::signature_invalid,
                "the cosignature of " + std::string(name) + " does not hold");
  }
  return time_s;
}

}  // namespace quorate::record

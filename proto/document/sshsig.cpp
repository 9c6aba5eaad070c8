#include "proto/document/sshsig.h"

#include <algorithm>
#include <optional>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_buffer.h"

namespace quorate::ssh {
namespace {

constexpr std::string_view magic_preamble = "SSHSIG";
constexpr std::string_view label = "SSH SIGNATURE";
constexpr std::uint32_t version = 1;
constexpr std::size_t name_space_limit = 255;

std::size_t digest_size(MessageHash hash) {
  switch (hash) {
    case MessageHash::sha256: return crypto_hash_sha256_BYTES;
    case MessageHash::sha512: return crypto_hash_sha512_BYTES;
  }
  QUORATE_INVARIANT(false);
}

std::optional<MessageHash> hash_named(std::string_view text) {
  for (const MessageHash hash : {MessageHash::sha256, MessageHash::sha512}) {
    if (name(hash) == text) return hash;
  }
  return std::nullopt;
}

// Keys, strings and signatures fail in many ways; to the node all of them mean that this evidence
// has no form.
tl::unexpected<Error> no_form(Error error) {
  return fail(Code::evidence_malformed, "SSHSIG: " + std::move(error.message));
}

Result<Sshsig> read(ByteView blob) {
  if (blob.size() > sshsig_limit) {
    return fail(Code::too_large, "more than " + std::to_string(sshsig_limit) + " bytes");
  }
  Reader reader(blob);
  QUORATE_TRY(const ByteView found_magic, reader.raw(magic_preamble.size(), "the magic"));
  if (text_of(found_magic) != magic_preamble)
    return fail(Code::malformed, "does not begin with SSHSIG");
  QUORATE_TRY(const std::uint32_t found_version, reader.u32("the version"));
  if (found_version != version) return fail(Code::malformed, "its version is not 1");
  QUORATE_TRY(const ByteView key_blob, reader.string(public_blob_limit, "the public key"));
  QUORATE_TRY(PublicKey key, PublicKey::parse(key_blob));
  QUORATE_TRY(std::string name_space, reader.text(name_space_limit, "the namespace"));
  if (name_space.empty()) return fail(Code::malformed, "the namespace is empty");
  QUORATE_TRY(const ByteView reserved, reader.string(0, "the reserved field"));
  QUORATE_INVARIANT(reserved.empty());
  QUORATE_TRY(const ByteView hash_name, reader.string(sshsig_limit, "the hash's name"));
  const std::optional<MessageHash> hash = hash_named(text_of(hash_name));
  if (!hash) return fail(Code::malformed, "its hash is neither sha256 nor sha512");
  QUORATE_TRY(const ByteView signature, reader.string(sshsig_limit, "the signature"));
  QUORATE_CHECK(reader.finish("the signature"));
  return Sshsig{std::move(key), std::move(name_space), *hash,
                Bytes(signature.begin(), signature.end())};
}

Status check_hash(MessageHash hash) {
  if (hash != MessageHash::sha512) {
    return fail(Code::evidence_malformed, "SSHSIG: evidence is signed over sha512, not sha256");
  }
  return Done{};
}

}  // namespace

std::string_view name(MessageHash hash) {
  switch (hash) {
    case MessageHash::sha256: return "sha256";
    case MessageHash::sha512: return "sha512";
  }
  QUORATE_INVARIANT(false);
}

Result<Sshsig> Sshsig::parse_blob(ByteView blob) {
  Result<Sshsig> sshsig = read(blob);
  if (!sshsig) return no_form(std::move(sshsig).error());
  return sshsig;
}

Result<Sshsig> Sshsig::parse_armour(std::string_view text) {
  const Result<Bytes> blob = from_armour(label, text, sshsig_limit);
  if (!blob) return no_form(blob.error());
  return parse_blob(*blob);
}

Bytes Sshsig::blob() const {
  return Writer()
      .raw(bytes_of(magic_preamble))
      .u32(version)
      .string(key.blob())
      .text(name_space)
      .string({})
      .text(name(hash))
      .string(signature)
      .bytes();
}

std::string Sshsig::armour() const { return ssh::armour(label, blob()); }

Bytes signed_data(std::string_view name_space, const ByteArray<64>& sha512) {
  return signed_data(name_space, MessageHash::sha512, sha512);
}

Bytes signed_data(std::string_view name_space, MessageHash hash, ByteView digest) {
  QUORATE_INVARIANT(digest.size() == digest_size(hash));
  return Writer()
      .raw(bytes_of(magic_preamble))
      .text(name_space)
      .string({})
      .text(name(hash))
      .string(digest)
      .bytes();
}

Sshsig file_signature(std::string_view name_space, const ed25519::Point& root,
                      const ed25519::Signature& signature) {
  return {PublicKey::of(root), std::string(name_space), MessageHash::sha512,
          ed25519_signature_blob(signature)};
}

Result<Verification> verify(const Sshsig& sshsig, std::string_view expected_namespace,
                            ByteView message) {
  QUORATE_TRY(const Verification verification, verify_signature(sshsig, message));
  QUORATE_CHECK(check_use(sshsig, verification, expected_namespace));
  return verification;
}

Result<Verification> verify_signature(const Sshsig& sshsig, ByteView message) {
  QUORATE_CHECK(check_hash(sshsig.hash));
  ByteArray<crypto_hash_sha512_BYTES> digest;
  crypto_hash_sha512(digest.data(), message.data(), message.size());
  Result<Verification> verification =
      verify(sshsig.key, sshsig.signature, signed_data(sshsig.name_space, digest), Touch::reported);
  if (!verification && verification.error().code == Code::malformed) {
    return no_form(std::move(verification).error());
  }
  return verification;
}

Status check_use(const Sshsig& sshsig, const Verification& verification,
                 std::string_view expected_namespace) {
  if (sshsig.name_space != expected_namespace) {
    return fail(Code::namespace_wrong, "the SSHSIG was made for the namespace " +
                                           sshsig.name_space + ", expected " +
                                           std::string(expected_namespace));
  }
  if (verification.fido && !verification.fido->touched()) {
    return fail(Code::touch_required, "the FIDO key was not touched for this signature");
  }
  return Done{};
}

}  // namespace quorate::ssh

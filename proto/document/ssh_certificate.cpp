#include "proto/document/ssh_certificate.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "proto/document/armour.h"
#include "proto/document/ssh_buffer.h"

namespace quorate::ssh {
namespace {

struct CertificateKind {
  KeyKind kind;
  std::string_view name;
  int key_strings;  // how many strings of the public blob follow its type
};

constexpr std::array certificate_kinds = {
    CertificateKind{KeyKind::ed25519, "ssh-ed25519-cert-v01@openssh.com", 1},
    CertificateKind{KeyKind::rsa, "ssh-rsa-cert-v01@openssh.com", 2},
    CertificateKind{KeyKind::ecdsa, "ecdsa-sha2-nistp256-cert-v01@openssh.com", 2},
    CertificateKind{KeyKind::fido_ed25519, "sk-ssh-ed25519-cert-v01@openssh.com", 2},
    CertificateKind{KeyKind::fido_ecdsa, "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3},
};

std::string_view certificate_name(KeyKind kind) {
  for (const CertificateKind& known : certificate_kinds) {
    if (known.kind == kind) return known.name;
  }
  QUORATE_INVARIANT(false);
}

ByteArray<32> derived(std::string_view label, const ByteArray<32>& root_id,
                      const ByteArray<32>& request_id) {
  const Bytes input = Writer().raw(bytes_of(label)).u8(0).string(root_id).raw(request_id).bytes();
  ByteArray<32> digest;
  crypto_hash_sha256(digest.data(), input.data(), input.size());
  return digest;
}

Bytes principals_of(const CertificateFields& fields) {
  Writer list;
  for (const std::string& principal : fields.principals) list.text(principal);
  return std::move(list).bytes();
}

// A flag's data is empty; a value is a string inside the string.
Bytes critical_of(const CertificateFields& fields) {
  Writer list;
  for (const Option& option : fields.critical) {
    list.text(option.name);
    list.string(option.value.empty() ? Bytes() : Writer().text(option.value).bytes());
  }
  return std::move(list).bytes();
}

Bytes extensions_of(const CertificateFields& fields) {
  Writer list;
  for (const std::string& extension : fields.extensions) list.text(extension).string({});
  return std::move(list).bytes();
}

// The public blob back from the certificate, where its fields stand after another type name.
Result<Bytes> read_subject(Reader& reader, const CertificateKind& kind) {
  Writer subject;
  subject.text(type_name(kind.kind));
  for (int i = 0; i < kind.key_strings; ++i) {
    QUORATE_TRY(const ByteView part, reader.string(public_blob_limit, "the subject's key"));
    subject.string(part);
  }
  return std::move(subject).bytes();
}

Result<std::vector<std::string>> read_principals(ByteView list) {
  Reader reader(list);
  std::vector<std::string> principals;
  while (reader.left() > 0) {
    QUORATE_TRY(std::string principal, reader.text(principal_limit, "a principal"));
    principals.push_back(std::move(principal));
  }
  return principals;
}

Result<std::vector<Option>> read_critical(ByteView list) {
  Reader reader(list);
  std::vector<Option> options;
  while (reader.left() > 0) {
    Option option;
    QUORATE_TRY(option.name, reader.text(option_name_limit, "a critical option's name"));
    QUORATE_TRY(const ByteView data,
                reader.string(option_value_limit + 4, "a critical option's data"));
    if (!data.empty()) {
      Reader inside(data);
      QUORATE_TRY(option.value, inside.text(option_value_limit, "a critical option's value"));
      QUORATE_CHECK(inside.finish("a critical option's value"));
    }
    options.push_back(std::move(option));
  }
  return options;
}

Result<std::vector<std::string>> read_extensions(ByteView list) {
  Reader reader(list);
  std::vector<std::string> extensions;
  while (reader.left() > 0) {
    QUORATE_TRY(std::string extension, reader.text(option_name_limit, "an extension's name"));
    QUORATE_TRY(const ByteView data, reader.string(option_value_limit, "an extension's data"));
    // ssh-keygen shows a flag with data as if all were well; sshd then denies the login.
    if (!data.empty()) return fail(Code::malformed, "the extension " + extension + " has data");
    extensions.push_back(std::move(extension));
  }
  return extensions;
}

Result<CertificateType> read_type(Reader& reader) {
  QUORATE_TRY(const std::uint32_t type, reader.u32("the certificate's type"));
  switch (type) {
    case 1: return CertificateType::user;
    case 2: return CertificateType::host;
    default: return fail(Code::malformed, "the certificate's type is neither 1 nor 2");
  }
}

Result<ByteArray<32>> read_nonce(Reader& reader) {
  ByteArray<32> nonce;
  QUORATE_TRY(const ByteView bytes, reader.string(certificate_limit, "the nonce"));
  if (bytes.size() != nonce.size()) return fail(Code::malformed, "the nonce must have 32 bytes");
  std::copy(bytes.begin(), bytes.end(), nonce.begin());
  return nonce;
}

Result<CertificateKind> read_kind(Reader& reader) {
  QUORATE_TRY(const ByteView name, reader.string(certificate_limit, "the certificate's type"));
  for (const CertificateKind& known : certificate_kinds) {
    if (known.name == text_of(name)) return known;
  }
  return fail(Code::key_not_allowed, "not a certificate for a key of a kind that we accept");
}

Result<PublicKey> read_ca(Reader& reader) {
  QUORATE_TRY(const ByteView blob, reader.string(public_blob_limit, "the CA's key"));
  QUORATE_TRY(PublicKey ca, PublicKey::parse(blob));
  if (is_fido(ca.kind())) return fail(Code::key_not_allowed, "a FIDO key is no CA of ours");
  return ca;
}

// From the layout to fields; whether they keep the rules comes after.
Result<ParsedCertificate> read(Reader& reader) {
  QUORATE_TRY(const CertificateKind kind, read_kind(reader));
  QUORATE_TRY(const auto nonce, read_nonce(reader));
  CertificateFields fields{};
  QUORATE_TRY(fields.subject, read_subject(reader, kind));
  QUORATE_TRY(const std::uint64_t serial, reader.u64("the serial"));
  QUORATE_TRY(fields.type, read_type(reader));
  QUORATE_TRY(fields.key_id, reader.text(key_id_limit, "the key id"));
  QUORATE_TRY(const ByteView principals, reader.string(certificate_limit, "the principals"));
  QUORATE_TRY(fields.principals, read_principals(principals));
  QUORATE_TRY(fields.valid_after, reader.u64("valid_after"));
  QUORATE_TRY(fields.valid_before, reader.u64("valid_before"));
  QUORATE_TRY(const ByteView critical, reader.string(certificate_limit, "the critical options"));
  QUORATE_TRY(fields.critical, read_critical(critical));
  QUORATE_TRY(const ByteView extensions, reader.string(certificate_limit, "the extensions"));
  QUORATE_TRY(fields.extensions, read_extensions(extensions));
  QUORATE_TRY(const ByteView reserved, reader.string(certificate_limit, "the reserved field"));
  if (!reserved.empty()) return fail(Code::malformed, "the reserved field is not empty");
  QUORATE_TRY(PublicKey ca, read_ca(reader));
  return ParsedCertificate{std::move(fields), nonce, serial, std::move(ca), {}, false};
}

Status refuse_sha1(ByteView signature_blob) {
  QUORATE_TRY(const ByteView name,
              Reader(signature_blob).string(certificate_limit, "the signature's name"));
  if (text_of(name) == type_name(KeyKind::rsa)) {
    return fail(Code::signature_invalid, "the CA signed with SHA-1 (ssh-rsa), which sshd refuses");
  }
  return Done{};
}

}  // namespace

ByteArray<32> derived_nonce(const ByteArray<32>& root_id, const ByteArray<32>& request_id) {
  return derived("quorate/ssh-nonce/v1", root_id, request_id);
}

std::uint64_t derived_serial(const ByteArray<32>& root_id, const ByteArray<32>& request_id) {
  const ByteArray<32> digest = derived("quorate/ssh-serial/v1", root_id, request_id);
  std::uint64_t serial = 0;
  for (std::size_t i = 0; i < sizeof serial; ++i) serial = serial << 8 | digest[i];
  return serial == 0 ? 1 : serial;
}

Result<Bytes> to_be_signed(const CertificateFields& fields, const PublicKey& ca,
                           const ByteArray<32>& nonce, std::uint64_t serial) {
  QUORATE_CHECK(check(fields, ca));
  if (serial == 0) return fail(Code::malformed, "a certificate never has the serial 0");
  QUORATE_TRY(const PublicKey subject, PublicKey::parse(fields.subject));
  const std::size_t type_size = 4 + type_name(subject.kind()).size();
  return Writer()
      .text(certificate_name(subject.kind()))
      .string(nonce)
      .raw(ByteView(fields.subject).subspan(type_size))
      .u64(serial)
      .u32(static_cast<std::uint32_t>(fields.type))
      .text(fields.key_id)
      .string(principals_of(fields))
      .u64(fields.valid_after)
      .u64(fields.valid_before)
      .string(critical_of(fields))
      .string(extensions_of(fields))
      .string({})  // reserved
      .string(ca.blob())
      .bytes();
}

Bytes certificate(ByteView to_be_signed, ByteView signature_blob) {
  return Writer().raw(to_be_signed).string(signature_blob).bytes();
}

Result<ParsedCertificate> ParsedCertificate::parse(ByteView blob) {
  if (blob.size() > certificate_limit) {
    return fail(Code::too_large, "the certificate has " + std::to_string(blob.size()) +
                                     " bytes, at most " + std::to_string(certificate_limit));
  }
  Reader reader(blob);
  QUORATE_TRY(ParsedCertificate parsed, read(reader));
  const ByteView signed_part = blob.first(blob.size() - reader.left());
  QUORATE_TRY(const ByteView signature, reader.string(certificate_limit, "the signature"));
  QUORATE_CHECK(reader.finish("the certificate"));
  parsed.signature.assign(signature.begin(), signature.end());

  QUORATE_CHECK(check_form(parsed.fields));
  QUORATE_CHECK(refuse_sha1(parsed.signature));
  QUORATE_TRY(const Bytes rebuilt,
              ssh::to_be_signed(parsed.fields, parsed.ca, parsed.nonce, parsed.serial));
  if (!std::equal(rebuilt.begin(), rebuilt.end(), signed_part.begin(), signed_part.end())) {
    return fail(Code::malformed, "the certificate is not in the one form of its content");
  }
  const auto verification = verify(parsed.ca, parsed.signature, signed_part);
  if (!verification && verification.error().code != Code::signature_invalid) {
    return tl::unexpected(verification.error());
  }
  parsed.signature_valid = verification.has_value();
  return parsed;
}

Result<ParsedCertificate> ParsedCertificate::parse_line(std::string_view line) {
  QUORATE_TRY(const Line parts, from_line(line, certificate_limit));
  return parse(parts.blob);
}

}  // namespace quorate::ssh

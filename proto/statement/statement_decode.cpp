#include <algorithm>

#include <nlohmann/json.hpp>

#include "proto/layout/reader.h"
#include "proto/statement/access_payload.h"
#include "proto/statement/bundle.h"
#include "proto/statement/form.h"
#include "proto/statement/revocation_list.h"
#include "proto/statement/statement.h"

namespace quorate::statement {
namespace {

using layout::Reader;

Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

Result<Kind> read_kind(Reader& in, std::size_t statement_size) {
  QUORATE_TRY(const std::uint8_t kind, in.u8("the kind"));
  if (statement_size > size_limit(kind)) {
    return fail(Code::too_large, "a statement of this kind has at most " +
                                     std::to_string(size_limit(kind)) + " bytes");
  }
  if (kind < static_cast<std::uint8_t>(Kind::ssh_user) ||
      kind > static_cast<std::uint8_t>(Kind::krl)) {
    return fail(Code::unknown_kind, "there is no kind " + std::to_string(kind) + " of statement");
  }
  return static_cast<Kind>(kind);
}

Result<SshCertificate> read_certificate(Reader& in, ssh::CertificateType type) {
  SshCertificate out{};
  out.type = type;
  QUORATE_TRY(const ByteView subject, in.blob(ssh::public_blob_limit, "the subject key"));
  out.subject = copy(subject);
  QUORATE_TRY(out.key_id, in.text(ssh::key_id_limit, "the key id"));
  QUORATE_TRY(const std::uint16_t principals, in.count(ssh::principals_limit, "the principals"));
  for (std::uint16_t i = 0; i < principals; ++i) {
    QUORATE_TRY(std::string principal, in.text(ssh::principal_limit, "a principal"));
    out.principals.push_back(std::move(principal));
  }
  QUORATE_TRY(out.valid_after, in.u64("valid_after"));
  QUORATE_TRY(out.valid_before, in.u64("valid_before"));
  QUORATE_TRY(const std::uint16_t options, in.count(ssh::options_limit, "the critical options"));
  for (std::uint16_t i = 0; i < options; ++i) {
    ssh::Option option;
    QUORATE_TRY(option.name, in.text(ssh::option_name_limit, "a critical option's name"));
    QUORATE_TRY(option.value, in.text(ssh::option_value_limit, "a critical option's value"));
    out.critical.push_back(std::move(option));
  }
  QUORATE_TRY(const std::uint16_t extensions, in.count(ssh::options_limit, "the extensions"));
  for (std::uint16_t i = 0; i < extensions; ++i) {
    QUORATE_TRY(std::string name, in.text(ssh::option_name_limit, "an extension's name"));
    out.extensions.push_back(std::move(name));
  }
  return out;
}

Result<File> read_file(Reader& in) {
  constexpr std::uint8_t sha512 = 1;
  File out{};
  QUORATE_TRY(out.name_space, in.text(namespace_limit, "the namespace"));
  QUORATE_TRY(const std::uint8_t hash, in.u8("the hash"));
  if (hash != sha512) return fail(Code::malformed, "a file's hash is SHA-512, which is 1");
  QUORATE_TRY(out.sha512, in.array<64>("the file's hash"));
  QUORATE_TRY(out.size, in.u64("the file's size"));
  QUORATE_TRY(out.label, in.text(label_limit, "the label"));
  return out;
}

Result<Krl> read_krl(Reader& in) {
  Krl out{};
  QUORATE_TRY(out.number, in.u64("the list's number"));
  QUORATE_TRY(out.list_document, in.array<32>("the list's document"));
  return out;
}

Result<Body> read_body(Reader& in, Kind kind) {
  switch (kind) {
    case Kind::ssh_user: return read_certificate(in, ssh::CertificateType::user);
    case Kind::ssh_host: return read_certificate(in, ssh::CertificateType::host);
    case Kind::file: return read_file(in);
    case Kind::access: {
      QUORATE_TRY(const ByteView payload, in.blob(payload_limit, "the payload"));
      return Access{copy(payload)};
    }
    case Kind::bundle: {
      QUORATE_TRY(const ByteView payload, in.blob(largest_statement, "the payload"));
      return Bundle{copy(payload)};
    }
    case Kind::revocation: {
      QUORATE_TRY(const ByteView payload, in.blob(largest_statement, "the payload"));
      return RevocationList{copy(payload)};
    }
    case Kind::krl: return read_krl(in);
  }
  return fail(Code::unknown_kind, "there is no such kind of statement");
}

Result<Statement> read_layout(ByteView statement) {
  if (statement.size() > largest_statement) {
    return fail(Code::too_large, "the statement is too large");
  }
  Reader in(statement);
  QUORATE_TRY(const std::uint8_t version, in.u8("the version"));
  if (version != 1) {
    return fail(Code::malformed, "there is no statement version " + std::to_string(version));
  }
  Statement out{};
  QUORATE_TRY(out.kind, read_kind(in, statement.size()));
  QUORATE_TRY(out.root_id, in.array<32>("the root id"));
  QUORATE_TRY(out.root, in.name("the root's name"));
  QUORATE_TRY(out.profile, in.name_or_empty("the profile"));
  QUORATE_TRY(out.nonce, in.array<16>("the nonce"));
  QUORATE_TRY(out.not_before, in.u64("not_before"));
  QUORATE_TRY(out.not_after, in.u64("not_after"));
  QUORATE_TRY(out.body, read_body(in, out.kind));
  QUORATE_CHECK(in.finish("the statement"));
  return out;
}

bool is_namespace_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._@:/+-").find(c) != std::string_view::npos;
}

Status form_of(const SshCertificate& certificate) { return ssh::check_form(certificate); }

Status form_of(const File& file) {
  if (file.name_space.empty() ||
      !std::all_of(file.name_space.begin(), file.name_space.end(), is_namespace_character)) {
    return fail(Code::malformed, "a namespace is 1 to 64 of A-Z, a-z, 0-9 and ._@:/+-");
  }
  return Done{};
}

template <typename T>
Status status_of(const Result<T>& result) {
  if (!result) return tl::unexpected(result.error());
  return Done{};
}

Status form_of(const Access& access) { return status_of(parse_access(access.payload)); }
Status form_of(const Bundle& bundle) { return status_of(parse_bundle(bundle.payload)); }
Status form_of(const RevocationList& list) { return status_of(parse_revocation(list.payload)); }
Status form_of(const Krl& /*krl*/) { return Done{}; }

}  // namespace

std::size_t size_limit(std::uint8_t kind) {
  constexpr std::size_t usual = std::size_t{64} * 1024;
  const bool is_large = kind >= static_cast<std::uint8_t>(Kind::bundle) &&
                        kind <= static_cast<std::uint8_t>(Kind::krl);
  return is_large ? largest_statement : usual;
}

Result<Statement> parse(ByteView statement) {
  QUORATE_TRY(Statement out, read_layout(statement));
  if (out.not_before > last_second || out.not_after > last_second) {
    return fail(Code::malformed, "the window ends after the year 9999");
  }
  if (out.not_before >= out.not_after) {
    return fail(Code::malformed, "the window has no length: not_before must be below not_after");
  }
  QUORATE_CHECK(std::visit([](const auto& body) { return form_of(body); }, out.body));
  return out;
}

}  // namespace quorate::statement

#include "proto/statement/statement.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"
#include "proto/statement/form.h"

namespace quorate::statement {
namespace {

using layout::Writer;

void write(Writer& out, const SshCertificate& certificate) {
  out.blob(certificate.subject).text(certificate.key_id).count(certificate.principals.size());
  for (const std::string& principal : certificate.principals) out.text(principal);
  out.u64(certificate.valid_after).u64(certificate.valid_before);
  out.count(certificate.critical.size());
  for (const ssh::Option& option : certificate.critical) out.text(option.name).text(option.value);
  out.count(certificate.extensions.size());
  for (const std::string& extension : certificate.extensions) out.text(extension);
}

void write(Writer& out, const File& file) {
  constexpr std::uint8_t sha512 = 1;
  out.text(file.name_space).u8(sha512).raw(file.sha512).u64(file.size).text(file.label);
}

void write(Writer& out, const Access& access) { out.blob(access.payload); }
void write(Writer& out, const Bundle& bundle) { out.blob(bundle.payload); }
void write(Writer& out, const RevocationList& list) { out.blob(list.payload); }
void write(Writer& out, const Krl& krl) { out.u64(krl.number).raw(krl.list_document); }

bool fits(Kind kind, const Body& body) {
  const auto* certificate = std::get_if<SshCertificate>(&body);
  switch (kind) {
    case Kind::ssh_user:
      return certificate != nullptr && certificate->type == ssh::CertificateType::user;
    case Kind::ssh_host:
      return certificate != nullptr && certificate->type == ssh::CertificateType::host;
    case Kind::file: return std::holds_alternative<File>(body);
    case Kind::access: return std::holds_alternative<Access>(body);
    case Kind::bundle: return std::holds_alternative<Bundle>(body);
    case Kind::revocation: return std::holds_alternative<RevocationList>(body);
    case Kind::krl: return std::holds_alternative<Krl>(body);
  }
  return false;
}

Status check_text(std::string_view text, std::size_t limit, std::string_view field) {
  if (text.size() > limit) {
    return fail(Code::too_large,
                std::string(field) + " has at most " + std::to_string(limit) + " characters");
  }
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; })) {
    return fail(Code::malformed, std::string(field) + " must be printable ASCII");
  }
  return Done{};
}

Status check_name(std::string_view name, std::string_view field) {
  if (layout::is_name(name)) return Done{};
  return fail(Code::malformed,
              std::string(field) + " must be 1 to 63 of a-z, 0-9 and -, not beginning with -");
}

// What the Writer takes for granted, of the bodies that hold texts.
Status check_texts(const Body& body) {
  if (const auto* certificate = std::get_if<SshCertificate>(&body)) {
    return ssh::check_form(*certificate);
  }
  if (const auto* file = std::get_if<File>(&body)) {
    QUORATE_CHECK(check_text(file->name_space, namespace_limit, "the namespace"));
    return check_text(file->label, label_limit, "the label");
  }
  return Done{};
}

}  // namespace

Bytes encode(const Statement& statement) {
  QUORATE_INVARIANT(fits(statement.kind, statement.body));
  Writer out;
  out.u8(1).u8(static_cast<std::uint8_t>(statement.kind)).raw(statement.root_id);
  out.str(statement.root).str(statement.profile).raw(statement.nonce);
  out.u64(statement.not_before).u64(statement.not_after);
  std::visit([&out](const auto& body) { write(out, body); }, statement.body);
  return std::move(out).bytes();
}

Result<Bytes> compose(const Statement& statement) {
  QUORATE_CHECK(check_name(statement.root, "the root's name"));
  if (!statement.profile.empty()) QUORATE_CHECK(check_name(statement.profile, "the profile"));
  QUORATE_CHECK(check_texts(statement.body));
  Bytes bytes = encode(statement);
  QUORATE_CHECK(decode(bytes));
  return bytes;
}

RequestId request_id(ByteView statement) { return layout::hash("request", statement); }

std::string_view purpose(Kind kind) {
  switch (kind) {
    case Kind::ssh_user: return "ssh-user-ca";
    case Kind::ssh_host: return "ssh-host-ca";
    case Kind::file: return "file";
    case Kind::access: return "access";
    case Kind::bundle: return "bundle";
    case Kind::revocation:
    case Kind::krl: return "revocation";
  }
  QUORATE_INVARIANT(false);
}

std::string_view title(Kind kind) {
  switch (kind) {
    case Kind::ssh_user: return "SSH user certificate";
    case Kind::ssh_host: return "SSH host certificate";
    case Kind::file: return "file signature";
    case Kind::access: return "access statement";
    case Kind::bundle: return "trust bundle";
    case Kind::revocation: return "revocation list";
    case Kind::krl: return "SSH key revocation list";
  }
  QUORATE_INVARIANT(false);
}

}  // namespace quorate::statement

// sshcert.*, sshsig.*, statement.parse: the documents that a root signs, built and read.

#include <limits>

#include "proto/document/ssh_buffer.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"
#include "tests/tool/fields.h"
#include "tests/tool/operation.h"

namespace quorate::primitives {

using nlohmann::json;

namespace {

constexpr std::uint64_t any_u64 = std::numeric_limits<std::uint64_t>::max();

Result<ssh::CertificateType> read_type(const Fields& fields) {
  QUORATE_TRY(const std::string_view type, fields.text("type"));
  if (type == "user") return ssh::CertificateType::user;
  if (type == "host") return ssh::CertificateType::host;
  return fail(Code::usage, "the field \"type\" must be \"user\" or \"host\"");
}

Result<std::vector<ssh::Option>> read_critical_options(const Fields& fields) {
  QUORATE_TRY(const json* const entries, fields.list("critical_options"));
  std::vector<ssh::Option> options;
  for (const json& entry : *entries) {
    QUORATE_TRY(const Fields one, Fields::of(entry, {"name"}, {"value"}));
    ssh::Option option;
    QUORATE_TRY(option.name, one.text("name"));
    if (one.has("value")) {
      QUORATE_TRY(option.value, one.text("value"));
    }
    options.push_back(std::move(option));
  }
  return options;
}

Result<ssh::CertificateFields> read_certificate(const Fields& fields) {
  ssh::CertificateFields certificate{};
  QUORATE_TRY(certificate.type, read_type(fields));
  QUORATE_TRY(certificate.subject, fields.bytes("key"));
  QUORATE_TRY(certificate.key_id, fields.text("key_id"));
  QUORATE_TRY(certificate.principals, fields.texts("principals"));
  QUORATE_TRY(certificate.valid_after, fields.number("valid_after", any_u64));
  QUORATE_TRY(certificate.valid_before, fields.number("valid_before", any_u64));
  QUORATE_TRY(certificate.critical, read_critical_options(fields));
  QUORATE_TRY(certificate.extensions, fields.texts("extensions"));
  return certificate;
}

Answer build_certificate(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request,
                         {"op", "type", "key", "key_id", "principals", "valid_after",
                          "valid_before", "critical_options", "extensions", "root", "request_id"}));
  QUORATE_TRY(const ssh::CertificateFields certificate, read_certificate(fields));
  QUORATE_TRY(const json* const root_object, fields.object("root"));
  QUORATE_TRY(const Fields root_fields, Fields::of(*root_object, {"key"}));
  QUORATE_TRY(const ed25519::Point root, root_fields.point("key"));
  QUORATE_TRY(const auto request_id, fields.array<32>("request_id"));
  QUORATE_TRY(const Bytes tbs, ssh::to_be_signed(certificate, ssh::PublicKey::of(root),
                                                 ssh::derived_nonce(root.bytes(), request_id),
                                                 ssh::derived_serial(root.bytes(), request_id)));
  return json{{"tbs", to_hex(tbs)}};
}

Answer parse_certificate(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "certificate"}));
  QUORATE_TRY(const Bytes blob, fields.bytes("certificate"));
  QUORATE_TRY(const ssh::ParsedCertificate parsed, ssh::ParsedCertificate::parse(blob));
  const ssh::CertificateFields& certificate = parsed.fields;
  json options = json::array();
  for (const ssh::Option& option : certificate.critical) {
    json entry = {{"name", option.name}};
    if (!option.value.empty()) entry["value"] = option.value;
    options.push_back(std::move(entry));
  }
  return json{{"type", certificate.type == ssh::CertificateType::user ? "user" : "host"},
              {"key", to_hex(certificate.subject)},
              {"key_id", certificate.key_id},
              {"principals", certificate.principals},
              {"valid_after", certificate.valid_after},
              {"valid_before", certificate.valid_before},
              {"critical_options", options},
              {"extensions", certificate.extensions},
              {"serial", parsed.serial},
              {"nonce", to_hex(parsed.nonce)},
              {"ca_key", to_hex(parsed.ca.blob())},
              {"signature_valid", parsed.signature_valid}};
}

Answer build_sshsig(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "namespace", "message_sha512", "signature", "group_key"}));
  QUORATE_TRY(const std::string_view name_space, fields.text("namespace"));
  QUORATE_TRY(const auto sha512, fields.array<64>("message_sha512"));
  QUORATE_TRY(const auto signature, fields.array<64>("signature"));
  QUORATE_TRY(const ed25519::Point group_key, fields.point("group_key"));
  const ssh::Sshsig sshsig = ssh::file_signature(name_space, group_key, signature);
  // A namespace that no reader would take makes no signature.
  QUORATE_TRY(const ssh::Sshsig read, ssh::Sshsig::parse_blob(sshsig.blob()));
  return json{{"blob", to_hex(read.blob())},
              {"armour", read.armour()},
              {"signed", to_hex(ssh::signed_data(name_space, sha512))}};
}

// What follows the signature proper in a FIDO signature blob.
Result<ssh::Fido> read_fido(ByteView blob) {
  ssh::Reader reader(blob);
  QUORATE_TRY(const ByteView type, reader.string(blob.size(), "the signature's name"));
  QUORATE_TRY(const ByteView signature, reader.string(blob.size(), "the signature"));
  QUORATE_TRY(const std::uint8_t flags, reader.u8("the FIDO flags"));
  QUORATE_TRY(const std::uint32_t counter, reader.u32("the FIDO counter"));
  QUORATE_CHECK(reader.finish("the signature"));
  return ssh::Fido{flags, counter};
}

Answer parse_sshsig(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "armour"}));
  QUORATE_TRY(const std::string_view armour, fields.text("armour"));
  QUORATE_TRY(const ssh::Sshsig sshsig, ssh::Sshsig::parse_armour(armour));
  json answer = {{"namespace", sshsig.name_space},
                 {"hash", ssh::name(sshsig.hash)},
                 {"key", to_hex(sshsig.key.blob())},
                 {"signature", to_hex(sshsig.signature)}};
  if (ssh::is_fido(sshsig.key.kind())) {
    QUORATE_TRY(const ssh::Fido fido, read_fido(sshsig.signature));
    answer["flags"] = fido.flags;
    answer["counter"] = fido.counter;
  }
  return answer;
}

Answer parse_statement(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "statement"}));
  QUORATE_TRY(const Bytes bytes, fields.bytes("statement"));
  QUORATE_TRY(const statement::Statement parsed, statement::decode(bytes));
  json answer = {{"kind", static_cast<unsigned>(parsed.kind)},
                 {"request_id", to_hex(statement::request_id(bytes))}};
  // A KRL follows from a revocation list that the statement only names.
  if (parsed.kind == statement::Kind::krl) return answer;
  QUORATE_TRY(const ssh::PublicKey root, statement::ed25519_root(parsed.root_id));
  QUORATE_TRY(const Bytes tbs, statement::to_be_signed(parsed, root));
  answer["tbs"] = to_hex(tbs);
  answer["document"] = to_hex(statement::document(tbs));
  return answer;
}

}  // namespace

std::vector<Operation> document_operations() {
  return {{"sshcert.build", build_certificate},
          {"sshcert.parse", parse_certificate},
          {"sshsig.build", build_sshsig},
          {"sshsig.parse", parse_sshsig},
          {"statement.parse", parse_statement}};
}

}  // namespace quorate::primitives

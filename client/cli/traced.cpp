#include "client/cli/traced.h"

#include "client/cli/file_digest.h"
#include "client/cli/request_words.h"
#include "client/home/file.h"
#include "proto/document/ssh_certificate.h"
#include "proto/document/sshsig.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::cli {
namespace {

constexpr std::size_t traced_file_limit = std::size_t{2} * 1024 * 1024;

Outcome<record::Hash> root_of(const ssh::PublicKey& key) {
  if (const auto point = key.ed25519_point()) return *point;
  return usage("it is signed by a " + std::string(ssh::type_name(key.kind())) +
               " key, and a root's is ssh-ed25519");
}

Outcome<Traced> trace_certificate(std::string_view text, const Path& file) {
  const Result<ssh::ParsedCertificate> parsed = ssh::ParsedCertificate::parse_line(text);
  if (!parsed) {
    return usage(file.string() +
                 " is no certificate, signature or request of ours: " + parsed.error().message);
  }
  QUORATE_TRY(const record::Hash root, root_of(parsed->ca));
  QUORATE_TRY(const Bytes signed_bytes,
              ssh::to_be_signed(parsed->fields, parsed->ca, parsed->nonce, parsed->serial));
  const bool is_user = parsed->fields.type == ssh::CertificateType::user;
  return Traced{std::string(statement::title(is_user ? statement::Kind::ssh_user
                                                     : statement::Kind::ssh_host)),
                root, statement::document(signed_bytes), std::nullopt,
                parsed->signature_valid ? "" : "its signature does NOT hold"};
}

Outcome<Traced> trace_signature(std::string_view text, const Path& file,
                                const std::optional<Path>& of) {
  QUORATE_TRY(const ssh::Sshsig sshsig, ssh::Sshsig::parse_armour(text));
  QUORATE_TRY(const record::Hash root, root_of(sshsig.key));
  Path signed_file = file;
  if (of) {
    signed_file = *of;
  } else if (file.extension() == ".sig") {
    signed_file.replace_extension();
  } else {
    return usage("what is " + file.string() + " a signature of?", "--file names that file");
  }
  const Result<FileDigest> digest = digest_file(signed_file, {});
  if (!digest) return usage(digest.error().message, "--file names the file that was signed");
  const Bytes signed_bytes = ssh::signed_data(sshsig.name_space, digest->sha512);
  const bool holds = ssh::verify(sshsig.key, sshsig.signature, signed_bytes).has_value();
  return Traced{std::string(statement::title(statement::Kind::file)), root,
                statement::document(signed_bytes), std::nullopt,
                holds ? "" : "it is NOT a signature of " + signed_file.string()};
}

Outcome<Traced> trace_request(const Path& file) {
  QUORATE_TRY(const LoadedRequest loaded, load_request(file));
  const Result<ed25519::Point> root = ed25519::Point::parse(loaded.statement.root_id);
  if (!root) return usage("the request names no root that could be");
  const Result<Bytes> signed_bytes =
      statement::to_be_signed(loaded.statement, ssh::PublicKey::of(*root));
  return Traced{"request for " + std::string(statement::title(loaded.statement.kind)),
                loaded.statement.root_id,
                signed_bytes ? statement::document(*signed_bytes) : record::Hash{},
                statement::request_id(loaded.request.statement), ""};
}

}  // namespace

Outcome<Traced> read_traced(const Path& file, const std::optional<Path>& of) {
  QUORATE_TRY(const std::string text, home::read_file(file, traced_file_limit));
  if (text.starts_with("-----BEGIN QUORATE REQUEST-----")) return trace_request(file);
  if (text.starts_with("-----BEGIN SSH SIGNATURE-----")) return trace_signature(text, file, of);
  return trace_certificate(text, file);
}

}  // namespace quorate::cli

#include "proto/statement/access_payload.h"
#include "proto/statement/revocation_list.h"
#include "proto/statement/root_id.h"
#include "proto/statement/statement.h"

namespace quorate::statement {
namespace {

constexpr std::uint64_t longest_backdating_s = 300;

// Whether `time` is at most 300 s before `reference`, in a form that cannot wrap.
bool is_backdated_too_far(std::uint64_t time, std::uint64_t reference) {
  return time < reference && reference - time > longest_backdating_s;
}

Status check_certificate(const SshCertificate& certificate, std::uint64_t not_before,
                         const ssh::PublicKey& root) {
  Status rules = ssh::check_rules(certificate, root);
  // Our rule about time stands between theirs, in the order of the codes.
  const bool is_before_times = !rules && rules.error().code == Code::subject_is_ca_key;
  if (!is_before_times && is_backdated_too_far(certificate.valid_after, not_before)) {
    return fail(Code::validity_not_allowed,
                "valid_after is more than 300 s before the statement's not_before");
  }
  return rules;
}

Status check_namespace(const File& file) {
  if (file.name_space.starts_with("quorate-") || file.name_space == "krl") {
    return fail(Code::namespace_not_allowed,
                "the namespace " + file.name_space + " is reserved: it would pass for another use");
  }
  return Done{};
}

Status check_access(const Access& access, std::uint64_t not_before) {
  QUORATE_TRY(const AccessPayload payload, parse_access(access.payload));
  if (payload.iat != not_before) {
    return fail(Code::validity_not_allowed, "iat must be the statement's not_before");
  }
  if (payload.nbf > payload.iat || is_backdated_too_far(payload.nbf, payload.iat)) {
    return fail(Code::validity_not_allowed, "nbf must be iat, or at most 300 s before it");
  }
  if (payload.exp <= payload.iat || payload.exp - payload.iat > longest_access_s) {
    return fail(Code::validity_not_allowed, "exp must be after iat, and at most an hour after it");
  }
  return Done{};
}

Status check_list(const RevocationList& list, std::uint64_t not_before) {
  QUORATE_TRY(const RevocationContents contents, parse_revocation(list.payload));
  if (contents.issued != not_before) {
    return fail(Code::field_not_allowed, "issued must be the statement's not_before");
  }
  return check_times(contents);
}

}  // namespace

Status check_time(const Statement& statement, std::uint64_t now_s) {
  if (now_s < statement.not_before && statement.not_before - now_s > clock_skew_s) {
    return fail(Code::not_yet, "the statement's time has not begun");
  }
  if (now_s >= statement.not_after) return fail(Code::expired, "the statement's time is over");
  return Done{};
}

Status check_life(const Statement& statement) {
  if (statement.not_after - statement.not_before > longest_life_s) {
    return fail(Code::life, "a statement's window is at most seven days");
  }
  return Done{};
}

Status check_fields(const Statement& statement, const ssh::PublicKey& root) {
  if (const auto* certificate = std::get_if<SshCertificate>(&statement.body)) {
    return check_certificate(*certificate, statement.not_before, root);
  }
  if (const auto* file = std::get_if<File>(&statement.body)) return check_namespace(*file);
  if (const auto* access = std::get_if<Access>(&statement.body)) {
    return check_access(*access, statement.not_before);
  }
  if (const auto* list = std::get_if<RevocationList>(&statement.body)) {
    return check_list(*list, statement.not_before);
  }
  return Done{};  // bundles and KRLs: only a node that holds the one before can judge
}

Result<Statement> decode(ByteView statement) {
  QUORATE_TRY(Statement out, parse(statement));
  QUORATE_TRY(const ssh::PublicKey root, ed25519_root(out.root_id));
  QUORATE_CHECK(check_life(out));
  QUORATE_CHECK(check_fields(out, root));
  return out;
}

}  // namespace quorate::statement

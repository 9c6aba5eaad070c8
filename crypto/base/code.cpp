#include "crypto/base/code.h"

#include "crypto/base/invariant.h"

namespace quorate {
namespace {

constexpr Code travelling[] = {
    Code::malformed,
    Code::too_large,
    Code::unknown_kind,
    Code::unknown_root,
    Code::not_yet,
    Code::expired,
    Code::life,
    Code::serial_taken,
    Code::evidence_missing,
    Code::evidence_malformed,
    Code::signature_invalid,
    Code::key_unknown,
    Code::namespace_wrong,
    Code::touch_required,
    Code::requesters_differ,
    Code::token_invalid,
    Code::token_issuer,
    Code::token_audience,
    Code::token_expired,
    Code::token_nonce,
    Code::token_key_unknown,
    Code::provider_unavailable,
    Code::approval_missing,
    Code::approval_expired,
    Code::approval_other_request,
    Code::approval_by_requester,
    Code::subject_is_ca_key,
    Code::revoked,
    Code::requester_not_allowed,
    Code::profile_unknown,
    Code::principal_not_allowed,
    Code::validity_not_allowed,
    Code::key_not_allowed,
    Code::option_not_allowed,
    Code::namespace_not_allowed,
    Code::rate_limited,
    Code::outside_hours,
    Code::key_id_not_allowed,
    Code::field_not_allowed,
    Code::nonce_unknown,
    Code::epoch_ahead,
    Code::epoch_behind,
    Code::too_many_sessions,
    Code::busy,
    Code::custody_unavailable,
    Code::ledger_unavailable,
    Code::share_missing,
    Code::rolled_back,
    Code::root_retired,
    Code::commitments_malformed,
    Code::stopping,
    Code::clock_behind,
    Code::administrators_missing,
    Code::operator_missing,
    Code::base_differs,
    Code::epoch_used,
    Code::message_differs,
    Code::ceremony_unknown,
    Code::ceremony_ended,
    Code::not_a_member,
    Code::root_exists,
    Code::guilty,
    Code::outside_window,
    Code::limits,
};

}  // namespace

// A switch and not a table, since the compiler then misses a code that was forgotten.
std::string_view name(Code code) {  // NOLINT(readability-function-size): one line a code
  switch (code) {
    case Code::wrong_participants: return "wrong_participants";
    case Code::unknown_participant: return "unknown_participant";
    case Code::wrong_epoch: return "wrong_epoch";
    case Code::commitment_mismatch: return "commitment_mismatch";
    case Code::partial_invalid: return "partial_invalid";
    case Code::identity_reached: return "identity_reached";
    case Code::proof_invalid: return "proof_invalid";
    case Code::share_invalid: return "share_invalid";
    case Code::envelope_invalid: return "envelope_invalid";
    case Code::threshold_invalid: return "threshold_invalid";
    case Code::too_few_nodes: return "too_few_nodes";
    case Code::timed_out: return "timed_out";
    case Code::unreachable: return "unreachable";
    case Code::not_pinned: return "not_pinned";
    case Code::configuration: return "configuration";
    case Code::usage: return "usage";
    case Code::io: return "io";
    case Code::tool_failed: return "tool_failed";
    case Code::internal: return "internal";
    case Code::equivocation: return "equivocation";
    case Code::receipt_invalid: return "receipt_invalid";
    case Code::provider_pending: return "provider_pending";
    case Code::ledger_rewritten: return "ledger_rewritten";
    case Code::token_absent: return "token_absent";
    case Code::token_wrong: return "token_wrong";
    case Code::pin_missing: return "pin_missing";
    case Code::pin_refused: return "pin_refused";
    case Code::pin_locked: return "pin_locked";
    case Code::key_missing: return "key_missing";
    case Code::token_suspect: return "token_suspect";
    case Code::blob_damaged: return "blob_damaged";
    case Code::token_busy: return "token_busy";
    case Code::nonce_spent: return "nonce_spent";
    case Code::malformed: return "malformed";
    case Code::too_large: return "too_large";
    case Code::unknown_kind: return "unknown_kind";
    case Code::unknown_root: return "unknown_root";
    case Code::not_yet: return "not_yet";
    case Code::expired: return "expired";
    case Code::life: return "life";
    case Code::serial_taken: return "serial_taken";
    case Code::evidence_missing: return "evidence_missing";
    case Code::evidence_malformed: return "evidence_malformed";
    case Code::signature_invalid: return "signature_invalid";
    case Code::key_unknown: return "key_unknown";
    case Code::namespace_wrong: return "namespace_wrong";
    case Code::touch_required: return "touch_required";
    case Code::requesters_differ: return "requesters_differ";
    case Code::token_invalid: return "token_invalid";
    case Code::token_issuer: return "token_issuer";
    case Code::token_audience: return "token_audience";
    case Code::token_expired: return "token_expired";
    case Code::token_nonce: return "token_nonce";
    case Code::token_key_unknown: return "token_key_unknown";
    case Code::provider_unavailable: return "provider_unavailable";
    case Code::approval_missing: return "approval_missing";
    case Code::approval_expired: return "approval_expired";
    case Code::approval_other_request: return "approval_other_request";
    case Code::approval_by_requester: return "approval_by_requester";
    case Code::subject_is_ca_key: return "subject_is_ca_key";
    case Code::revoked: return "revoked";
    case Code::requester_not_allowed: return "requester_not_allowed";
    case Code::profile_unknown: return "profile_unknown";
    case Code::principal_not_allowed: return "principal_not_allowed";
    case Code::validity_not_allowed: return "validity_not_allowed";
    case Code::key_not_allowed: return "key_not_allowed";
    case Code::option_not_allowed: return "option_not_allowed";
    case Code::namespace_not_allowed: return "namespace_not_allowed";
    case Code::rate_limited: return "rate_limited";
    case Code::outside_hours: return "outside_hours";
    case Code::key_id_not_allowed: return "key_id_not_allowed";
    case Code::field_not_allowed: return "field_not_allowed";
    case Code::nonce_unknown: return "nonce_unknown";
    case Code::epoch_ahead: return "epoch_ahead";
    case Code::epoch_behind: return "epoch_behind";
    case Code::too_many_sessions: return "too_many_sessions";
    case Code::busy: return "busy";
    case Code::custody_unavailable: return "custody_unavailable";
    case Code::ledger_unavailable: return "ledger_unavailable";
    case Code::share_missing: return "share_missing";
    case Code::rolled_back: return "rolled_back";
    case Code::root_retired: return "root_retired";
    case Code::commitments_malformed: return "commitments_malformed";
    case Code::stopping: return "stopping";
    case Code::clock_behind: return "clock_behind";
    case Code::administrators_missing: return "administrators_missing";
    case Code::operator_missing: return "operator_missing";
    case Code::base_differs: return "base_differs";
    case Code::epoch_used: return "epoch_used";
    case Code::message_differs: return "message_differs";
    case Code::ceremony_unknown: return "ceremony_unknown";
    case Code::ceremony_ended: return "ceremony_ended";
    case Code::not_a_member: return "not_a_member";
    case Code::root_exists: return "root_exists";
    case Code::guilty: return "guilty";
    case Code::outside_window: return "outside_window";
    case Code::limits: return "limits";
  }
  QUORATE_INVARIANT(false);
}

std::optional<Code> code_of_number(std::uint32_t number_on_the_wire) {
  for (const Code code : travelling) {
    if (number(code) == number_on_the_wire) return code;
  }
  return std::nullopt;
}

}  // namespace quorate

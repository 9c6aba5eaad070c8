#include "node/journal/refusal.h"

namespace quorate::node {
namespace {

constexpr std::uint32_t busy_wait_s = 1;

Code travelling(Code code) {
  if (number(code) >= 100) return code;
  if (code == Code::io || code == Code::ledger_rewritten) return Code::ledger_unavailable;
  if (code == Code::nonce_spent || code == Code::commitment_mismatch) return Code::nonce_unknown;
  if (code == Code::wrong_participants || code == Code::unknown_participant ||
      code == Code::identity_reached) {
    return Code::commitments_malformed;
  }
  if (code == Code::token_busy) return Code::busy;
  // All that is left comes out of custody: the states of a token, and blobs that do not open.
  return Code::custody_unavailable;
}

}  // namespace

Refusal refusal(const Error& error) {
  const Code code = travelling(error.code);
  return Refusal{{code, error.message}, code == Code::busy ? busy_wait_s : 0};
}

}  // namespace quorate::node

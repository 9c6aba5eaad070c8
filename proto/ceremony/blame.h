// Who broke a ceremony: pure functions of signed bytes, so that anyone can check. Evidence is the
// proposal and the signed messages named, nothing else. Silence is never blame.

#pragma once

#include "proto/ceremony/transcript.h"

namespace quorate::ceremony {

// The judgement of a complaint: the accused or the complainant, never nobody, once the evidence
// itself holds. `hellos` are all of the ceremony's, `deal` is the accused's.
// Fails where the evidence does not: `signature_invalid`, `ceremony_unknown`, `message_differs`
// (the complaint is about another deal, the deal about other hellos), `not_a_member`, `malformed`.
// A deal or hello that is guilty by itself is judged before the complaint: its sender is returned.
[[nodiscard]] Result<frost::Identifier> judge(const Proposal& proposal,
                                              const std::vector<Signed>& hellos, const Signed& deal,
                                              const Signed& complaint);

// One member, one ceremony, one step, two different bodies: the member is guilty. `label` is the
// step's: hello_label or deal_label. Fails with `malformed` (another label, the bodies are equal,
// or not of this ceremony), `signature_invalid` (no member signed both).
[[nodiscard]] Result<frost::Identifier> judge_equivocation(const Proposal& proposal,
                                                           std::string_view label,
                                                           const Signed& one, const Signed& other);

}  // namespace quorate::ceremony

// A node's verdict as people and programs see it.

#pragma once

#include <string>

#include "client/cli/console.h"
#include "client/coordinator/report.h"

namespace quorate::cli {

// `record 17 of its ledger`; what does not hold, where something does not. Empty where there is
// nothing to say: a refusal that was only counted.
std::string in_words(const coordinator::ReportedVerdict& verdict);

// decision, code, name, profile, document, revocation, time, receipt, holds, trouble, signed. What
// does not decode has only the last three.
Json json_of(const coordinator::ReportedVerdict& verdict);

// `approve`, `refuse`, `pending`
std::string_view name(record::Decision decision);
// `approval_missing`, or the number of a code that a newer node has; empty for 0.
std::string code_name(std::uint32_t code);

}  // namespace quorate::cli

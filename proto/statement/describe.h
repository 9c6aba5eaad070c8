// A statement in words, for whoever asks for it or approves it.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "proto/statement/statement.h"

namespace quorate::statement {

// Every field of the statement and its request id, in order: what the field is called, and what it
// says. Both are printable ASCII whatever the statement holds: JSON texts stand there with escapes.
// For statements that parse() made.
std::vector<std::pair<std::string, std::string>> describe(const Statement& statement);

// `2026-01-01 00:00:00 UTC`, for seconds up to last_second; the bare number beyond.
std::string utc(std::uint64_t seconds);

}  // namespace quorate::statement

// What an artifact or a request says by itself, before anybody looks into a ledger: what was to be
// signed, and under which root.

#pragma once

#include <optional>
#include <string>

#include "client/cli/arguments.h"
#include "proto/record/record.h"

namespace quorate::cli {

struct Traced {
  std::string what;  // `SSH user certificate`, `file signature`
  record::Hash root_id;
  record::Hash document;
  std::optional<record::Hash> request_id;  // of a request; an artifact does not have it
  std::string trouble;                     // the signature that does not hold; else empty
};

// `of`: the file that a .sig is a signature of; without it the .sig's own name less `.sig`. `usage`
// where the file is none of these, or that other file is not there.
[[nodiscard]] Outcome<Traced> read_traced(const Path& file, const std::optional<Path>& of);

}  // namespace quorate::cli

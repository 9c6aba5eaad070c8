// The table of operations, and what one of them answers.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "crypto/base/result.h"
#include "crypto/frost/identifier.h"

namespace quorate::primitives {

// An error, and whom the function behind it named: partial_invalid, proof_invalid, share_invalid.
struct Failure {
  // NOLINTNEXTLINE(google-explicit-constructor): most failures are an Error and no more
  Failure(Error what, std::vector<frost::Identifier> who = {})
      : error(std::move(what)), guilty(std::move(who)) {}
  Error error;
  std::vector<frost::Identifier> guilty;
};

using Answer = tl::expected<nlohmann::json, Failure>;

struct Operation {
  std::string_view name;
  Answer (*perform)(const nlohmann::json& request);
};

std::vector<Operation> frost_operations();
std::vector<Operation> dkg_operations();
std::vector<Operation> document_operations();

// The answer to one line, itself one line without its end.
std::string answer(std::string_view line);

}  // namespace quorate::primitives

// A request as people see it: the statement's fields, who asks, who agreed.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "client/cli/arguments.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::cli {

struct LoadedRequest {
  request::Request request;
  statement::Statement statement;
};

// `usage` where the file holds no request that nodes would read.
[[nodiscard]] Outcome<LoadedRequest> load_request(const Path& file);

// What a field is called, and what it says. Printable ASCII.
using Fields = std::vector<std::pair<std::string, std::string>>;

// All of the statement and the evidence, and what of it holds at that time. Signatures are
// verified; whose keys they are, only nodes know.
Fields fields_of(const LoadedRequest& loaded, std::uint64_t now_s);

// One line for each field, the names in a column.
std::string in_words(const Fields& fields);

// `in 3 h 12 min`, `17 s ago`.
std::string relative(std::uint64_t time_s, std::uint64_t now_s);

}  // namespace quorate::cli

// What a call returns when the world, and not our code, may be at fault: a value, or an Error.
// A mistake of our own is no Error; it ends the process (see invariant.h).

#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "crypto/base/code.h"

namespace quorate {

// For a person: what happened, to which thing, and if possible what to do about it.
struct Error {
  Code code;
  std::string message;
};

// tl::expected, but dropping one on the floor is a compile error.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

// What a call returns that has nothing to say but that it worked.
struct Done {};
using Status = Result<Done>;

inline tl::unexpected<Error> fail(Code code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// QUORATE_TRY(const Point point, Point::parse(bytes)): declares `point`, or returns the error.
#define QUORATE_TRY(declaration, expression) QUORATE_TRY_AT(__LINE__, declaration, expression)
#define QUORATE_TRY_AT(line, declaration, expression) QUORATE_TRY_IN(line, declaration, expression)
#define QUORATE_TRY_IN(line, declaration, expression)                          \
  auto result_##line = (expression);                                           \
  if (!result_##line) return tl::unexpected(std::move(result_##line).error()); \
  declaration = *std::move(result_##line)  // NOLINT(bugprone-macro-parentheses)

// QUORATE_CHECK(reader.finish()): goes on, or returns the error. For a Status.
#define QUORATE_CHECK(expression)                       \
  do {                                                  \
    if (auto status = (expression); !status) {          \
      return tl::unexpected(std::move(status).error()); \
    }                                                   \
  } while (false)

}  // namespace quorate

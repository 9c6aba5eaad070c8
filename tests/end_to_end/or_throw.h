// Where a test's own client can't go on: the test fails with the reason.

#pragma once

#include <stdexcept>
#include <utility>

#include "crypto/base/result.h"

namespace quorate::testing {

template <typename T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

inline void or_throw(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

}  // namespace quorate::testing

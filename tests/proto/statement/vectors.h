// tests/vectors/requests.json, and what the tests of statements, requests and records share.

#pragma once

#include <optional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base/code.h"
#include "crypto/base/result.h"
#include "tests/support/known_answers.h"

namespace quorate {

// For the messages of failed tests.
inline void PrintTo(Code code, std::ostream* out) { *out << name(code); }

}  // namespace quorate

namespace quorate::testing {

inline const nlohmann::json& requests() {
  static const nlohmann::json all = known_answers("requests.json");
  return all;
}

// Nothing where the call worked.
template <typename T>
std::optional<Code> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

inline Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes out;
  for (const ByteView part : parts) append(out, part);
  return out;
}

inline ByteArray<64> signature(const nlohmann::json& hex) { return array<64>(hex); }

}  // namespace quorate::testing

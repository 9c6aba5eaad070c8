// What every decoder promises, whatever the bytes were: they are accepted and have one form, or are
// refused with a code that its header lists and a reason for a person.

#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/invariant.h"
#include "crypto/base/result.h"

namespace quorate::fuzz {

inline void same(ByteView again, ByteView input) {
  QUORATE_INVARIANT(std::ranges::equal(again, input));
}

inline void same(std::string_view again, ByteView input) { same(bytes_of(again), input); }

inline void refused(const Error& error, std::initializer_list<Code> promised) {
  QUORATE_INVARIANT(std::ranges::find(promised, error.code) != promised.end());
  QUORATE_INVARIANT(code_of_number(number(error.code)) == error.code);  // it travels
  QUORATE_INVARIANT(!error.message.empty());
}

// Of a file that a person wrote: the reason begins with where.
inline void refused_file(const Error& error, std::string_view file) {
  QUORATE_INVARIANT(error.code == Code::configuration);
  QUORATE_INVARIANT(error.message.starts_with(file));
  QUORATE_INVARIANT(error.message.size() > file.size() + 2);
}

// What reaches a terminal can't move its cursor.
inline void printable(std::string_view text) {
  for (const char c : text) QUORATE_INVARIANT(c >= 0x20 && c <= 0x7e);
}

}  // namespace quorate::fuzz

#include "client/coordinator/reason.h"

#include "crypto/base/code.h"
#include "proto/record/veil.h"

namespace quorate::coordinator {

std::string printable(std::string_view reason) {
  std::string out(reason.substr(0, record::reason_limit));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

std::string code_name(std::uint32_t code) {
  const std::optional<Code> known = code_of_number(code);
  return known ? std::string(name(*known)) : std::to_string(code);
}

}  // namespace quorate::coordinator

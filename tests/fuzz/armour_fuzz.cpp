// Bytes as text: base64, armour, OpenSSH's lines. What is read is what would be written.

#include <string>

#include "proto/document/armour.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {

void armour(ByteView input) {
  constexpr std::size_t limit = 4096;
  const std::string_view text = text_of(input);
  const auto promised = {Code::malformed, Code::too_large};
  if (const auto bytes = ssh::from_base64(text)) {
    same(ssh::to_base64(*bytes), input);
  } else {
    refused(bytes.error(), promised);
  }
  for (const std::string_view label : {"SSH SIGNATURE", "QUORATE REQUEST"}) {
    if (const auto bytes = ssh::from_armour(label, text, limit)) {
      QUORATE_INVARIANT(!bytes->empty() && bytes->size() <= limit);
      same(ssh::armour(label, *bytes), input);
    } else {
      refused(bytes.error(), promised);
    }
  }
  if (const auto line = ssh::from_line(text, limit)) {
    QUORATE_INVARIANT(line->blob.size() <= limit);
    std::string_view written = text;
    if (written.ends_with('\n')) written.remove_suffix(1);
    if (line->comment.empty() && written.ends_with(' ')) written.remove_suffix(1);
    QUORATE_INVARIANT(ssh::to_line(line->blob, line->comment) == written);
  } else {
    refused(line.error(), promised);
  }
}

}  // namespace quorate::fuzz

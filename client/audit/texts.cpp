#include "client/audit/texts.h"

namespace quorate::audit {

void Texts::add(const std::vector<Text>& texts) {
  for (const Text& text : texts)
    texts_.insert_or_assign(record::veil(text.salt, text.text), text.text);
}

const Bytes* Texts::find(const Hash& veil) const {
  const auto found = texts_.find(veil);
  return found == texts_.end() ? nullptr : &found->second;
}

std::string name_behind(const Texts& texts, const Hash& veil) {
  const Bytes* const text = texts.find(veil);
  if (text == nullptr) return "erased";
  std::string out;
  for (const std::uint8_t byte : *text)
    out += byte >= 0x20 && byte <= 0x7e ? static_cast<char>(byte) : '?';
  return out;
}

}  // namespace quorate::audit

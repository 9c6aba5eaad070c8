// TOML that a person wrote, read key by key as its readers do: a value of the type that was asked
// for, or where it is wrong.

#include <string>

#include "proto/settings/settings.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

constexpr std::string_view settings_name = "some.toml";

template <typename Value>
void look_at(const Result<Value>& value) {
  if (!value) refused_file(value.error(), settings_name);
}

void read(settings::Section& section, int depth) {
  for (const std::string key : {"name", "version", "list", "life", "inner", "item"}) {
    look_at(section.text(key));
    look_at(section.text_or(key, "otherwise"));
    if (const auto number = section.integer(key, -5, 1000)) {
      QUORATE_INVARIANT(*number >= -5 && *number <= 1000);
    } else {
      refused_file(number.error(), settings_name);
    }
    look_at(section.texts(key));
    look_at(section.duration_s(key));
    if (depth == 0) continue;
    if (auto inner = section.section(key)) {
      read(*inner, depth - 1);
    } else {
      refused_file(inner.error(), settings_name);
    }
    if (auto items = section.sections(key)) {
      for (settings::Section& item : *items) read(item, depth - 1);
    } else {
      refused_file(items.error(), settings_name);
    }
  }
  look_at(section.finish());
}

}  // namespace

void settings(ByteView input) {
  auto section = settings::Section::parse(text_of(input), std::string(settings_name));
  if (!section) return refused_file(section.error(), settings_name);
  read(*section, 2);
}

}  // namespace quorate::fuzz

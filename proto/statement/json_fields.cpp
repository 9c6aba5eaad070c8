#include "proto/statement/json_fields.h"

#include <algorithm>

#include "proto/layout/reader.h"

namespace quorate::statement {

using nlohmann::json;

Result<JsonFields> JsonFields::of(const json& object, std::string_view what) {
  if (!object.is_object()) return fail(Code::malformed, std::string(what) + " is not an object");
  return JsonFields(object, what);
}

tl::unexpected<Error> JsonFields::wrong(std::string_view field, std::string_view why) const {
  return fail(Code::malformed, what_ + "." + std::string(field) + " " + std::string(why));
}

Result<const json*> JsonFields::take(const char* field) {
  const auto found = object_->find(field);
  if (found == object_->end()) return wrong(field, "is missing");
  ++taken_;
  return &*found;
}

Result<std::string> JsonFields::text(const char* field) {
  QUORATE_TRY(const json* value, take(field));
  if (!value->is_string()) return wrong(field, "must be a text");
  return value->get_ref<const std::string&>();
}

Result<std::optional<std::string>> JsonFields::text_if_present(const char* field) {
  if (!has(field)) return std::optional<std::string>();
  QUORATE_TRY(std::string value, text(field));
  return std::optional<std::string>(std::move(value));
}

Result<std::uint64_t> JsonFields::number(const char* field) {
  QUORATE_TRY(const json* value, take(field));
  if (!value->is_number_unsigned()) return wrong(field, "must be an integer that is not negative");
  return value->get<std::uint64_t>();
}

Result<std::string> JsonFields::lower_hex(std::size_t digits, const char* field) {
  QUORATE_TRY(std::string value, text(field));
  const bool is_hex = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (value.size() != digits || !is_hex) {
    return wrong(field, "must be " + std::to_string(digits) + " hex digits in lower case");
  }
  return value;
}

Result<std::string> JsonFields::name(const char* field) {
  QUORATE_TRY(std::string value, text(field));
  if (!layout::is_name(value)) return wrong(field, "must be a name of a-z, 0-9 and -");
  return value;
}

Result<JsonFields> JsonFields::object(const char* field) {
  QUORATE_TRY(const json* value, take(field));
  return of(*value, what_ + "." + field);
}

Result<const json*> JsonFields::array(const char* field) {
  QUORATE_TRY(const json* value, take(field));
  if (!value->is_array()) return wrong(field, "must be a list");
  return value;
}

Status JsonFields::version() {
  QUORATE_TRY(const std::uint64_t version, number("v"));
  if (version != 1) return wrong("v", "must be 1");
  return quorate::Done{};
}

Status JsonFields::finish() const {
  if (taken_ != object_->size()) return fail(Code::malformed, what_ + " has an unknown field");
  return Done{};
}

}  // namespace quorate::statement

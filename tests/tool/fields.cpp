#include "tests/tool/fields.h"

#include <algorithm>
#include <limits>

#include <sodium/utils.h>

namespace quorate::primitives {

using frost::Identifier;
using nlohmann::json;

namespace {

tl::unexpected<Error> wrong_form(const std::string& name, std::string_view expected) {
  return fail(Code::usage, "the field \"" + name + "\" must be " + std::string(expected));
}

Result<std::uint64_t> number_of(const json& value, const std::string& name, std::uint64_t largest) {
  const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= largest;
  if (!fits) return wrong_form(name, "an integer from 0 to " + std::to_string(largest));
  return value.get<std::uint64_t>();
}

Result<Bytes> bytes_in(const json& value, const std::string& name) {
  if (!value.is_string()) return wrong_form(name, "lower-case hex");
  Result<Bytes> bytes = from_hex(value.get_ref<const std::string&>());
  if (!bytes) return wrong_form(name, "lower-case hex");
  return bytes;
}

Result<Identifier> identifier_of(const json& value, const std::string& name) {
  QUORATE_TRY(const std::uint64_t number,
              number_of(value, name, std::numeric_limits<std::uint32_t>::max()));
  return Identifier::make(static_cast<std::uint32_t>(number));
}

}  // namespace

Result<Fields> Fields::of(const json& object, std::initializer_list<std::string_view> required,
                          std::initializer_list<std::string_view> optional) {
  if (!object.is_object()) return fail(Code::usage, "a list entry that is no object");
  for (const std::string_view name : required) {
    if (!object.contains(std::string(name))) {
      return fail(Code::usage, "the field \"" + std::string(name) + "\" is missing");
    }
  }
  for (const auto& [name, value] : object.items()) {
    const auto is_this = [&name = name](std::string_view known) { return known == name; };
    if (std::none_of(required.begin(), required.end(), is_this) &&
        std::none_of(optional.begin(), optional.end(), is_this)) {
      return fail(Code::usage, "the field \"" + name + "\" is unknown here");
    }
  }
  return Fields(object);
}

Result<std::uint64_t> Fields::number(const std::string& name, std::uint64_t largest) const {
  return number_of(object_->at(name), name, largest);
}

Result<std::string_view> Fields::text(const std::string& name) const {
  const json& value = object_->at(name);
  if (!value.is_string()) return wrong_form(name, "text");
  return std::string_view(value.get_ref<const std::string&>());
}

Result<std::vector<std::string>> Fields::texts(const std::string& name) const {
  QUORATE_TRY(const json* const entries, list(name));
  std::vector<std::string> texts;
  for (const json& entry : *entries) {
    if (!entry.is_string()) return wrong_form(name, "a list of texts");
    texts.push_back(entry.get<std::string>());
  }
  return texts;
}

Result<Bytes> Fields::bytes(const std::string& name) const {
  return bytes_in(object_->at(name), name);
}

Result<std::vector<Bytes>> Fields::byte_strings(const std::string& name) const {
  QUORATE_TRY(const json* const entries, list(name));
  std::vector<Bytes> all;
  for (const json& entry : *entries) {
    QUORATE_TRY(Bytes bytes, bytes_in(entry, name));
    all.push_back(std::move(bytes));
  }
  return all;
}

Result<const json*> Fields::list(const std::string& name) const {
  const json& value = object_->at(name);
  if (!value.is_array()) return wrong_form(name, "a list");
  return &value;
}

Result<const json*> Fields::object(const std::string& name) const {
  const json& value = object_->at(name);
  if (!value.is_object()) return wrong_form(name, "an object");
  return &value;
}

Result<ed25519::Point> Fields::point(const std::string& name) const {
  QUORATE_TRY(const Bytes given, bytes(name));
  return ed25519::Point::parse(given);
}

Result<ed25519::Scalar> Fields::scalar(const std::string& name) const {
  QUORATE_TRY(const Bytes given, bytes(name));
  return ed25519::Scalar::parse(given);
}

Result<ed25519::SecretScalar> Fields::secret(const std::string& name) const {
  QUORATE_TRY(Bytes given, bytes(name));
  return secret_scalar(std::move(given));
}

Result<Identifier> Fields::identifier(const std::string& name) const {
  return identifier_of(object_->at(name), name);
}

Result<std::vector<Identifier>> Fields::identifiers(const std::string& name) const {
  QUORATE_TRY(const json* const entries, list(name));
  std::vector<Identifier> identifiers;
  for (const json& entry : *entries) {
    QUORATE_TRY(const Identifier identifier, identifier_of(entry, name));
    identifiers.push_back(identifier);
  }
  QUORATE_CHECK(check_ascending(identifiers, name));
  return identifiers;
}

Result<std::uint16_t> Fields::small(const std::string& name) const {
  QUORATE_TRY(const std::uint64_t value, number(name, std::numeric_limits<std::uint16_t>::max()));
  return static_cast<std::uint16_t>(value);
}

Status check_ascending(const std::vector<Identifier>& identifiers, std::string_view what) {
  if (std::adjacent_find(identifiers.begin(), identifiers.end(), std::greater_equal<>()) !=
      identifiers.end()) {
    return fail(Code::wrong_participants, std::string(what) + ": not strictly ascending");
  }
  return Done{};
}

Result<ed25519::SecretScalar> secret_scalar(Bytes bytes) {
  if (bytes.size() != 32) return fail(Code::malformed, "a secret scalar has 32 bytes");
  return ed25519::SecretScalar::parse(std::span<std::uint8_t, 32>(bytes.data(), 32));
}

}  // namespace quorate::primitives

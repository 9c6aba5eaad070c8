// Takes the fields of a JSON object one by one, each of its type, and then demands that there were
// no others. Errors are `malformed` and name the field.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "crypto/base/result.h"

namespace quorate::statement {

class JsonFields {
 public:
  // `object` outlives this. `what` is what messages call it: "sub".
  [[nodiscard]] static Result<JsonFields> of(const nlohmann::json& object, std::string_view what);

  [[nodiscard]] Result<std::string> text(const char* field);
  [[nodiscard]] Result<std::optional<std::string>> text_if_present(const char* field);
  [[nodiscard]] Result<std::uint64_t> number(const char* field);
  [[nodiscard]] Result<std::string> lower_hex(std::size_t digits, const char* field);
  // In the form of a root's name.
  [[nodiscard]] Result<std::string> name(const char* field);
  [[nodiscard]] Result<JsonFields> object(const char* field);
  [[nodiscard]] Result<const nlohmann::json*> array(const char* field);
  // `v`, which is 1.
  [[nodiscard]] Status version();
  [[nodiscard]] bool has(const char* field) const { return object_->contains(field); }
  [[nodiscard]] Status finish() const;

 private:
  JsonFields(const nlohmann::json& object, std::string_view what) : object_(&object), what_(what) {}
  Result<const nlohmann::json*> take(const char* field);
  tl::unexpected<Error> wrong(std::string_view field, std::string_view why) const;

  const nlohmann::json* object_;
  std::string what_;
  std::size_t taken_ = 0;  // every field is asked for once
};

}  // namespace quorate::statement

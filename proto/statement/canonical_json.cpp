#include "proto/statement/canonical_json.h"

#include <nlohmann/json.hpp>

#include "crypto/base/invariant.h"

namespace quorate::statement {
namespace {

using nlohmann::json;

constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;

// Runs over the text before anything is built from it, and stops at the first thing that has no
// canonical form. What has several forms (keys, escapes, blanks) shows when it is written again.
class Rules final : public json::json_sax_t {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(json::number_integer_t value) override {
    return value >= -largest_integer || refuse("an integer beyond 2^53-1");
  }
  bool number_unsigned(json::number_unsigned_t value) override {
    return value <= largest_integer || refuse("an integer beyond 2^53-1");
  }
  bool number_float(json::number_float_t /*value*/, const std::string& /*text*/) override {
    return refuse("a number that is no integer");
  }
  bool string(std::string& /*value*/) override { return true; }
  bool binary(json::binary_t& /*value*/) override { return refuse("binary data"); }
  bool start_object(std::size_t /*size*/) override { return enter(); }
  bool key(std::string& /*value*/) override { return true; }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*size*/) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& /*error*/) override {
    return refuse("no JSON at byte " + std::to_string(position));
  }

  const Error& error() const { return error_; }

 private:
  bool enter() {
    if (++depth_ <= json_depth_limit) return true;
    error_ = {Code::too_large, "the JSON is nested too deeply"};
    return false;
  }
  bool leave() {
    --depth_;
    return true;
  }
  bool refuse(const std::string& what) {
    error_ = {Code::malformed, "the JSON has " + what};
    return false;
  }

  std::size_t depth_ = 0;
  Error error_{Code::malformed, "not JSON"};
};

}  // namespace

Result<json> parse_canonical(ByteView text) {
  Rules rules;
  if (!json::sax_parse(text.begin(), text.end(), &rules)) return tl::unexpected(rules.error());
  json value = json::parse(text.begin(), text.end(), nullptr, false);
  if (!value.is_object()) return fail(Code::malformed, "the JSON is not an object");
  if (canonical(value) != text_of(text)) {
    return fail(Code::malformed, "the JSON is not in its canonical form");
  }
  return value;
}

std::string canonical(const json& value) {
  try {
    return value.dump();
  } catch (const json::exception&) {
    constexpr bool is_utf8 = false;
    QUORATE_INVARIANT(is_utf8);
  }
}

}  // namespace quorate::statement

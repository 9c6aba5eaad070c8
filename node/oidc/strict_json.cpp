#include "node/oidc/strict_json.h"

#include <set>
#include <vector>

#include <sodium.h>
#include <nlohmann/json.hpp>

namespace quorate::oidc {
namespace {

using nlohmann::json;

// Runs over the text before anything is built from it.
class Rules final : public json::json_sax_t {
 public:
  bool null() override { return count(); }
  bool boolean(bool /*value*/) override { return count(); }
  bool number_integer(json::number_integer_t /*value*/) override { return count(); }
  bool number_unsigned(json::number_unsigned_t /*value*/) override { return count(); }
  bool number_float(json::number_float_t /*value*/, const std::string& /*text*/) override {
    return count();
  }
  bool string(std::string& value) override { return count() && is_text(value); }
  bool binary(json::binary_t& /*value*/) override { return refuse("has binary data"); }
  bool start_object(std::size_t /*size*/) override { return enter(); }
  bool key(std::string& name) override {
    if (!members_.back().insert(name).second) return refuse("has a member twice");
    return is_text(name);
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*size*/) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& /*error*/) override {
    return refuse("is no JSON at byte " + std::to_string(position));
  }

  const std::string& complaint() const { return complaint_; }

 private:
  bool enter() {
    members_.emplace_back();
    return members_.size() <= json_depth_limit ? count() : refuse("is nested too deeply");
  }
  bool leave() {
    members_.pop_back();
    return true;
  }
  bool count() { return ++values_ <= json_value_limit || refuse("has too many values"); }
  // C libraries end a text there.
  bool is_text(const std::string& text) {
    return text.find('\0') == std::string::npos || refuse("has a NUL in a text");
  }
  bool refuse(const std::string& what) {
    complaint_ = what;
    return false;
  }

  std::vector<std::set<std::string>> members_;  // of what is open
  std::size_t values_ = 0;
  std::string complaint_ = "is no JSON";
};

tl::unexpected<Error> wrong(std::string_view what, const std::string& complaint) {
  return fail(Code::malformed, std::string(what) + " " + complaint);
}

}  // namespace

Result<json> parse_object(std::string_view text, std::string_view what) {
  // Here too ends what begins with a byte order mark, which the library would pass over.
  if (text.find_first_not_of(" \t\r\n") != text.find('{') || text.empty()) {
    return wrong(what, "is not a JSON object");
  }
  Rules rules;
  if (!json::sax_parse(text.begin(), text.end(), &rules)) return wrong(what, rules.complaint());
  json value = json::parse(text.begin(), text.end(), nullptr, false);
  if (!value.is_object()) return wrong(what, "is not a JSON object");
  return value;
}

Result<Bytes> from_base64url(std::string_view text, std::string_view what) {
  Bytes bytes(text.size() * 3 / 4 + 1);
  std::size_t size = 0;
  // With nowhere to say where it ended, libsodium refuses what follows the last digit.
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return wrong(what, "is not base64url in its one form without padding");
  }
  bytes.resize(size);
  // Equal again when written: libsodium takes every byte above 7f for a digit.
  std::string again(sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
  sodium_bin2base64(again.data(), again.size(), bytes.data(), size,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  again.pop_back();  // the NUL that libsodium counts
  if (again != text) return wrong(what, "is not base64url in its one form without padding");
  return bytes;
}

}  // namespace quorate::oidc

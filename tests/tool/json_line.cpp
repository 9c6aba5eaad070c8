#include "tests/tool/json_line.h"

#include <set>
#include <string>
#include <vector>

namespace quorate::primitives {
namespace {

using nlohmann::json;

// Walks over the line without building anything, and stops at what is not allowed. All methods
// answer whether to go on.
class Inspector final : public nlohmann::json_sax<json> {
 public:
  const std::string& complaint() const { return complaint_; }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return stop("the number " + text.substr(0, 40) + " is not an integer of 64 bits");
  }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return stop("binary data"); }
  bool start_object(std::size_t /*elements*/) override { return open(); }
  bool key(string_t& name) override {
    return keys_.back().insert(name).second || stop("the key \"" + name + "\" stands there twice");
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override { return open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return stop("no JSON from byte " + std::to_string(position) + " on");
  }

 private:
  bool open() {
    keys_.emplace_back();
    return keys_.size() <= deepest_nesting ||
           stop("nested deeper than " + std::to_string(deepest_nesting));
  }
  bool close() {
    keys_.pop_back();
    return true;
  }
  bool stop(std::string why) {
    complaint_ = std::move(why);
    return false;
  }

  std::vector<std::set<std::string>> keys_;  // of each object or list that is open
  std::string complaint_;
};

}  // namespace

Result<json> parse_line(std::string_view line) {
  if (line.empty()) return fail(Code::usage, "an empty line");
  if (line.size() > longest_line) return fail(Code::usage, "a line of more than 64 MiB");
  // The library would skip a byte order mark, and take a zero byte for the end of the line.
  if (line.front() == '\xef' || line.find('\0') != std::string_view::npos) {
    return fail(Code::usage, "a byte order mark, or a zero byte");
  }
  Inspector inspector;
  if (!json::sax_parse(line.begin(), line.end(), &inspector)) {
    return fail(Code::usage, inspector.complaint());
  }
  json value = json::parse(line.begin(), line.end(), nullptr, false);
  if (!value.is_object()) return fail(Code::usage, "a line is one JSON object");
  return value;
}

}  // namespace quorate::primitives

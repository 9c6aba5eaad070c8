#include "client/dev/place.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/base/invariant.h"

namespace quorate::dev {
namespace {

constexpr std::array<std::string_view, most_nodes> alphabet = {
    "alpha",   "bravo", "charlie", "delta",  "echo",     "foxtrot", "golf",   "hotel",  "india",
    "juliett", "kilo",  "lima",    "mike",   "november", "oscar",   "papa",   "quebec", "romeo",
    "sierra",  "tango", "uniform", "victor", "whiskey",  "xray",    "yankee", "zulu"};

}  // namespace

std::string node_name(std::size_t number) {
  QUORATE_INVARIANT(number < alphabet.size());
  return std::string(alphabet[number]);
}

Place::Place(const Path& folder) : folder_(std::filesystem::absolute(folder).lexically_normal()) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // without a slash at the end
}

Result<std::vector<std::string>> Place::node_names() const {
  std::vector<std::string> names;
  std::error_code failed;
  if (!std::filesystem::exists(nodes(), failed)) return names;
  for (std::filesystem::directory_iterator entry(nodes(), failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::error_code ignored;
    if (std::filesystem::exists(entry->path() / "node.toml", ignored)) {
      names.push_back(entry->path().filename().string());
    }
  }
  if (failed) return fail(Code::io, "can't read " + nodes().string() + ": " + failed.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace quorate::dev

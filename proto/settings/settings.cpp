#include "proto/settings/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include <toml++/toml.h>

namespace quorate::settings {
namespace {

std::string quoted(std::string_view key) { return "`" + std::string(key) + "`"; }

std::string place(const std::string& file, std::size_t line) {
  return file + ":" + std::to_string(line) + ": ";
}

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

std::optional<std::uint64_t> seconds_of_unit(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    default: return std::nullopt;
  }
}

// Decimal digits and nothing else, at least 1; of so few digits that no unit makes it overflow.
std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (text.empty() || text.size() > 8) return std::nullopt;
  const char* end = text.data() + text.size();
  std::uint64_t count = 0;
  const auto [stopped, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stopped != end || count == 0) return std::nullopt;
  return count;
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::optional<std::uint64_t> unit = seconds_of_unit(text.back());
  const std::optional<std::uint64_t> count = parse_count(text.substr(0, text.size() - 1));
  if (!unit || !count) return std::nullopt;
  return *count * *unit;
}

struct SizeUnit {
  std::string_view name;
  unsigned shift;
};
// What canonical JSON can hold.
constexpr std::uint64_t largest_size = (std::uint64_t{1} << 53) - 1;
constexpr std::array<SizeUnit, 4> size_units = {
    {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}}};  // "B" last: the others end with it

std::optional<std::uint64_t> parse_size(std::string_view text) {
  for (const SizeUnit& unit : size_units) {
    if (!text.ends_with(unit.name)) continue;
    const auto count = parse_count(text.substr(0, text.size() - unit.name.size()));
    if (!count || *count > largest_size >> unit.shift) return std::nullopt;
    return *count << unit.shift;
  }
  return std::nullopt;
}

// How many letters must be put in, left out or changed to make one word of the other.
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t changed = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

bool looks_like(std::string_view written, std::string_view meant) {
  constexpr std::size_t most = 64;  // of letters: no key of ours is longer
  return written.size() <= most && written.substr(0, 1) == meant.substr(0, 1) &&
         distance(written, meant) <= (meant.size() > 4 ? 2 : 1);
}

}  // namespace

struct Section::Position {
  std::shared_ptr<const toml::table> document;  // keeps `table` alive
  const toml::table* table;
  std::string file;
  std::string path;  // "profile.": what a header inside begins with
  std::set<std::string, std::less<>> asked;

  const toml::node* ask(std::string_view key) {
    asked.emplace(key);
    return table->get(key);
  }
  std::unique_ptr<Position> inside(const toml::table* inner, std::string_view key) const {
    return std::make_unique<Position>(
        Position{document, inner, file, path + std::string(key) + ".", {}});
  }
  std::string header(std::string_view key) const { return "[" + path + std::string(key) + "]"; }
  // "; is it `max_validty` in line 28?": what stands there in place of a key, misspelt.
  std::string misspelt(std::string_view key) const {
    for (const auto& [written, node] : *table) {
      if (asked.contains(written.str()) || !looks_like(written.str(), key)) continue;
      return "; is it " + quoted(written.str()) + " in line " +
             std::to_string(settings::line_of(node)) + "?";
    }
    return {};
  }
};

Section::Section(std::unique_ptr<Position> position) : position_(std::move(position)) {}
Section::Section(Section&&) noexcept = default;
Section& Section::operator=(Section&&) noexcept = default;
Section::~Section() = default;

Result<Section> Section::parse(std::string_view text, const std::string& file) {
  try {
    auto document = std::make_shared<const toml::table>(toml::parse(text, file));
    const toml::table* table = document.get();
    return Section(std::make_unique<Position>(Position{std::move(document), table, file, {}, {}}));
  } catch (const toml::parse_error& error) {
    return fail(Code::configuration, file + ":" + std::to_string(error.source().begin.line) +
                                         ": not TOML: " + std::string(error.description()));
  }
}

bool Section::has(std::string_view key) const { return position_->table->contains(key); }

std::size_t Section::line() const { return settings::line_of(*position_->table); }

std::size_t Section::line_of(std::string_view key) const {
  const toml::node* node = position_->table->get(key);
  return node == nullptr ? line() : settings::line_of(*node);
}

tl::unexpected<Error> Section::expected(std::string_view key, std::string_view what) const {
  const std::string where = place(position_->file, line_of(key));
  if (!has(key)) {
    return fail(Code::configuration, where + quoted(key) + " is missing: expected " +
                                         std::string(what) + position_->misspelt(key));
  }
  return fail(Code::configuration, where + quoted(key) + ": expected " + std::string(what));
}

tl::unexpected<Error> Section::expected(std::string_view key, const Item& item,
                                        std::string_view what) const {
  return fail(Code::configuration,
              place(position_->file, item.line) + quoted(key) + ": expected " + std::string(what));
}

tl::unexpected<Error> Section::wrong(std::string_view what) const {
  return fail(Code::configuration, place(position_->file, line()) + std::string(what));
}

Result<std::string> Section::text(std::string_view key) {
  const toml::node* node = position_->ask(key);
  const auto* value = node == nullptr ? nullptr : node->as_string();
  if (value == nullptr) return expected(key, "a text in quotes");
  return value->get();
}

Result<std::string> Section::text_or(std::string_view key, std::string_view otherwise) {
  if (position_->ask(key) == nullptr) return std::string(otherwise);
  return text(key);
}

Result<std::int64_t> Section::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const toml::node* node = position_->ask(key);
  const auto* value = node == nullptr ? nullptr : node->as_integer();
  if (value == nullptr || value->get() < least || value->get() > most) {
    if (least == most) return expected(key, "the number " + std::to_string(least));
    return expected(key, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value->get();
}

Result<std::optional<std::string>> Section::text_if_present(std::string_view key) {
  if (position_->ask(key) == nullptr) return std::optional<std::string>();
  QUORATE_TRY(std::string value, text(key));
  return std::optional<std::string>(std::move(value));
}

Result<std::optional<bool>> Section::truth_if_present(std::string_view key) {
  const toml::node* node = position_->ask(key);
  if (node == nullptr) return std::optional<bool>();
  const auto* value = node->as_boolean();
  if (value == nullptr) return expected(key, "true or false, without quotes");
  return std::optional<bool>(value->get());
}

Result<std::vector<Item>> Section::items(std::string_view key) {
  const toml::node* node = position_->ask(key);
  std::vector<Item> items;
  if (node == nullptr) return items;
  const toml::array* array = node->as_array();
  if (array == nullptr) return expected(key, "a list of texts in brackets");
  for (const toml::node& item : *array) {
    const auto* value = item.as_string();
    if (value == nullptr) return expected(key, "a list of texts in brackets");
    items.push_back({value->get(), settings::line_of(item)});
  }
  return items;
}

Result<std::vector<std::string>> Section::texts(std::string_view key) {
  QUORATE_TRY(std::vector<Item> found, items(key));
  std::vector<std::string> texts;
  for (Item& item : found) texts.push_back(std::move(item.text));
  return texts;
}

Result<Section> Section::section(std::string_view key) {
  const toml::node* node = position_->ask(key);
  const toml::table* table = node == nullptr ? nullptr : node->as_table();
  if (table == nullptr) return expected(key, "a section " + position_->header(key));
  return Section(position_->inside(table, key));
}

Result<std::vector<Section>> Section::sections(std::string_view key) {
  const toml::node* node = position_->ask(key);
  std::vector<Section> sections;
  if (node == nullptr) return sections;
  const toml::array* array = node->as_array();
  if (array == nullptr) return expected(key, "sections [" + position_->header(key) + "]");
  for (const toml::node& item : *array) {
    const toml::table* table = item.as_table();
    if (table == nullptr) return expected(key, "sections [" + position_->header(key) + "]");
    sections.push_back(Section(position_->inside(table, key)));
  }
  return sections;
}

Result<std::uint64_t> Section::duration_s(std::string_view key) {
  const toml::node* node = position_->ask(key);
  const auto* value = node == nullptr ? nullptr : node->as_string();
  const std::optional<std::uint64_t> seconds =
      value == nullptr ? std::nullopt : parse_duration(value->get());
  if (!seconds) return expected(key, "a duration like \"90s\", \"30m\", \"24h\" or \"7d\"");
  return *seconds;
}

Result<std::uint64_t> Section::duration_s_or(std::string_view key, std::uint64_t otherwise) {
  if (position_->ask(key) == nullptr) return otherwise;
  return duration_s(key);
}

Result<std::uint64_t> Section::size_bytes(std::string_view key) {
  QUORATE_TRY(const std::string value, text(key));
  const std::optional<std::uint64_t> size = parse_size(value);
  if (!size) return expected(key, "a size like \"512B\", \"64KiB\", \"10MiB\" or \"4GiB\"");
  return *size;
}

Result<Rate> Section::rate(std::string_view key) {
  QUORATE_TRY(const std::string value, text(key));
  const std::size_t slash = value.find('/');
  const std::string_view view = value;
  const auto count = parse_count(view.substr(0, slash));
  const auto seconds =
      slash == std::string::npos ? std::nullopt : parse_duration(view.substr(slash + 1));
  if (!count || !seconds) return expected(key, "a rate like \"20/1h\"");
  return Rate{*count, *seconds};
}

Status Section::finish() const {
  for (const auto& [key, node] : *position_->table) {
    if (!position_->asked.contains(key.str())) {
      return fail(Code::configuration, place(position_->file, settings::line_of(node)) +
                                           "nothing is called " + quoted(key.str()) +
                                           " here; is it misspelt?");
    }
  }
  return Done{};
}

}  // namespace quorate::settings

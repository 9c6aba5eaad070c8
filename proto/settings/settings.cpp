#include "proto/settings/settings.h"

#include <charconv>

#include <toml++/toml.h>

namespace quorate::settings {
namespace {

std::string quoted(std::string_view key) { return "`" + std::string(key) + "`"; }

std::string place(const std::string& file, const toml::node& node) {
  return file + ":" + std::to_string(node.source().begin.line) + ": ";
}

std::optional<std::uint64_t> seconds_of_unit(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    default: return std::nullopt;
  }
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  const std::optional<std::uint64_t> unit = seconds_of_unit(text.back());
  const char* end = text.data() + text.size() - 1;
  std::uint64_t count = 0;
  const auto [stopped, error] = std::from_chars(text.data(), end, count);
  if (!unit || error != std::errc() || stopped != end || count == 0) return std::nullopt;
  return count * *unit;
}

}  // namespace

struct Section::Position {
  std::shared_ptr<const toml::table> document;  // keeps `table` alive
  const toml::table* table;
  std::string file;
  std::set<std::string, std::less<>> asked;

  const toml::node* ask(std::string_view key) {
    asked.emplace(key);
    return table->get(key);
  }
  std::unique_ptr<Position> inside(const toml::table* inner) const {
    return std::make_unique<Position>(Position{document, inner, file, {}});
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
    return Section(std::make_unique<Position>(Position{std::move(document), table, file, {}}));
  } catch (const toml::parse_error& error) {
    return fail(Code::configuration, file + ":" + std::to_string(error.source().begin.line) +
                                         ": not TOML: " + std::string(error.description()));
  }
}

bool Section::has(std::string_view key) const { return position_->table->contains(key); }

tl::unexpected<Error> Section::expected(std::string_view key, std::string_view what) const {
  const toml::node* node = position_->table->get(key);
  const std::string where = place(position_->file, node != nullptr ? *node : *position_->table);
  if (node == nullptr) {
    return fail(Code::configuration,
                where + quoted(key) + " is missing: expected " + std::string(what));
  }
  return fail(Code::configuration, where + quoted(key) + ": expected " + std::string(what));
}

tl::unexpected<Error> Section::wrong(std::string_view what) const {
  return fail(Code::configuration, place(position_->file, *position_->table) + std::string(what));
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
    return expected(key, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value->get();
}

Result<std::vector<std::string>> Section::texts(std::string_view key) {
  const toml::node* node = position_->ask(key);
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  const toml::array* array = node->as_array();
  if (array == nullptr) return expected(key, "a list of texts in brackets");
  for (const toml::node& item : *array) {
    const auto* value = item.as_string();
    if (value == nullptr) return expected(key, "a list of texts in brackets");
    texts.push_back(value->get());
  }
  return texts;
}

Result<Section> Section::section(std::string_view key) {
  const toml::node* node = position_->ask(key);
  const toml::table* table = node == nullptr ? nullptr : node->as_table();
  if (table == nullptr) return expected(key, "a section [" + std::string(key) + "]");
  return Section(position_->inside(table));
}

Result<std::vector<Section>> Section::sections(std::string_view key) {
  const toml::node* node = position_->ask(key);
  std::vector<Section> sections;
  if (node == nullptr) return sections;
  const toml::array* array = node->as_array();
  if (array == nullptr) return expected(key, "sections [[" + std::string(key) + "]]");
  for (const toml::node& item : *array) {
    const toml::table* table = item.as_table();
    if (table == nullptr) return expected(key, "sections [[" + std::string(key) + "]]");
    sections.push_back(Section(position_->inside(table)));
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

Status Section::finish() const {
  for (const auto& [key, node] : *position_->table) {
    if (!position_->asked.contains(key.str())) {
      return fail(Code::configuration, place(position_->file, node) + "nothing is called " +
                                           quoted(key.str()) + " here; is it misspelt?");
    }
  }
  return Done{};
}

}  // namespace quorate::settings

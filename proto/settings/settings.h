// TOML that a person wrote. Unknown keys are errors, because a misspelt one would silently mean
// something else; and every error (`configuration`) says where it is and what belongs there:
// "node.toml:12: `longest`: expected a duration like "24h"".
//
//   QUORATE_TRY(Section file, Section::parse(text, "node.toml"));
//   QUORATE_TRY(const std::string name, file.text("name"));
//   QUORATE_TRY(std::vector<Section> people, file.sections("person"));
//   ...
//   QUORATE_CHECK(file.finish());        // refuses what was not asked for
//
// Reads no file: the caller brings the text.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::settings {

// One text of a list.
struct Item {
  std::string text;
  std::size_t line;
};

// "20/1h": so many in so long.
struct Rate {
  std::uint64_t count;
  std::uint64_t seconds;
};

class Section {
 public:
  [[nodiscard]] static Result<Section> parse(std::string_view text, const std::string& file);

  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;
  Section(Section&&) noexcept;
  Section& operator=(Section&&) noexcept;
  ~Section();

  bool has(std::string_view key) const;

  [[nodiscard]] Result<std::string> text(std::string_view key);
  [[nodiscard]] Result<std::string> text_or(std::string_view key, std::string_view otherwise);
  // `least` <= value <= `most`.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view key, std::int64_t least,
                                             std::int64_t most);
  // An array of strings; empty where the key is absent.
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view key);
  [[nodiscard]] Result<std::vector<Item>> items(std::string_view key);
  // None where the key is absent.
  [[nodiscard]] Result<std::optional<std::string>> text_if_present(std::string_view key);
  // `true` or `false`; none where the key is absent.
  [[nodiscard]] Result<std::optional<bool>> truth_if_present(std::string_view key);
  // [key], or `key = { … }`
  [[nodiscard]] Result<Section> section(std::string_view key);
  // [[key]], or `key = [{ … }, …]`; none where the key is absent.
  [[nodiscard]] Result<std::vector<Section>> sections(std::string_view key);
  // "90s", "30m", "24h", "7d": in seconds.
  [[nodiscard]] Result<std::uint64_t> duration_s(std::string_view key);
  [[nodiscard]] Result<std::uint64_t> duration_s_or(std::string_view key, std::uint64_t otherwise);
  // "512B", "64KiB", "10MiB", "4GiB".
  [[nodiscard]] Result<std::uint64_t> size_bytes(std::string_view key);
  // "20/1h".
  [[nodiscard]] Result<Rate> rate(std::string_view key);

  // Refuses keys that nobody asked for.
  [[nodiscard]] Status finish() const;

  // For rules of the caller's own about the value of `key`, or about the section itself.
  [[nodiscard]] tl::unexpected<Error> expected(std::string_view key, std::string_view what) const;
  // The same about one item of a list, which may stand lines below the key.
  [[nodiscard]] tl::unexpected<Error> expected(std::string_view key, const Item& item,
                                               std::string_view what) const;
  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view what) const;
  // Where the key stands, or the section that lacks it.
  std::size_t line_of(std::string_view key) const;
  std::size_t line() const;

 private:
  struct Position;
  explicit Section(std::unique_ptr<Position> position);
  std::unique_ptr<Position> position_;
};

}  // namespace quorate::settings

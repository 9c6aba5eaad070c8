// What `quorate` writes and where: results on standard output, everything else on standard error.
// With --json standard output carries exactly one JSON object, also where the command failed.

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "client/cli/exit.h"

namespace quorate::cli {

using Json = nlohmann::ordered_json;

enum class Style { words, json };
// `automatic`: on a terminal only, and only from the second second on.
enum class ShowProgress { automatic, always };

class Console {
 public:
  Console(Style style, ShowProgress progress);

  Style style() const { return style_; }
  bool shows_progress() const { return shows_progress_; }

  // Exactly one of the two is written.
  void result(std::string_view words, const Json& json) const;
  // One of many results, as JSON on a line of its own, whatever the style.
  void line(const Json& json) const;
  // Empties the terminal's screen; nothing where standard output is none.
  void clear() const;
  // One line on what is going on right now.
  void progress(std::string_view line) const;
  // A word beside the result that a person should see, such as a warning.
  void note(std::string_view line) const;
  void failed(const Trouble& trouble) const;

 private:
  Style style_;
  ShowProgress progress_;
  bool shows_progress_;
  std::chrono::steady_clock::time_point started_;
};

// For a column of text: as wide as `width`, with blanks behind it.
std::string padded(std::string_view text, std::size_t width);

// `refused: the reason`
std::string in_words(const NodeTrouble& node);

Json json_of(const NodeTrouble& node);
Json json_of(const Trouble& trouble);

}  // namespace quorate::cli

// A weekly window of local time: "Mon-Fri 07:00-19:00 Europe/Berlin", by the system's time zone
// data.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace date {
class time_zone;
}

namespace quorate::policy {

class WeeklyHours {
 public:
  // Days "Mon", "Mon-Fri", "Mon,Wed,Sat-Sun"; from 00:00 to 24:00, the end later than the beginning
  // (over midnight takes two windows); a zone of the system's data. The error, `configuration`,
  // says what was expected.
  [[nodiscard]] static Result<WeeklyHours> parse(std::string_view text);

  const std::string& text() const { return text_; }
  // `configuration` where the zone's data can't be read any more.
  [[nodiscard]] Result<bool> contains(std::uint64_t now_s) const;

 private:
  WeeklyHours() = default;

  std::string text_;
  std::array<bool, 7> days_{};  // from Sunday
  std::uint32_t begin_ = 0;     // minutes of the day
  std::uint32_t end_ = 0;
  const date::time_zone* zone_ = nullptr;  // of the process's one table of zones
};

}  // namespace quorate::policy

// How figures are written, in a terminal as on a page.

#pragma once

#include <string>

namespace quorate::sim::report {

std::string fixed(double value, int decimals);
// 0.999908765 as "99.9909 %": with as many nines as say something.
std::string percent(double share);
// "12.3 ms" without the unit: "12.3", "1,234".
std::string milliseconds(double value);

}  // namespace quorate::sim::report

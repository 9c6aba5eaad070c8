#include "sim/report/table.h"

#include <algorithm>

namespace quorate::sim::report {

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string made;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::string line = " ";
    for (std::size_t column = 0; column < rows_[i].size(); ++column) {
      const std::string& cell = rows_[i][column];
      const std::string space(widths[column] - cell.size(), ' ');
      line += " " + (column == 0 ? cell + space : " " + space + cell);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    made += line + "\n";
    if (i > 0) continue;
    std::size_t length = 0;
    for (const std::size_t width : widths) length += width + 2;
    made += "  " + std::string(length - 2, '-') + "\n";
  }
  return made;
}

}  // namespace quorate::sim::report

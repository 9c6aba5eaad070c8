// A table in a terminal: columns as wide as they must be, figures to the right.

#pragma once

#include <string>
#include <vector>

namespace quorate::sim::report {

class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  // The first column to the left, all others to the right; a line under the header.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace quorate::sim::report

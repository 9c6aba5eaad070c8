// quorate-primitives as another implementation meets it: a program with a pipe on either side.

#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <sys/types.h>

#include <nlohmann/json.hpp>

namespace quorate::primitives {

class ProgramInAPipe {
 public:
  ProgramInAPipe();
  ~ProgramInAPipe();
  ProgramInAPipe(const ProgramInAPipe&) = delete;
  ProgramInAPipe& operator=(const ProgramInAPipe&) = delete;

  // One line, which has no end of its own, and the answer to it.
  nlohmann::json ask_line(std::string_view line);
  nlohmann::json ask(const nlohmann::json& request) { return ask_line(request.dump()); }
  // Something that stands in for lines: as it is, without an end. The program sees the end of its
  // input after it, and what it still answers is returned.
  std::string end_with(std::string_view bytes);
  // After end_with().
  int exit_status();

 private:
  void write(std::string_view bytes);

  pid_t child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace quorate::primitives

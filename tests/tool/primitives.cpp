// quorate-primitives: one JSON object a line in, one a line out, in order. The same functions as in
// node and client, with every random value given, so that another implementation can be compared
// with ours on any case and play any role.

#include <cstdio>
#include <string>

#include <sodium.h>

#include "tests/tool/json_line.h"
#include "tests/tool/operation.h"

namespace {

enum class Ended { with_a_line, with_the_input };

// The next line without its end. Of one that is too long it keeps only enough to be refused.
Ended read_line(std::FILE* input, std::string& line) {
  line.clear();
  for (;;) {
    const int character = std::fgetc(input);
    if (character == EOF) return Ended::with_the_input;
    if (character == '\n') return Ended::with_a_line;
    if (line.size() <= quorate::primitives::longest_line) {
      line.push_back(static_cast<char>(character));
    }
  }
}

bool write_line(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
}

}  // namespace

int main() {
  if (sodium_init() < 0) {
    (void)std::fputs("quorate-primitives: libsodium does not start\n", stderr);
    return 1;
  }
  std::string line;
  for (Ended ended = Ended::with_a_line; ended == Ended::with_a_line;) {
    ended = read_line(stdin, line);
    if (ended == Ended::with_the_input && line.empty()) break;
    if (!write_line(quorate::primitives::answer(line))) return 1;  // nobody reads any more
  }
  return std::ferror(stdin) == 0 ? 0 : 1;
}

#include "tests/end_to_end/shell.h"

#include <stdlib.h>  // mkdtemp
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "crypto/base/invariant.h"

namespace quorate::testing {
namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

std::string shown(const Ended& ended) {
  return "exit " + std::to_string(ended.exit) + "\n" + ended.out + ended.complaints;
}

Shell::Shell() {
  std::string name = (std::filesystem::temp_directory_path() / "quorate-test-XXXXXX").string();
  QUORATE_INVARIANT(mkdtemp(name.data()) != nullptr);
  folder_ = name;
}

Shell::~Shell() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Ended Shell::operator()(const std::string& line) const {
  // The files lie beside the folder's own, where no test looks.
  const std::string out = (folder_ / ".out").string();
  const std::string complaints = (folder_ / ".complaints").string();
  const std::string whole = "cd " + folder_.string() + " && PATH=" QUORATE_BIN ":$PATH && { " +
                            line + "\n} >" + out + " 2>" + complaints + " </dev/null";
  const int status = std::system(whole.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  const int exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {exit, content_of(out), content_of(complaints)};
}

std::string Shell::read(const std::filesystem::path& file) const {
  return content_of(folder_ / file);
}

void Shell::write(const std::filesystem::path& file, const std::string& content) const {
  std::ofstream(folder_ / file, std::ios::binary) << content;
}

}  // namespace quorate::testing

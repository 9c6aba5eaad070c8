#include "tests/tool/program_in_a_pipe.h"

#include <cstdlib>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/base/invariant.h"

namespace quorate::primitives {
namespace {

constexpr const char* program = QUORATE_BIN "/quorate-primitives";

}  // namespace

ProgramInAPipe::ProgramInAPipe() {
  int in[2];
  int out[2];
  QUORATE_INVARIANT(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  QUORATE_INVARIANT(posix_spawn_file_actions_init(&actions) == 0);
  QUORATE_INVARIANT(posix_spawn_file_actions_adddup2(&actions, in[0], 0) == 0);
  QUORATE_INVARIANT(posix_spawn_file_actions_adddup2(&actions, out[1], 1) == 0);
  std::string name = program;
  char* arguments[] = {name.data(), nullptr};
  QUORATE_INVARIANT(posix_spawn(&child_, program, &actions, nullptr, arguments, environ) == 0);
  QUORATE_INVARIANT(posix_spawn_file_actions_destroy(&actions) == 0);
  close(in[0]);
  close(out[1]);
  to_ = fdopen(in[1], "w");
  from_ = fdopen(out[0], "r");
  QUORATE_INVARIANT(to_ != nullptr && from_ != nullptr);
}

ProgramInAPipe::~ProgramInAPipe() {
  if (to_ != nullptr) (void)std::fclose(to_);
  if (from_ != nullptr) (void)std::fclose(from_);
  if (child_ > 0) (void)waitpid(child_, nullptr, 0);
}

void ProgramInAPipe::write(std::string_view bytes) {
  QUORATE_INVARIANT(std::fwrite(bytes.data(), 1, bytes.size(), to_) == bytes.size());
}

nlohmann::json ProgramInAPipe::ask_line(std::string_view line) {
  write(line);
  write("\n");
  QUORATE_INVARIANT(std::fflush(to_) == 0);
  char* answer = nullptr;
  std::size_t room = 0;
  const ssize_t size = getline(&answer, &room, from_);
  QUORATE_INVARIANT(size > 0);
  const std::string text(answer, static_cast<std::size_t>(size));
  std::free(answer);  // NOLINT(cppcoreguidelines-no-malloc): getline's
  return nlohmann::json::parse(text);
}

std::string ProgramInAPipe::end_with(std::string_view bytes) {
  write(bytes);
  QUORATE_INVARIANT(std::fclose(to_) == 0);
  to_ = nullptr;
  std::string rest;
  for (int c = std::fgetc(from_); c != EOF; c = std::fgetc(from_)) {
    rest.push_back(static_cast<char>(c));
  }
  return rest;
}

int ProgramInAPipe::exit_status() {
  int status = -1;
  QUORATE_INVARIANT(waitpid(child_, &status, 0) == child_);
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace quorate::primitives

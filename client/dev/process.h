// Other programs: run to their end, or started to outlive us; and processes that an earlier run
// left.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/result.h"

namespace quorate::dev {

using Path = std::filesystem::path;

// The program beside this one, else the one that PATH finds.
[[nodiscard]] Path program_beside_us(const std::string& name);

// Runs it to its end with nothing on standard input. What it wrote to standard output, when it
// ended with 0; otherwise `tool_failed` with what it said on standard error.
[[nodiscard]] Result<std::string> run(const Path& program,
                                      const std::vector<std::string>& arguments);

// Starts it in a session of its own, so that it outlives us and our terminal: nothing on standard
// input, all it writes appended to `log`. None of our files stay open in it, and SOFTHSM2_CONF is
// not handed on: a node has a token of its own. `tool_failed`, `io`.
[[nodiscard]] Result<pid_t> start_in_background(const Path& program,
                                                const std::vector<std::string>& arguments,
                                                const Path& log);

// Whether a child of ours has ended.
[[nodiscard]] bool has_ended(pid_t child);

// The last lines of a file, for messages.
std::string tail(const Path& file, std::size_t lines);

// The process that runs `quorate-node run DIR`, by DIR/pid; none where there is no such file, or
// the number now belongs to something else.
std::optional<pid_t> running_node(const Path& dir);

enum class Stopped { on_request, by_force };

// One process, and its end: the same one, even when its number is used again.
//
//   Stopping::of(process)   and then look whether it is still who it was
//   ask()                   SIGTERM
//   wait(patience)          SIGKILL when it takes longer
//
// All fail with `io`.
class Stopping {
 public:
  [[nodiscard]] static Result<Stopping> of(pid_t process);
  Stopping(Stopping&& other) noexcept;
  Stopping& operator=(Stopping&&) = delete;
  Stopping(const Stopping&) = delete;
  Stopping& operator=(const Stopping&) = delete;
  ~Stopping();

  [[nodiscard]] Status ask() const;
  [[nodiscard]] Result<Stopped> wait(std::chrono::milliseconds patience);

 private:
  explicit Stopping(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  // pidfd
};

}  // namespace quorate::dev

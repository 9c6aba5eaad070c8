#include "client/dev/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 declares these without saying that they are C.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

namespace quorate::dev {
namespace {

std::string message_of(int error) { return std::system_category().message(error); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close_now(); }
  int number() const { return number_; }
  void close_now() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

// What posix_spawn needs, with its ends tied up.
class Spawn {
 public:
  Spawn() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // We ignore broken pipes; others expect to end by them.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &broken_pipe);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  posix_spawn_file_actions_t& actions() { return actions_; }
  void in_session_of_its_own() {
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }

  Result<pid_t> start(const Path& program, const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment) {
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    std::vector<std::string> line = {program.string()};
    line.insert(line.end(), arguments.begin(), arguments.end());
    pid_t child = -1;
    const int error = posix_spawnp(&child, program.c_str(), &actions_, &attributes_,
                                   pointers(line).data(), pointers(environment).data());
    if (error == 0) return child;
    return fail(Code::tool_failed, "can't start " + program.string() + ": " + message_of(error));
  }

 private:
  static std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_without(std::string_view name) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const bool is_that = text.starts_with(name) && text.substr(name.size()).starts_with('=');
    if (!is_that) out.emplace_back(text);
  }
  return out;
}

// Reads both until both are closed: a program that writes much to one must not wait for ever.
struct Written {
  std::string out;
  std::string complaints;
};

Written read_both(int out, int complaints) {
  Written written;
  std::array<pollfd, 2> watched = {pollfd{out, POLLIN, 0}, pollfd{complaints, POLLIN, 0}};
  std::array<std::string*, 2> texts = {&written.out, &written.complaints};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].fd < 0 || watched[i].revents == 0) continue;
      std::array<char, 4096> chunk{};
      const ssize_t count = read(watched[i].fd, chunk.data(), chunk.size());
      if (count > 0) texts[i]->append(chunk.data(), static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) watched[i].fd = -1;
    }
  }
  return written;
}

std::string without_line_feeds_at_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// The command line of a process; empty where there is none (any more).
std::vector<std::string> command_line(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/cmdline", std::ios::binary);
  std::vector<std::string> out;
  for (std::string word; std::getline(file, word, '\0');) out.push_back(word);
  return out;
}

// Whether the file was written while this process lived: not by an earlier one that had its number.
bool has_written(pid_t process, const Path& file) {
  std::ifstream stat_file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(stat_file, text);
  // The 22nd field, counted behind the name, which is in parentheses and may hold anything.
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  std::int64_t started_ticks = 0;
  timespec booted_for{};
  struct stat written {};
  const bool is_known = static_cast<bool>(fields >> started_ticks) &&
                        clock_gettime(CLOCK_BOOTTIME, &booted_for) == 0 &&
                        stat(file.c_str(), &written) == 0;
  if (!is_known) return false;
  const std::int64_t age_s = booted_for.tv_sec - started_ticks / sysconf(_SC_CLK_TCK);
  const std::int64_t file_age_s = std::time(nullptr) - written.st_mtim.tv_sec;
  return file_age_s <= age_s + 1;  // whole seconds on both sides
}

}  // namespace

Path program_beside_us(const std::string& name) {
  std::error_code failed;
  const Path ourselves = std::filesystem::read_symlink("/proc/self/exe", failed);
  const Path beside = ourselves.parent_path() / name;
  const bool is_there = !failed && std::filesystem::exists(beside, failed);
  return is_there ? beside : Path(name);
}

Result<std::string> run(const Path& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> out{};
  std::array<int, 2> complaints{};
  if (pipe2(out.data(), O_CLOEXEC) != 0) return fail(Code::io, "pipe: " + message_of(errno));
  const Descriptor out_reader(out[0]);
  Descriptor out_writer(out[1]);
  if (pipe2(complaints.data(), O_CLOEXEC) != 0) return fail(Code::io, "pipe: " + message_of(errno));
  const Descriptor complaints_reader(complaints[0]);
  Descriptor complaints_writer(complaints[1]);

  Spawn spawn;
  posix_spawn_file_actions_adddup2(&spawn.actions(), out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions(), complaints[1], STDERR_FILENO);
  QUORATE_TRY(const pid_t child,
              spawn.start(program, arguments, environment_without("SOFTHSM2_CONF")));
  out_writer.close_now();
  complaints_writer.close_now();
  Written written = read_both(out_reader.number(), complaints_reader.number());

  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::move(written.out);
  const std::string said = without_line_feeds_at_end(std::move(written.complaints));
  return fail(Code::tool_failed, program.filename().string() + " " +
                                     (arguments.empty() ? "" : arguments.front()) +
                                     " failed: " + (said.empty() ? "it said nothing" : said));
}

Result<pid_t> start_in_background(const Path& program, const std::vector<std::string>& arguments,
                                  const Path& log) {
  Spawn spawn;
  spawn.in_session_of_its_own();
  posix_spawn_file_actions_addopen(&spawn.actions(), STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&spawn.actions(), STDOUT_FILENO, STDERR_FILENO);
  return spawn.start(program, arguments, environment_without("SOFTHSM2_CONF"));
}

// It is left as it is, so that nobody else gets its number while we may still name it.
bool has_ended(pid_t child) {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == child;
}

std::string tail(const Path& file, std::size_t lines) {
  std::ifstream in(file);
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) {
    all.push_back(line);
    if (all.size() > lines) all.erase(all.begin());
  }
  std::string out;
  for (const std::string& line : all) out += (out.empty() ? "" : "\n") + line;
  return out;
}

std::optional<pid_t> running_node(const Path& dir) {
  pid_t process = 0;
  if (!(std::ifstream(dir / "pid") >> process) || process <= 0) return std::nullopt;
  const std::vector<std::string> line = command_line(process);
  const bool is_node =
      line.size() >= 3 && Path(line[0]).filename() == "quorate-node" && line[1] == "run";
  if (!is_node) return std::nullopt;
  // A path that a person typed is relative to where that process runs; which only root may see,
  // since a node hides its memory from everybody else of its user.
  std::error_code is_hidden;
  const Path where =
      std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/cwd", is_hidden);
  for (std::size_t i = 2; i < line.size(); ++i) {
    std::error_code ignored;
    if (std::filesystem::equivalent(where / line[i], dir, ignored)) return process;
  }
  const bool is_relative = !Path(line.back()).is_absolute();
  if (is_hidden && is_relative && has_written(process, dir / "pid")) return process;
  return std::nullopt;
}

Result<Stopping> Stopping::of(pid_t process) {
  const int descriptor = pidfd_open(process, 0);
  if (descriptor >= 0) return Stopping(descriptor);
  return fail(Code::io,
              "can't watch process " + std::to_string(process) + ": " + message_of(errno));
}

Status Stopping::ask() const {
  if (pidfd_send_signal(descriptor_, SIGTERM, nullptr, 0) == 0 || errno == ESRCH) return Done{};
  return fail(Code::io, "can't stop a process: " + message_of(errno));
}

Stopping::Stopping(Stopping&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Stopping::~Stopping() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<Stopped> Stopping::wait(std::chrono::milliseconds patience) {
  pollfd ended{descriptor_, POLLIN, 0};
  if (poll(&ended, 1, static_cast<int>(patience.count())) > 0) return Stopped::on_request;
  if (pidfd_send_signal(descriptor_, SIGKILL, nullptr, 0) != 0 && errno != ESRCH) {
    return fail(Code::io, "can't end a process: " + message_of(errno));
  }
  while (poll(&ended, 1, -1) < 0 && errno == EINTR) {
  }
  return Stopped::by_force;
}

}  // namespace quorate::dev

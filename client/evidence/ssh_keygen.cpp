#include "client/evidence/ssh_keygen.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 forgot to say that this is C.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace quorate::evidence {

namespace {

constexpr std::size_t output_limit = std::size_t{64} * 1024;

std::string reason(int error) { return std::generic_category().message(error); }

// A file in memory. The message goes in and the signature comes out through such files and not
// through pipes, so neither side ever waits for the other to read.
Result<Descriptor> memory_file(const char* label, ByteView content) {
  Descriptor file(::memfd_create(label, MFD_CLOEXEC));
  if (file.number() < 0) return fail(Code::io, "can't make a file in memory: " + reason(errno));
  while (!content.empty()) {
    const ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(Code::io, "can't fill a file in memory: " + reason(errno));
    content = content.subspan(static_cast<std::size_t>(written));
  }
  if (::lseek(file.number(), 0, SEEK_SET) != 0) {
    return fail(Code::io, "can't rewind a file in memory: " + reason(errno));
  }
  return file;
}

std::string content_of(const Descriptor& file) {
  std::string out(output_limit, '\0');
  const ssize_t got = ::pread(file.number(), out.data(), out.size(), 0);
  out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return out;
}

// What the tool said, on one line and fit for a terminal.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    out += c == '\n' ? "; " : std::string(1, c < 0x20 || c > 0x7e ? '?' : c);
  }
  return out;
}

// How the child is started; the destructor frees what the C library allocated.
class Spawning {
 public:
  Spawning() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // The tool gets signals as a program started from a shell does, whatever we block or ignore.
    sigset_t none;
    sigset_t pipe;
    ::sigemptyset(&none);
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &pipe);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void give(const Descriptor& file, int as) {
    ::posix_spawn_file_actions_adddup2(&actions_, file.number(), as);
  }

  // 0, or why it did not start.
  int run(std::vector<std::string> words, pid_t& child) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    return ::posix_spawnp(&child, arguments.front(), &actions_, &attributes_, arguments.data(),
                          environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<SshKeygen> SshKeygen::start(ToSign to_sign) {
  if (::access(to_sign.key.c_str(), R_OK) != 0) {
    return fail(Code::configuration,
                "can't read the key " + to_sign.key.string() + ": " + reason(errno));
  }
  QUORATE_TRY(const Descriptor in, memory_file("message", to_sign.message));
  QUORATE_TRY(Descriptor out, memory_file("signature", {}));
  Descriptor complaints;
  Spawning spawning;
  spawning.give(in, STDIN_FILENO);
  spawning.give(out, STDOUT_FILENO);
  // On a terminal the tool speaks for itself: it asks for a touch there, and must be seen at once.
  if (::isatty(STDERR_FILENO) != 1) {
    QUORATE_TRY(complaints, memory_file("complaints", {}));
    spawning.give(complaints, STDERR_FILENO);
  }
  pid_t child = -1;
  const int error = spawning.run(
      {to_sign.tool, "-q", "-Y", "sign", "-n", to_sign.name_space, "-f", to_sign.key.string()},
      child);
  if (error == ENOENT) {
    return fail(Code::tool_failed, to_sign.tool +
                                       " is not installed; it comes with OpenSSH (Debian: `apt "
                                       "install openssh-client`)");
  }
  if (error != 0)
    return fail(Code::tool_failed, to_sign.tool + " does not start: " + reason(error));
  Descriptor pidfd(::pidfd_open(child, 0));
  return SshKeygen(std::move(to_sign), child, std::move(pidfd), std::move(out),
                   std::move(complaints));
}

SshKeygen::SshKeygen(ToSign to_sign, pid_t child, Descriptor pidfd, Descriptor out,
                     Descriptor complaints)
    : to_sign_(std::move(to_sign)),
      child_(child),
      pidfd_(std::move(pidfd)),
      out_(std::move(out)),
      complaints_(std::move(complaints)) {}

SshKeygen::SshKeygen(SshKeygen&& other) noexcept
    : to_sign_(std::move(other.to_sign_)),
      child_(std::exchange(other.child_, -1)),
      pidfd_(std::move(other.pidfd_)),
      out_(std::move(other.out_)),
      complaints_(std::move(other.complaints_)) {}

SshKeygen::~SshKeygen() {
  if (child_ < 0) return;
  ::kill(child_, SIGTERM);
  wait_for(child_);
}

Result<ssh::Sshsig> SshKeygen::wait() {
  if (child_ < 0) return fail(Code::internal, "the tool was waited for already");
  const int status = wait_for(std::exchange(child_, -1));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string message = to_sign_.tool + " did not sign with " + to_sign_.key.string();
    if (complaints_.number() >= 0) {
      message += ": " + one_line(content_of(complaints_));
    } else {
      message += "; what it said stands above";
    }
    return fail(Code::tool_failed, std::move(message));
  }
  Result<ssh::Sshsig> signature = ssh::Sshsig::parse_armour(content_of(out_));
  if (!signature) {
    return fail(Code::tool_failed, to_sign_.tool + " wrote something that is no SSH signature: " +
                                       signature.error().message);
  }
  // Before it travels: nodes would refuse the whole request for it.
  const Result<ssh::Verification> verified =
      ssh::verify(*signature, to_sign_.name_space, to_sign_.message);
  if (!verified) {
    return fail(Code::tool_failed, "the signature that " + to_sign_.tool + " made with " +
                                       to_sign_.key.string() +
                                       " would be refused: " + verified.error().message);
  }
  return signature;
}

Result<ssh::Sshsig> sign(ToSign to_sign) {
  QUORATE_TRY(SshKeygen signing, SshKeygen::start(std::move(to_sign)));
  return signing.wait();
}

}  // namespace quorate::evidence

#include "node/custody/pkcs11/softhsm.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sodium.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/base/invariant.h"
#include "node/custody/guarded.h"

extern char** environ;

namespace quorate::custody::pkcs11 {
namespace {

using std::filesystem::path;

constexpr std::size_t pin_length = 24;
constexpr const char* softhsm_module = "/usr/lib/softhsm/libsofthsm2.so";

tl::unexpected<Error> failed(const std::string& what) {
  return fail(Code::io, "can't " + what + ": " + std::generic_category().message(errno));
}

// A new file of our own, 0600.
Status write_new(const path& file, ByteView content) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return fail(Code::configuration, file.string() + " exists already");
    return failed("create " + file.string());
  }
  const bool written =
      ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(descriptor) == 0;
  if (::close(descriptor) != 0 || !written) return failed("write " + file.string());
  return Done{};
}

Status sync(const path& file, int flags) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | flags);
  // The module removes files of its own at any time.
  if (descriptor < 0) return errno == ENOENT ? Status(Done{}) : failed("open " + file.string());
  const bool is_synced = ::fsync(descriptor) == 0;
  (void)::close(descriptor);
  if (!is_synced) return failed("sync " + file.string());
  return Done{};
}

// Letters and digits, one from each byte with nothing to choose: 5 bits each.
GuardedMemory draw_pin(Entropy& entropy) {
  constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(alphabet.size() == 32);
  GuardedMemory pin(pin_length + 1);  // and a zero, for the program's argument
  entropy.fill(pin.writable().first(pin_length));
  for (std::uint8_t& c : pin.writable().first(pin_length)) {
    c = static_cast<std::uint8_t>(alphabet[c & 31]);
  }
  return pin;
}

// Runs a program to its end; its output joins ours. Fails with tool_failed.
Status run(const std::vector<const char*>& arguments, const std::string& variable) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const char* argument : arguments) argv.push_back(const_cast<char*>(argument));
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("SOFTHSM2_CONF=")) environment.push_back(*entry);
  }
  environment.push_back(const_cast<char*>(variable.c_str()));
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, argv.front(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  const std::string program = arguments.front();
  if (error != 0) {
    return fail(Code::tool_failed, "can't run " + program + ": " +
                                       std::generic_category().message(error) +
                                       "; it comes with Debian's package softhsm2");
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return failed("wait for " + program);
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(Code::tool_failed, program + " could not make the token");
  }
  return Done{};
}

// SoftHSM keeps each token in a folder named after a UUID whose last 16 digits are the serial.
Result<std::string> serial_of_only_token(const path& tokens) {
  std::error_code error;
  std::filesystem::directory_iterator entry(tokens, error);
  if (error || entry == std::filesystem::directory_iterator()) {
    return fail(Code::tool_failed, "softhsm2-util made no token in " + tokens.string());
  }
  std::string digits;
  for (const char c : entry->path().filename().string()) {
    if (c != '-') digits += c;
  }
  if (digits.size() != 32)
    return fail(Code::tool_failed, "an unexpected folder in " + tokens.string());
  return digits.substr(16);
}

}  // namespace

Status sync_token_folder(const path& folder) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    if (entry->is_regular_file(gone)) QUORATE_CHECK(sync(entry->path(), 0));
    if (entry->is_directory(gone)) QUORATE_CHECK(sync(entry->path(), O_DIRECTORY));
  }
  if (error) return fail(Code::io, folder.string() + ": " + error.message());
  return sync(folder, O_DIRECTORY);
}

Result<TokenUri> make_softhsm_token(const path& directory, const std::string& label,
                                    Entropy& entropy) {
  QUORATE_INVARIANT(!label.empty() && label.size() <= 32);
  const path folder = directory / "token";
  const path configuration = directory / "softhsm2.conf";
  const path pin_file = directory / "pin";
  if (::mkdir(folder.c_str(), 0700) != 0) {
    if (errno == EEXIST) return fail(Code::configuration, folder.string() + " exists already");
    return failed("create " + folder.string());
  }
  const std::string settings =
      "directories.tokendir = " + std::filesystem::absolute(folder).string() +
      "\nobjectstore.backend = file\nlog.level = ERROR\n";
  QUORATE_CHECK(write_new(configuration, bytes_of(settings)));
  const GuardedMemory pin = draw_pin(entropy);
  // Nobody needs the officer's PIN again: a SoftHSM token is made anew rather than unlocked.
  const GuardedMemory officer_pin = draw_pin(entropy);
  QUORATE_CHECK(write_new(pin_file, pin.expose().first(pin_length)));
  // The PINs stand in the program's arguments for the moment that it runs: it takes them no other
  // way without a terminal.
  QUORATE_CHECK(run({"softhsm2-util", "--init-token", "--free", "--label", label.c_str(),
                     "--so-pin", reinterpret_cast<const char*>(officer_pin.expose().data()),
                     "--pin", reinterpret_cast<const char*>(pin.expose().data())},
                    "SOFTHSM2_CONF=" + std::filesystem::absolute(configuration).string()));
  QUORATE_TRY(std::string serial, serial_of_only_token(folder));
  return TokenUri{label, std::move(serial), softhsm_module, std::nullopt};
}

void use_softhsm_configuration(const path& directory) {
  const path configuration = std::filesystem::absolute(directory / "softhsm2.conf");
  std::error_code ignored;  // no such file: not a node with a SoftHSM of its own
  if (!std::filesystem::exists(configuration, ignored)) return;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): called while there is one thread; keeps a set variable
  ::setenv("SOFTHSM2_CONF", configuration.c_str(), 0);
}

}  // namespace quorate::custody::pkcs11

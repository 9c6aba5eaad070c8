#include "client/home/home.h"

#include <cstdlib>
#include <system_error>

namespace quorate::home {

namespace {

std::optional<std::string> variable(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read before there is a second thread; nobody sets any
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

bool is_there(const Path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// `usual` may be in an agent or on a token: then only its public half is here.
Result<Path> key(const std::optional<Path>& option, const Path& usual, std::string_view what,
                 std::string_view option_name) {
  if (option) {
    if (is_there(*option)) return *option;
    return fail(Code::configuration, "there is no key file " + option->string());
  }
  Path public_half = usual;
  public_half += ".pub";
  if (is_there(usual)) return usual;
  if (is_there(public_half)) return public_half;
  return fail(Code::configuration,
              "there is no key to " + std::string(what) + " at " + usual.string() +
                  "; make one with `ssh-keygen -t ed25519 -f " + usual.string() +
                  "`, or name yours with " + std::string(option_name));
}

}  // namespace

Environment Environment::of_process() {
  return {variable("QUORATE_HOME"), variable("XDG_CONFIG_HOME"), variable("HOME")};
}

Result<Home> Home::locate(const std::optional<Path>& option, const Environment& environment) {
  const auto is_set = [](const std::optional<std::string>& value) {
    return value && !value->empty();
  };
  if (option) return Home(*option);
  if (is_set(environment.quorate_home)) return Home(Path(*environment.quorate_home));
  // XDG: a path that is not absolute is to be ignored.
  if (is_set(environment.xdg_config_home) && Path(*environment.xdg_config_home).is_absolute()) {
    return Home(Path(*environment.xdg_config_home) / "quorate");
  }
  if (is_set(environment.home)) return Home(Path(*environment.home) / ".config" / "quorate");
  return fail(Code::configuration,
              "nothing says where your files are: give --home, or set QUORATE_HOME");
}

Result<Path> Home::requester_key(const std::optional<Path>& option) const {
  return key(option, folder_ / "requester", "ask with", "--key");
}

Result<Path> Home::approver_key(const std::optional<Path>& option) const {
  const Path own = folder_ / "approver";
  const bool has_own = is_there(own) || is_there(own.string() + ".pub");
  return key(option, has_own ? own : folder_ / "requester", "approve with", "--key");
}

Result<Path> Home::administrator_key(const std::optional<Path>& option) const {
  return key(option, folder_ / "admin", "sign proposals with", "--admin-key");
}

}  // namespace quorate::home

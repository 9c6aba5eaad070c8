#include "client/cli/certificate_options.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace quorate::cli {
namespace {

struct Extension {
  std::string_view name;
  std::string_view without;  // the word that takes it away
};

// What ssh-keygen gives a user certificate by default.
constexpr std::array extensions = {
    Extension{"permit-X11-forwarding", "no-x11-forwarding"},
    Extension{"permit-agent-forwarding", "no-agent-forwarding"},
    Extension{"permit-port-forwarding", "no-port-forwarding"},
    Extension{"permit-pty", "no-pty"},
    Extension{"permit-user-rc", "no-user-rc"},
};

// ssh-keygen takes the names in either case.
bool is_same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

class Parser {
 public:
  Parser() {
    for (const Extension& extension : extensions) extensions_.emplace(extension.name);
  }

  Status take(std::string_view word) {
    if (is_same(word, "clear")) {
      extensions_.clear();
      critical_.clear();
      return Done{};
    }
    for (const Extension& extension : extensions) {
      if (is_same(word, extension.name)) extensions_.emplace(extension.name);
      if (is_same(word, extension.without)) extensions_.erase(std::string(extension.name));
      if (is_same(word, extension.name) || is_same(word, extension.without)) return Done{};
    }
    return take_critical(word);
  }

  CertificateOptions result() const {
    CertificateOptions out;
    for (const auto& [name, value] : critical_) out.critical.push_back({name, value});
    out.extensions.assign(extensions_.begin(), extensions_.end());
    return out;
  }

 private:
  Status take_critical(std::string_view word) {
    const std::size_t equals = word.find('=');
    const bool has_value = equals != std::string_view::npos;
    const std::string name(word.substr(0, equals));
    const std::string value(has_value ? word.substr(equals + 1) : "");
    if (name == "verify-required" && !has_value) return put(name, value);
    if (name == "force-command" || name == "source-address") {
      if (!value.empty()) return put(name, value);
      return fail(Code::usage, "-O " + name + " needs a value: -O " + name + "=" +
                                   (name == "force-command" ? "/usr/bin/true" : "10.0.0.0/8"));
    }
    return fail(Code::usage,
                "there is no certificate option \"" + std::string(word) +
                    "\": clear, permit-... and no-... of X11-forwarding, agent-forwarding, "
                    "port-forwarding, pty and user-rc, force-command=, source-address=, "
                    "verify-required");
  }

  // Two force-commands: a server that takes the first and one that takes the last would differ.
  Status put(const std::string& name, const std::string& value) {
    if (critical_.emplace(name, value).second) return Done{};
    return fail(Code::usage, "-O " + name + " stands there twice");
  }

  std::map<std::string, std::string> critical_;
  std::set<std::string> extensions_;
};

}  // namespace

Result<CertificateOptions> parse_options(const std::vector<std::string>& words) {
  Parser parser;
  for (const std::string& word : words) QUORATE_CHECK(parser.take(word));
  return parser.result();
}

}  // namespace quorate::cli

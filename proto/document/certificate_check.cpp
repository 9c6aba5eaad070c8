#include <algorithm>
#include <array>
#include <set>

#include "proto/document/network.h"
#include "proto/document/ssh_certificate.h"

namespace quorate::ssh {
namespace {

enum class OptionKind { flag, command, addresses };

struct KnownOption {
  std::string_view name;
  OptionKind kind;
};

constexpr std::array known_critical = {
    KnownOption{"force-command", OptionKind::command},
    KnownOption{"source-address", OptionKind::addresses},
    KnownOption{"verify-required", OptionKind::flag},
};

// no-touch-required is missing with intent: it would let a stolen laptop sign unattended.
constexpr std::array<std::string_view, 5> known_extensions = {
    "permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding", "permit-pty",
    "permit-user-rc"};

const KnownOption* find_critical(std::string_view name) {
  const auto* found = std::find_if(known_critical.begin(), known_critical.end(),
                                   [name](const KnownOption& known) { return known.name == name; });
  return found == known_critical.end() ? nullptr : found;
}

tl::unexpected<Error> malformed(std::string message) {
  return fail(Code::malformed, std::move(message));
}

Status check_count(std::size_t count, std::size_t limit, std::string_view what) {
  if (count > limit) {
    return fail(Code::too_large, std::to_string(count) + " " + std::string(what) + ", at most " +
                                     std::to_string(limit));
  }
  return Done{};
}

Status check_text(std::string_view text, std::size_t limit, std::string_view what) {
  if (text.size() > limit) {
    return fail(Code::too_large, std::string(what) + " has " + std::to_string(text.size()) +
                                     " characters, at most " + std::to_string(limit));
  }
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; })) {
    return malformed(std::string(what) + " must be printable ASCII");
  }
  return Done{};
}

Status check_name(std::string_view text, std::size_t limit, std::string_view what) {
  if (text.empty()) return malformed(std::string(what) + " is empty");
  return check_text(text, limit, what);
}

bool is_in_principals(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._@:+-").find(c) != std::string_view::npos;
}

// An empty list would mean "anybody" to one reader and "nobody" to another; a pattern or a comma
// would be read as one by programs that are less exact than sshd.
Status check_principals(const std::vector<std::string>& principals) {
  if (principals.empty()) return malformed("a certificate needs at least one principal");
  QUORATE_CHECK(check_count(principals.size(), principals_limit, "principals"));
  std::set<std::string_view> seen;
  for (const std::string& principal : principals) {
    QUORATE_CHECK(check_name(principal, principal_limit, "a principal"));
    if (!std::all_of(principal.begin(), principal.end(), is_in_principals)) {
      return malformed("the principal " + principal + " has a character outside A-Za-z0-9._@:+-");
    }
    if (!seen.insert(principal).second) {
      return malformed("the principal " + principal + " stands there twice");
    }
  }
  return Done{};
}

Status check_addresses(std::string_view list) {
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::string_view entry = list.substr(0, comma);
    if (!Network::parse(entry)) {
      return malformed("in source-address, " + std::string(entry) +
                       " is not ADDRESS/LENGTH with all bits after LENGTH zero");
    }
    if (comma == std::string_view::npos) return Done{};
    list.remove_prefix(comma + 1);
  }
}

Status check_value(const Option& option) {
  const KnownOption* known = find_critical(option.name);
  if (known == nullptr) return Done{};  // check_rules() refuses it with a code of its own
  const bool wants_value = known->kind != OptionKind::flag;
  if (wants_value == option.value.empty()) {
    return malformed("the option " + option.name +
                     (wants_value ? " needs a value" : " is a flag and has no value"));
  }
  if (known->kind == OptionKind::addresses) return check_addresses(option.value);
  return Done{};
}

// sshd reads options in any order, and one that stands there twice; so order is ours to keep.
Status check_order(std::string_view before, std::string_view name) {
  if (name <= before) {
    return malformed("the option " + std::string(name) +
                     " is out of order: ascending by byte, each once");
  }
  return Done{};
}

Status check_critical(const std::vector<Option>& options) {
  QUORATE_CHECK(check_count(options.size(), options_limit, "critical options"));
  std::string_view before;
  for (const Option& option : options) {
    QUORATE_CHECK(check_name(option.name, option_name_limit, "a critical option's name"));
    QUORATE_CHECK(check_text(option.value, option_value_limit, "a critical option's value"));
    QUORATE_CHECK(check_order(before, option.name));
    QUORATE_CHECK(check_value(option));
    before = option.name;
  }
  return Done{};
}

Status check_extensions(const std::vector<std::string>& extensions) {
  QUORATE_CHECK(check_count(extensions.size(), options_limit, "extensions"));
  std::string_view before;
  for (const std::string& extension : extensions) {
    QUORATE_CHECK(check_name(extension, option_name_limit, "an extension's name"));
    QUORATE_CHECK(check_order(before, extension));
    before = extension;
  }
  return Done{};
}

}  // namespace

Status check_form(const CertificateFields& fields) {
  if (const auto subject = PublicKey::parse(fields.subject);
      !subject && subject.error().code != Code::key_not_allowed) {
    return fail(subject.error().code, "the subject: " + subject.error().message);
  }
  QUORATE_CHECK(check_name(fields.key_id, key_id_limit, "the key id"));
  QUORATE_CHECK(check_principals(fields.principals));
  QUORATE_CHECK(check_critical(fields.critical));
  QUORATE_CHECK(check_extensions(fields.extensions));
  if (fields.type == CertificateType::host &&
      !(fields.critical.empty() && fields.extensions.empty())) {
    return malformed("a host certificate has neither critical options nor extensions");
  }
  return Done{};
}

Status check_rules(const CertificateFields& fields, const PublicKey& ca) {
  if (fields.subject == ca.blob()) {
    return fail(Code::subject_is_ca_key, "the subject's key is the key that would sign");
  }
  if (fields.valid_after >= fields.valid_before) {
    return fail(Code::validity_not_allowed, "valid_after must be before valid_before");
  }
  QUORATE_TRY(const PublicKey subject, PublicKey::parse(fields.subject));
  for (const Option& option : fields.critical) {
    if (find_critical(option.name) == nullptr) {
      return fail(Code::option_not_allowed, "the critical option " + option.name + " is unknown");
    }
  }
  for (const std::string& extension : fields.extensions) {
    if (std::find(known_extensions.begin(), known_extensions.end(), extension) ==
        known_extensions.end()) {
      return fail(Code::option_not_allowed, "the extension " + extension + " is not issued");
    }
  }
  return Done{};
}

Status check(const CertificateFields& fields, const PublicKey& ca) {
  QUORATE_CHECK(check_form(fields));
  return check_rules(fields, ca);
}

}  // namespace quorate::ssh

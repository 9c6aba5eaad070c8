// What a profile says of SSH certificates.

#include <algorithm>

#include "node/policy/rules.h"
#include "proto/document/key_fields.h"

namespace quorate::policy {

using statement::SshCertificate;

namespace {

// Of profiles and statements that are about a certificate, and of no others.
struct Asked {
  const SshRules& rules;
  const SshCertificate& certificate;
};
std::optional<Asked> certificate_of(const Case& asked) {
  const auto* certificate = std::get_if<SshCertificate>(&asked.facts.statement.body);
  if (certificate == nullptr || !asked.profile.ssh) return std::nullopt;
  return Asked{*asked.profile.ssh, *certificate};
}

bool is_principal(const std::string& text) {
  return !text.empty() && text.size() <= ssh::principal_limit &&
         std::all_of(text.begin(), text.end(), is_in_principals);
}

std::size_t bits_of(ByteView modulus) {
  std::size_t bits = modulus.size() * 8;
  for (std::uint8_t top = 0x80; !modulus.empty() && top != 0 && (modulus[0] & top) == 0;
       top = static_cast<std::uint8_t>(top >> 1)) {
    --bits;
  }
  return bits;
}

bool allows(const SubjectKey& rule, const ssh::PublicKey& key) {
  if (rule.kind != key.kind()) return false;
  if (rule.kind != ssh::KeyKind::rsa) return true;
  const Result<ssh::KeyFields> fields = ssh::read_key_fields(key.blob());
  return fields && bits_of(fields->modulus) >= rule.least_bits;
}

Check option_not_allowed(const Case& asked, const std::string& key, const std::string& reason) {
  return breach(asked, key, Code::option_not_allowed, reason);
}

Check check_source_address(const Case& asked, const SshRules& rules, const std::string& list) {
  const auto networks = ssh::Network::parse_list(list);
  const bool is_inside =
      networks && std::all_of(networks->begin(), networks->end(), [&](const ssh::Network& inner) {
        return std::any_of(
            rules.source_within.begin(), rules.source_within.end(),
            [&](const NamedNetwork& outer) { return outer.network.contains(inner); });
      });
  if (is_inside || rules.source_within.empty()) return std::nullopt;
  std::vector<std::string> within;
  for (const NamedNetwork& network : rules.source_within) within.push_back(network.text);
  return option_not_allowed(asked, "ssh.source_address",
                            "source-address " + list + " is not within " + listed(within) +
                                ", as profile " + asked.profile.name + " demands");
}

Check check_force_command(const Case& asked, const SshRules& rules, const std::string* command) {
  const std::string& wanted = rules.force_command.command;
  switch (rules.force_command.rule) {
    case ForceCommand::Rule::allowed: return std::nullopt;
    case ForceCommand::Rule::forbidden:
      if (command == nullptr) return std::nullopt;
      return option_not_allowed(asked, "ssh.force_command",
                                "profile " + asked.profile.name + " allows no force-command");
    case ForceCommand::Rule::exact:
      if (command != nullptr && *command == wanted) return std::nullopt;
      return option_not_allowed(
          asked, "ssh.force_command",
          "profile " + asked.profile.name + " demands the force-command `" + wanted + "`");
  }
  return std::nullopt;
}

Check check_critical(const Case& asked, const SshRules& rules, const SshCertificate& certificate) {
  const std::string* source_address = nullptr;
  const std::string* force_command = nullptr;
  for (const ssh::Option& option : certificate.critical) {
    if (option.name == "source-address") {
      source_address = &option.value;
    } else if (option.name == "force-command") {
      force_command = &option.value;
    } else if (option.name != "verify-required") {  // which only takes away from the certificate
      return option_not_allowed(asked, "ssh",
                                "no profile allows the critical option " + option.name);
    }
  }
  if (const Check wrong = check_force_command(asked, rules, force_command)) return wrong;
  if (source_address != nullptr) return check_source_address(asked, rules, *source_address);
  if (!rules.source_address_required) return std::nullopt;
  return option_not_allowed(asked, "ssh.source_address",
                            "profile " + asked.profile.name + " demands a source-address");
}

}  // namespace

bool is_in_principals(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._@:+-").find(c) != std::string_view::npos;
}

Check check_principals(const Case& asked) {
  const auto ssh = certificate_of(asked);
  if (!ssh) return std::nullopt;
  const Identity identity = identity_of(asked.facts.judgement, asked.contents);
  std::vector<std::string> allowed;
  for (const Template& principal : ssh->rules.principals) {
    const Result<std::string> filled = principal.fill(identity);
    if (!filled) {
      return breach(asked, "ssh.principals", Code::principal_not_allowed, filled.error().message);
    }
    if (!is_principal(*filled)) {
      return breach(
          asked, "ssh.principals", Code::principal_not_allowed,
          "`" + principal.text() + "` comes out with characters that no principal may have");
    }
    allowed.push_back(*filled);
  }
  for (const std::string& principal : ssh->certificate.principals) {
    if (std::find(allowed.begin(), allowed.end(), principal) != allowed.end()) continue;
    return breach(asked, "ssh.principals", Code::principal_not_allowed,
                  "principal " + principal + " is not in profile " + asked.profile.name +
                      "; allowed: " + listed(allowed));
  }
  return std::nullopt;
}

Check check_ssh_validity(const Case& asked) {
  const auto ssh = certificate_of(asked);
  if (!ssh) return std::nullopt;
  // Counted from the statement's not_before, so that a backdated start does not turn "24 h" into a
  // refusal.
  const std::uint64_t begin = asked.facts.statement.not_before;
  const std::uint64_t end = ssh->certificate.valid_before;
  if (end <= begin || end - begin <= ssh->rules.max_validity_s) return std::nullopt;
  return breach(asked, "ssh.max_validity", Code::validity_not_allowed,
                "profile " + asked.profile.name + " allows at most " +
                    duration_in_words(ssh->rules.max_validity_s) + "; this asks for " +
                    duration_in_words(end - begin));
}

Check check_subject_key(const Case& asked) {
  const auto ssh = certificate_of(asked);
  if (!ssh) return std::nullopt;
  const Result<ssh::PublicKey> key = ssh::PublicKey::parse(ssh->certificate.subject);
  const auto& kinds = ssh->rules.subject_keys;
  if (key && std::any_of(kinds.begin(), kinds.end(),
                         [&](const SubjectKey& rule) { return allows(rule, *key); })) {
    return std::nullopt;
  }
  std::vector<std::string> allowed;
  for (const SubjectKey& rule : kinds) allowed.push_back(text(rule));
  return breach(asked, "ssh.subject_keys", Code::key_not_allowed,
                "the subject's key" +
                    (key ? " (" + std::string(ssh::type_name(key->kind())) + ")" : std::string()) +
                    " is not of a kind that profile " + asked.profile.name +
                    " allows: " + listed(allowed));
}

Check check_options(const Case& asked) {
  const auto ssh = certificate_of(asked);
  if (!ssh || asked.profile.kind == statement::Kind::ssh_host) return std::nullopt;
  for (const std::string& extension : ssh->certificate.extensions) {
    const auto& allowed = ssh->rules.extensions;
    if (std::find(allowed.begin(), allowed.end(), extension) != allowed.end()) continue;
    return option_not_allowed(asked, "ssh.extensions",
                              "extension " + extension + " is not in profile " +
                                  asked.profile.name + "; allowed: " + listed(allowed));
  }
  return check_critical(asked, ssh->rules, ssh->certificate);
}

Check check_key_id(const Case& asked) {
  const auto ssh = certificate_of(asked);
  if (!ssh || !ssh->rules.key_id) return std::nullopt;
  const auto wrong = [&](const std::string& reason) {
    return breach(asked, "ssh.key_id", Code::key_id_not_allowed, reason);
  };
  const Result<std::string> filled =
      ssh->rules.key_id->fill(identity_of(asked.facts.judgement, asked.contents));
  if (!filled) return wrong(filled.error().message);
  if (filled->size() > ssh::key_id_limit ||
      !std::all_of(filled->begin(), filled->end(), [](char c) { return c >= 0x20 && c <= 0x7e; })) {
    return wrong("`" + ssh->rules.key_id->text() +
                 "` comes out with characters that no key id may have, or too many");
  }
  if (*filled == ssh->certificate.key_id) return std::nullopt;
  return wrong("the key id must be `" + *filled + "`, by profile " + asked.profile.name);
}

}  // namespace quorate::policy

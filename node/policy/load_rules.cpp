#include <algorithm>
#include <array>
#include <charconv>

#include "node/policy/load.h"
#include "proto/statement/access_payload.h"

namespace quorate::policy {

using settings::Item;
using settings::Section;

namespace {

constexpr Longest longest_validity{std::uint64_t{366} * 86'400, "366d"};
constexpr Longest longest_access{statement::longest_access_s, "1h"};
constexpr std::uint64_t usual_access_s = 300;
constexpr std::uint32_t least_rsa_bits = 2048;
constexpr std::uint32_t most_rsa_bits = 8192;  // what proto/document reads
constexpr std::size_t text_limit = 1024;

constexpr std::array<std::string_view, 5> extensions = {
    "permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding", "permit-pty",
    "permit-user-rc"};

// What is allowed where a profile does not say: everything of today's strength.
const std::vector<SubjectKey>& usual_subject_keys() {
  static const std::vector<SubjectKey> keys = {{ssh::KeyKind::ed25519},
                                               {ssh::KeyKind::fido_ed25519},
                                               {ssh::KeyKind::fido_ecdsa},
                                               {ssh::KeyKind::ecdsa},
                                               {ssh::KeyKind::rsa, 3072}};
  return keys;
}

std::optional<SubjectKey> parse_subject_key(std::string_view text) {
  for (const SubjectKey& key : usual_subject_keys()) {
    if (key.kind != ssh::KeyKind::rsa && text == policy::text(key)) return key;
  }
  if (!text.starts_with("rsa-")) return std::nullopt;
  text.remove_prefix(4);
  std::uint32_t bits = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool is_number = error == std::errc() && stopped == text.data() + text.size();
  if (!is_number || bits < least_rsa_bits || bits > most_rsa_bits) return std::nullopt;
  return SubjectKey{ssh::KeyKind::rsa, bits};
}

Result<Template> parse_template(Section& section, std::string_view key, const Item& item) {
  const std::optional<Template> parsed = Template::parse(item.text);
  if (item.text.empty() || !is_printable(item.text) || !parsed) {
    return section.expected(key, item,
                            "a printable text, with no places but {person}, {oidc.sub}, "
                            "{oidc.email} and {oidc.email.local}" +
                                (is_printable(item.text) ? ", not `" + item.text + "`" : ""));
  }
  return *parsed;
}

Result<std::optional<Template>> read_template(Section& section, std::string_view key) {
  QUORATE_TRY(const std::optional<std::string> text, section.text_if_present(key));
  if (!text) return std::optional<Template>();
  QUORATE_TRY(Template parsed, parse_template(section, key, {*text, section.line_of(key)}));
  return std::optional<Template>(std::move(parsed));
}

Status read_subject_keys(Section& section, SshRules& rules) {
  rules.subject_keys = usual_subject_keys();
  if (!section.has("subject_keys")) return Done{};
  QUORATE_TRY(const std::vector<Item> items, read_list(section, "subject_keys", "one kind of key"));
  rules.subject_keys.clear();
  for (const Item& item : items) {
    const auto key = parse_subject_key(item.text);
    if (!key) {
      return section.expected(
          "subject_keys", item,
          "ed25519, sk-ed25519, sk-ecdsa, ecdsa-p256 or rsa-N with N from 2048 to 8192, not `" +
              item.text + "`");
    }
    rules.subject_keys.push_back(*key);
  }
  return Done{};
}

Status read_extensions(Section& section, SshRules& rules) {
  QUORATE_TRY(const std::vector<Item> items, section.items("extensions"));
  for (const Item& item : items) {
    if (std::find(extensions.begin(), extensions.end(), item.text) == extensions.end()) {
      return section.expected(
          "extensions", item,
          "permit-X11-forwarding, permit-agent-forwarding, permit-port-forwarding, permit-pty or "
          "permit-user-rc, not `" +
              item.text + "`");
    }
    if (std::find(rules.extensions.begin(), rules.extensions.end(), item.text) !=
        rules.extensions.end()) {
      return section.expected("extensions", item,
                              "each once; `" + item.text + "` stands there twice");
    }
    rules.extensions.push_back(item.text);
  }
  return Done{};
}

Status read_source_address(Section& section, SshRules& rules) {
  if (!section.has("source_address")) return Done{};
  QUORATE_TRY(Section inner, section.section("source_address"));
  QUORATE_TRY(const std::optional<bool> required, inner.truth_if_present("required"));
  rules.source_address_required = required.value_or(false);
  if (inner.has("within")) {
    QUORATE_TRY(const std::vector<Item> items, read_list(inner, "within", "one network"));
    for (const Item& item : items) {
      const auto network = ssh::Network::parse(item.text);
      if (!network) {
        return inner.expected("within", item,
                              "networks like \"10.0.0.0/8\", with all bits after the length zero");
      }
      rules.source_within.push_back({item.text, *network});
    }
  }
  return inner.finish();
}

Status read_force_command(Section& section, SshRules& rules) {
  QUORATE_TRY(const std::string text, section.text_or("force_command", "forbidden"));
  if (text.empty() || text.size() > text_limit || !is_printable(text)) {
    return section.expected("force_command", "\"forbidden\", \"allowed\" or the exact command");
  }
  if (text == "forbidden") return Done{};
  if (text == "allowed") {
    rules.force_command.rule = ForceCommand::Rule::allowed;
  } else {
    rules.force_command = {ForceCommand::Rule::exact, text};
  }
  return Done{};
}

// A `*` is a whole last segment or a mistake.
bool is_resource(const std::string& text) {
  const std::size_t star = text.find('*');
  return star == std::string::npos ||
         (star + 1 == text.size() && star >= 2 && text[star - 1] == '/');
}

Result<std::vector<std::string>> read_texts(Section& section, std::string_view key,
                                            std::string_view what) {
  QUORATE_TRY(const std::vector<Item> items, read_list(section, key, what));
  std::vector<std::string> texts;
  for (const Item& item : items) {
    if (item.text.empty() || item.text.size() > text_limit || !is_printable(item.text)) {
      return section.expected(key, item, "1 to 1024 printable ASCII characters each");
    }
    if (key == "resources" && !is_resource(item.text)) {
      return section.expected(
          key, item, "`*` as a whole last segment only, as in \"prod/*\", not `" + item.text + "`");
    }
    if (key != "resources" && item.text.find('*') != std::string::npos) {
      return section.expected(key, item, "exact texts; `*` stands in `resources` only");
    }
    texts.push_back(item.text);
  }
  return texts;
}

Result<std::optional<Rate>> read_rate(Section& section, std::string_view key) {
  if (!section.has(key)) return std::optional<Rate>();
  QUORATE_TRY(const settings::Rate rate, section.rate(key));
  if (rate.count > Rate::most_count || rate.seconds > Rate::longest_s) {
    return section.expected(key, "at most 1000000 in at most 31d");
  }
  return std::optional<Rate>(Rate{rate.count, rate.seconds});
}

// What says something of user certificates only.
Status refuse_user_options(const Section& section) {
  for (const std::string_view key : {"extensions", "source_address", "force_command"}) {
    if (section.has(key)) {
      return section.expected(key, "nothing of the kind: a host certificate has no options");
    }
  }
  return Done{};
}

}  // namespace

Status read_ssh(Section& section, Profile& profile) {
  SshRules rules{};
  QUORATE_TRY(const std::vector<Item> items, read_list(section, "principals", "one principal"));
  for (const Item& item : items) {
    QUORATE_TRY(Template principal, parse_template(section, "principals", item));
    rules.principals.push_back(std::move(principal));
  }
  QUORATE_TRY(rules.max_validity_s, read_duration(section, "max_validity", longest_validity));
  QUORATE_CHECK(read_subject_keys(section, rules));
  QUORATE_TRY(rules.key_id, read_template(section, "key_id"));
  if (profile.kind == statement::Kind::ssh_host) QUORATE_CHECK(refuse_user_options(section));
  QUORATE_CHECK(read_extensions(section, rules));
  QUORATE_CHECK(read_source_address(section, rules));
  QUORATE_CHECK(read_force_command(section, rules));
  profile.ssh = std::move(rules);
  return section.finish();
}

Status read_file(Section& section, Profile& profile) {
  FileRules rules;
  QUORATE_TRY(const std::vector<Item> items, read_list(section, "namespaces", "one namespace"));
  for (const Item& item : items) {
    if (item.text.starts_with("quorate-") || item.text == "krl") {
      return section.expected("namespaces", item,
                              "namespaces other than `krl` and those beginning with `quorate-`, "
                              "which are reserved");
    }
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view("._@:/+-").find(c) != std::string_view::npos;
    };
    if (item.text.empty() || item.text.size() > 64 ||
        !std::all_of(item.text.begin(), item.text.end(), fits)) {
      return section.expected("namespaces", item, "1 to 64 of A-Z, a-z, 0-9 and ._@:/+-");
    }
    rules.namespaces.push_back(item.text);
  }
  if (section.has("max_size")) {
    QUORATE_TRY(const std::uint64_t size, section.size_bytes("max_size"));
    rules.max_size = size;
  }
  profile.file = std::move(rules);
  return section.finish();
}

Status read_access(Section& section, Profile& profile) {
  AccessRules rules{};
  QUORATE_TRY(rules.audiences, read_texts(section, "audiences", "one audience"));
  QUORATE_TRY(rules.resources, read_texts(section, "resources", "one resource"));
  QUORATE_TRY(rules.actions, read_texts(section, "actions", "one action"));
  QUORATE_TRY(const std::optional<Template> subject, read_template(section, "subject"));
  rules.subject = subject ? *subject : *Template::parse("{person}");
  rules.max_life_s = usual_access_s;
  if (section.has("max_life")) {
    QUORATE_TRY(rules.max_life_s, read_duration(section, "max_life", longest_access));
  }
  profile.access = std::move(rules);
  return section.finish();
}

Status read_limits(Section& section, Profile& profile) {
  QUORATE_TRY(profile.per_requester, read_rate(section, "per_requester"));
  QUORATE_TRY(profile.per_profile, read_rate(section, "per_profile"));
  if (section.has("hours")) {
    QUORATE_TRY(const std::vector<Item> items, read_list(section, "hours", "one window"));
    for (const Item& item : items) {
      const Result<WeeklyHours> hours = WeeklyHours::parse(item.text);
      if (!hours) return section.expected("hours", item, hours.error().message);
      profile.hours.push_back(*hours);
    }
  }
  return section.finish();
}

}  // namespace quorate::policy

#include <algorithm>
#include <set>

#include "node/policy/load.h"
#include "proto/layout/reader.h"

namespace quorate::policy {

using settings::Item;
using settings::Section;

namespace {

constexpr std::string_view name_rule = "1 to 63 of a-z, 0-9 and -, not beginning with -";
constexpr Longest longest_age{86'400, "1d"};
constexpr std::size_t claim_limit = 255;

// A provider's name in this file.
Result<std::string> read_issuer_name(Section& section, const Contents& contents) {
  QUORATE_TRY(std::string name, section.text("issuer"));
  if (contents.issuer(name) == nullptr) {
    return section.expected("issuer", "the name of an [[issuer]], not `" + name + "`");
  }
  return name;
}

Result<std::string> read_claim_text(Section& section, std::string_view key) {
  QUORATE_TRY(std::string text, section.text(key));
  if (text.empty() || text.size() > claim_limit || !is_printable(text)) {
    return section.expected(key, "1 to 255 printable ASCII characters");
  }
  return text;
}

Status read_keys(Section& section, Person& person, Contents& contents) {
  QUORATE_TRY(const std::vector<Item> lines, section.items("keys"));
  for (const Item& line : lines) {
    const Result<ssh::PublicKey> key = ssh::PublicKey::parse_line(line.text);
    if (!key) {
      return section.expected("keys", line,
                              "OpenSSH public key lines (" + key.error().message + ")");
    }
    if (!contents.keys.emplace(*key, person.name).second) {
      return section.expected("keys", line,
                              "keys that stand here once: " + key->fingerprint() + " belongs to " +
                                  contents.keys.at(*key) + " already");
    }
    person.keys.push_back(*key);
  }
  return Done{};
}

Status read_subjects(Section& section, Person& person, Contents& contents) {
  QUORATE_TRY(std::vector<Section> entries, section.sections("oidc"));
  for (Section& entry : entries) {
    Subject subject;
    QUORATE_TRY(subject.issuer, read_issuer_name(entry, contents));
    QUORATE_TRY(subject.subject, read_claim_text(entry, "subject"));
    QUORATE_CHECK(entry.finish());
    if (!contents.subjects.emplace(subject, person.name).second) {
      return entry.expected("subject", "subjects that stand here once: this one is " +
                                           contents.subjects.at(subject) + " already");
    }
    person.subjects.push_back(std::move(subject));
  }
  return Done{};
}

Status read_algorithms(Section& section, oidc::Issuer& issuer) {
  QUORATE_TRY(const std::vector<Item> names, read_list(section, "algorithms", "an algorithm"));
  for (const Item& item : names) {
    const auto algorithm = oidc::algorithm_of(item.text);
    if (!algorithm) {
      return section.expected("algorithms", item,
                              "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 or "
                              "EdDSA, not `" +
                                  item.text + "`");
    }
    issuer.algorithms.insert(*algorithm);
  }
  return Done{};
}

// `url`, or `keys_file` with `issuer`: where the keys come from, and what `iss` must be.
Status read_source(Section& section, oidc::Issuer& issuer) {
  QUORATE_TRY(issuer.keys_file, section.text_or("keys_file", ""));
  QUORATE_TRY(issuer.ca_file, section.text_or("ca_file", ""));
  if (section.has("url") == section.has("keys_file")) {
    return section.wrong(
        "an [[issuer]] has either `url`, to fetch its keys, or `keys_file`, to pin them");
  }
  const std::string_view key = section.has("url") ? "url" : "issuer";
  QUORATE_TRY(issuer.identifier, section.text(key));
  if (const Status fits = oidc::check_issuer_url(issuer.identifier); !fits) {
    return section.expected(key, "https://HOST[:PORT][/PATH] (" + fits.error().message + ")");
  }
  if (section.has("keys_file") && issuer.keys_file.empty()) {
    return section.expected("keys_file", "the name of a file with a JWK set");
  }
  if (section.has("ca_file") && (issuer.ca_file.empty() || issuer.is_pinned())) {
    return section.expected("ca_file", "the name of a PEM file, beside `url` only");
  }
  return Done{};
}

Status read_domains(Section& section, oidc::Issuer& issuer) {
  if (!section.has("email_domains")) return Done{};
  QUORATE_TRY(const std::vector<Item> domains, read_list(section, "email_domains", "a domain"));
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  for (const Item& item : domains) {
    if (item.text.empty() || !std::all_of(item.text.begin(), item.text.end(), fits)) {
      return section.expected("email_domains", item, "domains in lower case, like \"example.com\"");
    }
    issuer.email_domains.insert(item.text);
  }
  return Done{};
}

}  // namespace

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Result<std::string> read_name(Section& section, std::string_view key) {
  QUORATE_TRY(std::string name, section.text(key));
  if (!layout::is_name(name)) return section.expected(key, name_rule);
  return name;
}

Result<std::vector<Item>> read_list(Section& section, std::string_view key, std::string_view what) {
  QUORATE_TRY(std::vector<Item> items, section.items(key));
  if (items.empty()) return section.expected(key, "at least " + std::string(what));
  std::set<std::string_view> seen;
  for (const Item& item : items) {
    if (!seen.insert(item.text).second) {
      return section.expected(key, item, "each once; `" + item.text + "` stands there twice");
    }
  }
  return items;
}

Result<std::uint64_t> read_duration(Section& section, std::string_view key,
                                    const Longest& longest) {
  QUORATE_TRY(const std::uint64_t seconds, section.duration_s(key));
  if (seconds > longest.seconds) {
    return section.expected(key, "at most " + std::string(longest.words));
  }
  return seconds;
}

Status read_issuer(Section& section, Contents& contents) {
  oidc::Issuer issuer;
  QUORATE_TRY(issuer.name, read_name(section, "name"));
  if (contents.issuer(issuer.name) != nullptr) {
    return section.expected("name", "a name that no other issuer has");
  }
  QUORATE_CHECK(read_source(section, issuer));
  for (const oidc::Issuer& other : contents.issuers) {
    if (other.identifier != issuer.identifier) continue;
    return section.expected(
        section.has("url") ? "url" : "issuer",
        "a provider that no other [[issuer]] names; `" + other.name + "` is this one");
  }
  QUORATE_TRY(issuer.audience, read_claim_text(section, "audience"));
  QUORATE_CHECK(read_algorithms(section, issuer));
  if (section.has("max_age")) {
    QUORATE_TRY(issuer.max_age_s, read_duration(section, "max_age", longest_age));
  }
  QUORATE_CHECK(read_domains(section, issuer));
  QUORATE_CHECK(section.finish());
  contents.issuers.push_back(std::move(issuer));
  return Done{};
}

Status read_person(Section& section, Contents& contents) {
  Person person;
  QUORATE_TRY(person.name, read_name(section, "name"));
  if (contents.person(person.name) != nullptr) {
    return section.expected("name", "a name that no other person has");
  }
  QUORATE_CHECK(read_keys(section, person, contents));
  QUORATE_CHECK(read_subjects(section, person, contents));
  if (person.keys.empty() && person.subjects.empty()) {
    return section.expected("keys", "at least one key, or `oidc` with at least one subject");
  }
  QUORATE_CHECK(section.finish());
  contents.persons.push_back(std::move(person));
  return Done{};
}

Status read_group(Section& section, Contents& contents) {
  Group group;
  QUORATE_TRY(group.name, read_name(section, "name"));
  if (contents.group(group.name) != nullptr) {
    return section.expected("name", "a name that no other group has");
  }
  if (section.has("members")) {
    QUORATE_TRY(const std::vector<Item> members, read_list(section, "members", "one person"));
    for (const Item& member : members) {
      if (contents.person(member.text) == nullptr) {
        return section.expected("members", member,
                                "names of [[person]] sections, not `" + member.text + "`");
      }
      group.members.push_back(member.text);
    }
  }
  QUORATE_TRY(std::vector<Section> claims, section.sections("oidc"));
  for (Section& entry : claims) {
    ClaimRule rule;
    QUORATE_TRY(rule.issuer, read_issuer_name(entry, contents));
    QUORATE_TRY(rule.claim, read_claim_text(entry, "claim"));
    QUORATE_TRY(rule.value, read_claim_text(entry, "value"));
    QUORATE_CHECK(entry.finish());
    group.claims.push_back(std::move(rule));
  }
  if (group.members.empty() && group.claims.empty()) {
    return section.wrong("the group `" + group.name +
                         "` is empty: expected `members`, or `oidc` with a claim");
  }
  QUORATE_CHECK(section.finish());
  contents.groups.push_back(std::move(group));
  return Done{};
}

}  // namespace quorate::policy

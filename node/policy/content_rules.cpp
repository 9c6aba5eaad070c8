// What a profile says of files and of access.

#include <algorithm>

#include "crypto/base/hex.h"
#include "node/policy/rules.h"
#include "proto/statement/access_payload.h"

namespace quorate::policy {

using statement::AccessPayload;

namespace {

constexpr std::size_t subject_limit = 320;

const statement::File* file_of(const Case& asked) {
  return asked.profile.file ? std::get_if<statement::File>(&asked.facts.statement.body) : nullptr;
}

// The payload of a statement of kind 4; check_fields() has read it before.
std::optional<AccessPayload> access_of(const Case& asked) {
  const auto* access = std::get_if<statement::Access>(&asked.facts.statement.body);
  if (access == nullptr || !asked.profile.access) return std::nullopt;
  Result<AccessPayload> payload = statement::parse_access(access->payload);
  if (!payload) return std::nullopt;
  return *std::move(payload);
}

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// One of [A-Za-z0-9._-]+ but not . or ..: what a `*` may stand for.
bool is_segment(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

bool covers(const std::string& pattern, const std::string& resource) {
  if (!pattern.ends_with("/*")) return pattern == resource;
  const std::string_view parent(pattern.data(), pattern.size() - 1);
  return resource.starts_with(parent) && is_segment(resource.substr(parent.size()));
}

// A text of the request's own in a reason: quoted as printable ASCII, or not at all.
std::string shown(const std::string& text) {
  const bool is_printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  return is_printable && text.size() <= 128 ? "`" + text + "`" : std::string("this one");
}

// What a revocation list can name.
bool is_subject(const std::string& text) {
  return !text.empty() && text.size() <= subject_limit &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Check field(const Case& asked, const std::string& key, const std::string& reason) {
  return breach(asked, key, Code::field_not_allowed, reason);
}

Check check_subject(const Case& asked, const AccessPayload& payload) {
  const Result<std::string> filled =
      asked.profile.access->subject.fill(identity_of(asked.facts.judgement, asked.contents));
  if (!filled) return field(asked, "access.subject", "sub.id: " + filled.error().message);
  if (!is_subject(*filled)) {
    return field(asked, "access.subject", "sub.id comes out with characters that it may not have");
  }
  if (payload.sub_id != *filled) {
    return field(asked, "access.subject",
                 "sub.id " + shown(payload.sub_id) + " is not who the evidence names; it must be " +
                     shown(*filled));
  }
  // The provider and its subject may stand beside it, both, and as the token has them.
  if (!payload.sub_idp && !payload.sub_idp_sub) return std::nullopt;
  for (const request::Requester& one : asked.facts.judgement.requesters) {
    if (!one.token) continue;
    const oidc::Issuer* issuer = asked.contents.issuer(one.token->issuer);
    if (issuer != nullptr && payload.sub_idp == issuer->identifier &&
        payload.sub_idp_sub == one.token->subject) {
      return std::nullopt;
    }
  }
  return field(asked, "access.subject",
               "sub.idp and sub.idp_sub are not the issuer and the subject of a token that the "
               "request brings");
}

// What a node would have written itself.
Check check_derived(const Case& asked, const AccessPayload& payload) {
  const std::string hash = to_hex(asked.profile.hash);
  if (payload.pol_name != asked.profile.name || payload.pol_sha256 != hash) {
    return field(asked, "access",
                 "pol must be the profile " + asked.profile.name + " with the hash " + hash);
  }
  if (!payload.ev.empty()) {
    return field(asked, "access",
                 "ev must be empty: all evidence here is bound to the statement itself");
  }
  return std::nullopt;
}

}  // namespace

Check check_access_life(const Case& asked) {
  const auto payload = access_of(asked);
  if (!payload || payload->exp <= payload->iat) return std::nullopt;
  const std::uint64_t life_s = payload->exp - payload->iat;
  if (life_s <= asked.profile.access->max_life_s) return std::nullopt;
  return breach(asked, "access.max_life", Code::validity_not_allowed,
                "profile " + asked.profile.name + " allows at most " +
                    duration_in_words(asked.profile.access->max_life_s) + "; this asks for " +
                    duration_in_words(life_s));
}

Check check_namespace(const Case& asked) {
  const statement::File* file = file_of(asked);
  if (file == nullptr || has(asked.profile.file->namespaces, file->name_space)) return std::nullopt;
  return breach(asked, "file.namespaces", Code::namespace_not_allowed,
                "namespace " + file->name_space + " is not in profile " + asked.profile.name +
                    "; allowed: " + listed(asked.profile.file->namespaces));
}

Check check_size(const Case& asked) {
  const statement::File* file = file_of(asked);
  if (file == nullptr || !asked.profile.file->max_size ||
      file->size <= *asked.profile.file->max_size) {
    return std::nullopt;
  }
  return field(asked, "file.max_size",
               "profile " + asked.profile.name + " allows files of at most " +
                   std::to_string(*asked.profile.file->max_size) +
                   " bytes; this one has, by the "
                   "requester's word, " +
                   std::to_string(file->size));
}

Check check_access(const Case& asked) {
  const auto payload = access_of(asked);
  if (!payload) return std::nullopt;
  const AccessRules& rules = *asked.profile.access;
  for (const std::string& audience : payload->aud) {
    if (has(rules.audiences, audience)) continue;
    return field(asked, "access.audiences",
                 "audience " + shown(audience) + " is not in profile " + asked.profile.name +
                     "; allowed: " + listed(rules.audiences));
  }
  if (std::none_of(rules.resources.begin(), rules.resources.end(),
                   [&](const std::string& one) { return covers(one, payload->res); })) {
    return field(asked, "access.resources",
                 "resource " + shown(payload->res) + " is not in profile " + asked.profile.name +
                     "; allowed: " + listed(rules.resources));
  }
  if (!has(rules.actions, payload->act)) {
    return field(asked, "access.actions",
                 "action " + shown(payload->act) + " is not in profile " + asked.profile.name +
                     "; allowed: " + listed(rules.actions));
  }
  if (Check wrong = check_subject(asked, *payload)) return wrong;
  return check_derived(asked, *payload);
}

}  // namespace quorate::policy

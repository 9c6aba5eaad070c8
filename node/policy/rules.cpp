#include "node/policy/rules.h"

#include <algorithm>

namespace quorate::policy {

using request::Requester;
using request::TokenFacts;

namespace {

// The value of a claim that has just one.
std::string claim(const TokenFacts& token, const std::string& name) {
  const auto found = token.claims.find(name);
  if (found == token.claims.end() || found->second.size() != 1) return {};
  return found->second.front();
}

bool fits(const TokenFacts& token, const ClaimRule& rule) {
  if (token.issuer != rule.issuer) return false;
  if (rule.claim == "sub") return token.subject == rule.value;
  const auto found = token.claims.find(rule.claim);
  return found != token.claims.end() &&
         std::find(found->second.begin(), found->second.end(), rule.value) != found->second.end();
}

void fill_email(const TokenFacts& token, const Contents& contents, Identity& identity) {
  const std::string email = claim(token, "email");
  if (email.empty()) {
    identity.email.missing = "the token has no claim `email`";
  } else if (claim(token, "email_verified") != "true") {
    identity.email.missing = "the provider has not verified the address (`email_verified`)";
  } else {
    identity.email.text = email;
  }
  identity.email_local.missing = identity.email.missing;
  if (identity.email.text.empty()) return;

  const std::size_t at = email.rfind('@');
  const oidc::Issuer* issuer = contents.issuer(token.issuer);
  if (at == std::string::npos || issuer == nullptr ||
      !issuer->email_domains.contains(email.substr(at + 1))) {
    identity.email_local.missing =
        "issuer " + token.issuer + " does not speak for the address's domain (`email_domains`)";
  } else {
    identity.email_local.text = email.substr(0, at);
    identity.email_local.missing = "the address has nothing before its @";
  }
}

Check needs(const Case& asked, Code code, const std::string& what) {
  return breach(asked, "requester", code,
                "profile " + asked.profile.name + " takes the evidence `" +
                    std::string(name(asked.profile.evidence)) + "`: " + what);
}

std::string wait_in_words(std::uint64_t wait_ms) {
  return duration_in_words((wait_ms + 999) / 1000);
}

}  // namespace

Breach breach(const Case& asked, const std::string& key, Code code, std::string reason) {
  return {{code, std::move(reason)}, key, asked.profile.line_of(key)};
}

std::string listed(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out.empty() ? "none" : out;
}

std::string duration_in_words(std::uint64_t seconds) {
  if (seconds != 0 && seconds % 86'400 == 0) return std::to_string(seconds / 86'400) + " d";
  if (seconds != 0 && seconds % 3600 == 0) return std::to_string(seconds / 3600) + " h";
  if (seconds != 0 && seconds % 60 == 0) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds) + " s";
}

bool is_in(const std::vector<std::string>& groups, const request::Judgement& judgement,
           const Contents& contents) {
  return std::any_of(groups.begin(), groups.end(), [&](const std::string& name) {
    const Group& group = *contents.group(name);
    if (group.has_member(judgement.person)) return true;
    return std::any_of(group.claims.begin(), group.claims.end(), [&](const ClaimRule& rule) {
      return std::any_of(judgement.requesters.begin(), judgement.requesters.end(),
                         [&](const Requester& one) { return one.token && fits(*one.token, rule); });
    });
  });
}

Identity identity_of(const request::Judgement& judgement, const Contents& contents) {
  const std::string no_token = "the request brings no token";
  Identity identity{judgement.person, {{}, no_token}, {{}, no_token}, {{}, no_token}};
  for (const Requester& requester : judgement.requesters) {
    if (!requester.token) continue;
    identity.subject.text = requester.token->subject;
    fill_email(*requester.token, contents, identity);
    return identity;
  }
  return identity;
}

Check check_life(const Case& asked) {
  const statement::Statement& statement = asked.facts.statement;
  const std::uint64_t life_s = statement.not_after - statement.not_before;
  if (life_s <= asked.profile.life_s) return std::nullopt;
  return breach(asked, "life", Code::life,
                "profile " + asked.profile.name + " allows requests that live at most " +
                    duration_in_words(asked.profile.life_s) + "; this one lives " +
                    duration_in_words(life_s));
}

Check check_evidence(const Case& asked) {
  const Evidence evidence = asked.profile.evidence;
  const auto& requesters = asked.facts.judgement.requesters;
  const auto any = [&](auto&& is) { return std::any_of(requesters.begin(), requesters.end(), is); };
  if (takes_key(evidence) && !any([](const Requester& one) { return one.key.has_value(); })) {
    return needs(asked, Code::evidence_missing, "the requester's own SSH signature is missing");
  }
  if (takes_token(evidence) && !any([](const Requester& one) { return one.token.has_value(); })) {
    return needs(asked, Code::evidence_missing, "an ID token is missing");
  }
  if (evidence == Evidence::key_touch &&
      !any([](const Requester& one) { return one.fido && one.fido->touched(); })) {
    return needs(asked, Code::touch_required, "a FIDO key (sk-) that was touched");
  }
  if (evidence == Evidence::key_verified && !any([](const Requester& one) {
        return one.fido && one.fido->touched() && one.fido->person_verified();
      })) {
    return needs(asked, Code::touch_required,
                 "a FIDO key (sk-) that was touched and asked for its PIN or a fingerprint");
  }
  return std::nullopt;
}

std::vector<Charge> charges(const Case& asked) {
  std::vector<Charge> out;
  const Profile& profile = asked.profile;
  if (profile.per_requester) {
    out.push_back({profile.name + "/" + asked.facts.judgement.person, *profile.per_requester});
  }
  if (profile.per_profile) out.push_back({profile.name, *profile.per_profile});
  return out;
}

Check check_limits(const Case& asked) {
  for (const Charge& charge : charges(asked)) {
    const bool is_person = charge.bucket.find('/') != std::string::npos;
    const std::string key = is_person ? "limits.per_requester" : "limits.per_profile";
    const Result<std::uint64_t> wait_ms = asked.limits.wait_ms(charge);
    if (!wait_ms) return Breach{wait_ms.error(), key, asked.profile.line_of(key)};
    if (*wait_ms == 0) continue;
    return breach(asked, key, Code::rate_limited,
                  "profile " + asked.profile.name + " allows " + std::to_string(charge.rate.count) +
                      " in " + duration_in_words(charge.rate.seconds) +
                      (is_person ? " to each requester" : " in all") + "; ask again in " +
                      wait_in_words(*wait_ms));
  }
  return std::nullopt;
}

Check check_hours(const Case& asked) {
  if (asked.profile.hours.empty()) return std::nullopt;
  std::vector<std::string> windows;
  for (const WeeklyHours& hours : asked.profile.hours) {
    const Result<bool> inside = hours.contains(asked.facts.now_s);
    if (!inside) return breach(asked, "limits.hours", Code::outside_hours, inside.error().message);
    if (*inside) return std::nullopt;
    windows.push_back(hours.text());
  }
  return breach(asked, "limits.hours", Code::outside_hours,
                "profile " + asked.profile.name + " signs only: " + listed(windows));
}

Check check_fresh_list(const Case& asked) {
  if (!asked.profile.needs_fresh_list || asked.facts.list == ListState::fresh) return std::nullopt;
  return breach(asked, "needs_fresh_list", Code::field_not_allowed,
                "profile " + asked.profile.name +
                    " needs a fresh revocation list, and the newest one that this node holds is "
                    "past its next update; bring it a newer one");
}

}  // namespace quorate::policy

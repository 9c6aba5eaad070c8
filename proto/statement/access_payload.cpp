#include "proto/statement/access_payload.h"

#include <sodium.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/json_fields.h"
#include "proto/statement/revocation_list.h"

namespace quorate::statement {
namespace {

using nlohmann::json;

// RFC 7638 thumbprints and `x5t#S256`: base64url of 32 bytes, without padding.
bool is_thumbprint(std::string_view text) {
  ByteArray<32> bytes;
  std::size_t size = 0;
  // libsodium takes every byte above 7f for a digit.
  const bool is_ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  return is_ascii &&
         sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                           nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
         size == bytes.size();
}

Status read_confirmation(JsonFields& fields, AccessPayload& out) {
  QUORATE_TRY(JsonFields cnf, fields.object("cnf"));
  using Confirmation = AccessPayload::Confirmation;
  const bool is_ssh = cnf.has("ssh");
  const bool is_jkt = cnf.has("jkt");
  out.cnf_type = is_ssh ? Confirmation::ssh : is_jkt ? Confirmation::jkt : Confirmation::x5t_s256;
  QUORATE_TRY(out.cnf, cnf.text(is_ssh ? "ssh" : is_jkt ? "jkt" : "x5t#S256"));
  QUORATE_CHECK(cnf.finish());
  if (is_ssh) {
    QUORATE_CHECK(parse_fingerprint(out.cnf));
  } else if (!is_thumbprint(out.cnf)) {
    return fail(Code::malformed, "cnf must be the base64url of a SHA-256 hash");
  }
  return Done{};
}

Status read_audience(JsonFields& fields, AccessPayload& out) {
  QUORATE_TRY(const json* audience, fields.array("aud"));
  if (audience->empty()) return fail(Code::malformed, "aud is empty");
  if (audience->size() > audience_limit) {
    return fail(Code::too_large,
                "aud has more than " + std::to_string(audience_limit) + " entries");
  }
  for (const json& entry : *audience) {
    if (!entry.is_string()) return fail(Code::malformed, "aud must be a list of texts");
    out.aud.push_back(entry.get_ref<const std::string&>());
  }
  return Done{};
}

Status read_seen(JsonFields& fields, AccessPayload& out) {
  QUORATE_TRY(const json* seen, fields.array("ev"));
  for (const json& entry : *seen) {
    QUORATE_TRY(JsonFields evidence, JsonFields::of(entry, "ev"));
    QUORATE_TRY(std::string type, evidence.text("type"));
    QUORATE_TRY(std::string sha256, evidence.lower_hex(64, "sha256"));
    QUORATE_CHECK(evidence.finish());
    out.ev.push_back({std::move(type), std::move(sha256)});
  }
  return Done{};
}

Status read_references(JsonFields& fields, AccessPayload& out) {
  QUORATE_TRY(JsonFields bundle, fields.object("bundle"));
  QUORATE_TRY(out.bundle_version, bundle.number("version"));
  QUORATE_TRY(out.bundle_sha256, bundle.lower_hex(64, "sha256"));
  QUORATE_CHECK(bundle.finish());
  QUORATE_TRY(JsonFields profile, fields.object("pol"));
  QUORATE_TRY(out.pol_name, profile.name("name"));
  QUORATE_TRY(out.pol_sha256, profile.lower_hex(64, "sha256"));
  QUORATE_CHECK(profile.finish());
  QUORATE_TRY(JsonFields revocation, fields.object("rev"));
  QUORATE_TRY(out.rev_list, revocation.name("list"));
  QUORATE_TRY(out.rev_number, revocation.number("number"));
  QUORATE_CHECK(revocation.finish());
  QUORATE_TRY(JsonFields subject, fields.object("sub"));
  QUORATE_TRY(out.sub_id, subject.text("id"));
  QUORATE_TRY(out.sub_idp, subject.text_if_present("idp"));
  QUORATE_TRY(out.sub_idp_sub, subject.text_if_present("idp_sub"));
  return subject.finish();
}

}  // namespace

Result<AccessPayload> parse_access(ByteView payload) {
  QUORATE_TRY(const json value, parse_canonical(payload));
  QUORATE_TRY(JsonFields fields, JsonFields::of(value, "payload"));
  AccessPayload out;
  QUORATE_CHECK(fields.version());
  QUORATE_TRY(out.act, fields.text("act"));
  QUORATE_CHECK(read_audience(fields, out));
  QUORATE_CHECK(read_confirmation(fields, out));
  QUORATE_CHECK(read_seen(fields, out));
  QUORATE_TRY(out.exp, fields.number("exp"));
  QUORATE_TRY(out.iat, fields.number("iat"));
  QUORATE_TRY(out.jti, fields.lower_hex(32, "jti"));
  QUORATE_TRY(out.nbf, fields.number("nbf"));
  QUORATE_TRY(out.nonce, fields.text_if_present("nonce"));
  QUORATE_TRY(out.res, fields.text("res"));
  QUORATE_CHECK(read_references(fields, out));
  QUORATE_CHECK(fields.finish());
  return out;
}

Bytes with_req(ByteView payload) {
  json value = json::parse(payload.begin(), payload.end(), nullptr, false);
  QUORATE_INVARIANT(value.is_object() && !value.contains("req"));
  value["req"] = to_hex(layout::hash("access", payload));
  const std::string text = canonical(value);
  return Bytes(text.begin(), text.end());
}

}  // namespace quorate::statement

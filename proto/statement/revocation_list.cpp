#include "proto/statement/revocation_list.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "proto/document/armour.h"
#include "proto/statement/canonical_json.h"
#include "proto/statement/json_fields.h"

namespace quorate::statement {
namespace {

using nlohmann::json;

constexpr std::size_t person_limit = 320;
constexpr std::size_t fingerprint_characters = 43;
constexpr std::string_view fingerprint_prefix = "SHA256:";

Status check_person(std::string_view person) {
  const bool is_printable =
      std::all_of(person.begin(), person.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  if (person.empty() || !is_printable) {
    return fail(Code::malformed, "a revoked person's name must be printable ASCII");
  }
  if (person.size() > person_limit) {
    return fail(Code::too_large, "a revoked person's name has at most 320 characters");
  }
  return Done{};
}

Result<RevocationEntry> read_entry(const json& entry) {
  QUORATE_TRY(JsonFields fields, JsonFields::of(entry, "entries"));
  QUORATE_TRY(const std::string type, fields.text("type"));
  RevocationEntry out;
  QUORATE_TRY(out.until, fields.number("until"));
  QUORATE_TRY(out.value, fields.text("value"));
  QUORATE_CHECK(fields.finish());
  if (type == "key") {
    out.type = RevocationType::key;
    QUORATE_CHECK(parse_fingerprint(out.value));
  } else if (type == "person") {
    out.type = RevocationType::person;
    QUORATE_CHECK(check_person(out.value));
  } else if (type == "request") {
    out.type = RevocationType::request;
    QUORATE_CHECK(from_hex_exactly<32>(out.value));
  } else if (type == "serial") {
    out.type = RevocationType::serial;
    QUORATE_CHECK(parse_serial(out.value));
  } else {
    return fail(Code::malformed, "a revocation entry's type is key, person, request or serial");
  }
  return out;
}

// RevocationType ascends as the texts do, so the pairs compare like the texts.
bool ascends(const RevocationEntry& before, const RevocationEntry& after) {
  return std::tie(before.type, before.value) < std::tie(after.type, after.value);
}

}  // namespace

Result<Hash> parse_fingerprint(std::string_view text) {
  if (!text.starts_with(fingerprint_prefix) ||
      text.size() != fingerprint_prefix.size() + fingerprint_characters) {
    return fail(Code::malformed, "an SSH fingerprint is SHA256: and 43 characters of base64");
  }
  const std::string padded = std::string(text.substr(fingerprint_prefix.size())) + "=";
  QUORATE_TRY(const Bytes bytes, ssh::from_base64(padded));
  Hash out{};
  if (bytes.size() != out.size()) {
    return fail(Code::malformed, "an SSH fingerprint has 32 bytes");
  }
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

Result<RevokedSerial> parse_serial(std::string_view value) {
  constexpr std::size_t root_digits = 64;
  if (value.size() <= root_digits + 1 || value[root_digits] != ':') {
    return fail(Code::malformed, "a revoked serial is a root id in hex, a colon and a number");
  }
  RevokedSerial out{};
  QUORATE_TRY(out.root_id, from_hex_exactly<32>(value.substr(0, root_digits)));
  const std::string_view digits = value.substr(root_digits + 1);
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, out.serial);
  if (error != std::errc{} || stopped != end || std::to_string(out.serial) != digits ||
      out.serial == 0) {
    return fail(Code::malformed, "a serial is 1 to 2^64-1 without leading zeros");
  }
  return out;
}

Result<RevocationContents> parse_revocation(ByteView payload) {
  QUORATE_TRY(const json value, parse_canonical(payload));
  QUORATE_TRY(JsonFields fields, JsonFields::of(value, "payload"));
  RevocationContents out;
  QUORATE_CHECK(fields.version());
  QUORATE_TRY(const json* entries, fields.array("entries"));
  QUORATE_TRY(out.issued, fields.number("issued"));
  QUORATE_TRY(out.list, fields.name("list"));
  QUORATE_TRY(out.next_update, fields.number("next_update"));
  QUORATE_TRY(out.number, fields.number("number"));
  QUORATE_CHECK(fields.finish());
  if (out.number == 0) return fail(Code::malformed, "revocation lists are numbered from 1");
  for (const json& entry : *entries) {
    QUORATE_TRY(RevocationEntry read, read_entry(entry));
    if (!out.entries.empty() && !ascends(out.entries.back(), read)) {
      return fail(Code::malformed, "revocation entries ascend by type and value, each once");
    }
    out.entries.push_back(std::move(read));
  }
  return out;
}

Status check_times(const RevocationContents& list) {
  if (list.next_update <= list.issued || list.next_update - list.issued > longest_list_life_s) {
    return fail(Code::field_not_allowed,
                "next_update must be after issued, and at most seven days after it");
  }
  for (const RevocationEntry& entry : list.entries) {
    if (entry.until > list.issued && entry.until - list.issued > longest_entry_life_s) {
      return fail(Code::field_not_allowed, "entries: until of " + entry.value +
                                               " is more than ten years (3653 days) after issued");
    }
  }
  return Done{};
}

}  // namespace quorate::statement

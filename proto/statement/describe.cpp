#include "proto/statement/describe.h"

#include <nlohmann/json.hpp>

#include "crypto/base/hex.h"
#include "proto/statement/revocation_list.h"

namespace quorate::statement {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

struct Date {
  std::uint64_t year;
  std::uint64_t month;
  std::uint64_t day;
};

// Days since 1970 in the Gregorian calendar, counted in years that begin in March, so that the leap
// day is the last of its year.
Date date_of(std::uint64_t days) {
  constexpr std::uint64_t days_per_era = 146'097;  // 400 years
  const std::uint64_t since_year_0 = days + 719'468;
  const std::uint64_t era = since_year_0 / days_per_era;
  const std::uint64_t day_of_era = since_year_0 % days_per_era;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

std::string two_digits(std::uint64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out.empty() ? "none" : out;
}

std::string subject_of(const SshCertificate& certificate) {
  const Result<ssh::PublicKey> key = ssh::PublicKey::parse(certificate.subject);
  if (!key) return "a key that may not be certified: " + to_hex(certificate.subject);
  return std::string(ssh::type_name(key->kind())) + " " + key->fingerprint();
}

void add(Lines& out, const SshCertificate& certificate) {
  out.emplace_back("subject key", subject_of(certificate));
  out.emplace_back("key id", certificate.key_id);
  out.emplace_back("principals", joined(certificate.principals));
  out.emplace_back("valid after", utc(certificate.valid_after));
  out.emplace_back("valid before", utc(certificate.valid_before));
  for (const ssh::Option& option : certificate.critical) {
    out.emplace_back("critical option",
                     option.value.empty() ? option.name : option.name + " " + option.value);
  }
  out.emplace_back("extensions", joined(certificate.extensions));
}

void add(Lines& out, const File& file) {
  out.emplace_back("namespace", file.name_space);
  out.emplace_back("SHA-512", to_hex(file.sha512));
  out.emplace_back("size", std::to_string(file.size) + " bytes");
  out.emplace_back("claimed name", file.label);
}

// Every field of the payload, by name, with escapes for all that is not printable ASCII.
void add_payload(Lines& out, ByteView payload) {
  using nlohmann::json;
  constexpr int one_line = -1;
  const json value = json::parse(payload.begin(), payload.end(), nullptr, false);
  for (const auto& [name, field] : value.items()) {
    const std::string escaped = json(name).dump(one_line, ' ', true);
    out.emplace_back(escaped.substr(1, escaped.size() - 2), field.dump(one_line, ' ', true));
  }
}

void add(Lines& out, const Access& access) { add_payload(out, access.payload); }
void add(Lines& out, const Bundle& bundle) { add_payload(out, bundle.payload); }

std::string_view name(RevocationType type) {
  switch (type) {
    case RevocationType::key: return "revoked key";
    case RevocationType::person: return "revoked person";
    case RevocationType::request: return "revoked request";
    case RevocationType::serial: return "revoked serial";
  }
  return "";
}

void add(Lines& out, const RevocationList& list) {
  const Result<RevocationContents> contents = parse_revocation(list.payload);
  if (!contents) return;  // parse() of the statement accepted it, so this does not happen
  out.emplace_back("list", contents->list);
  out.emplace_back("number", std::to_string(contents->number));
  out.emplace_back("issued", utc(contents->issued));
  out.emplace_back("next update", utc(contents->next_update));
  for (const RevocationEntry& entry : contents->entries) {
    out.emplace_back(name(entry.type), entry.value + " until " + utc(entry.until));
  }
}

void add(Lines& out, const Krl& krl) {
  out.emplace_back("of list number", std::to_string(krl.number));
  out.emplace_back("of list document", to_hex(krl.list_document));
}

}  // namespace

std::string utc(std::uint64_t seconds) {
  if (seconds > last_second) return std::to_string(seconds);
  constexpr std::uint64_t day = std::uint64_t{24} * 60 * 60;
  const Date date = date_of(seconds / day);
  const std::uint64_t of_day = seconds % day;
  return std::to_string(date.year) + "-" + two_digits(date.month) + "-" + two_digits(date.day) +
         " " + two_digits(of_day / 3600) + ":" + two_digits(of_day / 60 % 60) + ":" +
         two_digits(of_day % 60) + " UTC";
}

std::vector<std::pair<std::string, std::string>> describe(const Statement& statement) {
  Lines out;
  out.emplace_back("request id", to_hex(request_id(encode(statement))));
  out.emplace_back("what", title(statement.kind));
  out.emplace_back("root", statement.root);
  out.emplace_back("root id", to_hex(statement.root_id));
  out.emplace_back("profile", statement.profile.empty() ? "the one that fits" : statement.profile);
  out.emplace_back("not before", utc(statement.not_before));
  out.emplace_back("not after", utc(statement.not_after));
  out.emplace_back("nonce", to_hex(statement.nonce));
  std::visit([&out](const auto& body) { add(out, body); }, statement.body);
  return out;
}

}  // namespace quorate::statement

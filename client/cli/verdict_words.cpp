#include "client/cli/verdict_words.h"

#include "crypto/base/code.h"
#include "crypto/base/hex.h"

namespace quorate::cli {

std::string in_words(const coordinator::ReportedVerdict& verdict) {
  if (!verdict.trouble.empty()) return "its verdict does NOT hold: " + verdict.trouble;
  if (!verdict.in_ledger) return {};
  return "record " + std::to_string(verdict.in_ledger->index) + " of its ledger";
}

Json json_of(const coordinator::ReportedVerdict& verdict) {
  Json json = Json::object();
  if (const record::Verdict* const decided = verdict.decided()) {
    json = {{"decision", name(decided->decision)},   {"code", decided->code},
            {"name", code_name(decided->code)},      {"profile", to_hex(decided->profile)},
            {"document", to_hex(decided->document)}, {"revocation", decided->revocation},
            {"time_ms", verdict.record->time_ms},    {"receipt", nullptr}};
  }
  if (verdict.in_ledger) {
    json["receipt"] = {{"index", verdict.in_ledger->index}, {"size", verdict.in_ledger->size}};
  }
  json["holds"] = verdict.trouble.empty();
  json["trouble"] = verdict.trouble;
  json["signed"] = to_hex(verdict.signed_verdict);
  return json;
}

std::string_view name(record::Decision decision) {
  switch (decision) {
    case record::Decision::approve: return "approve";
    case record::Decision::refuse: return "refuse";
    case record::Decision::pending: return "pending";
  }
  return "unknown";
}

std::string code_name(std::uint32_t code) {
  if (code == 0) return {};
  const std::optional<Code> known = code_of_number(code);
  return known ? std::string(quorate::name(*known)) : "code " + std::to_string(code);
}

}  // namespace quorate::cli

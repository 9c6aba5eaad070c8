#include "client/cli/audit_words.h"

#include <algorithm>

#include "client/cli/verdict_words.h"
#include "crypto/base/hex.h"
#include "proto/request/request.h"
#include "proto/statement/describe.h"
#include "proto/statement/statement.h"

namespace quorate::cli {
namespace {

constexpr std::size_t short_hex = 16;
constexpr std::size_t shown_proof = 100;

std::string shortened(const record::Hash& hash) { return to_hex(hash).substr(0, short_hex); }

std::string indented(const std::string& text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += "      " + text.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : std::string(between)) + text;
  return out;
}

std::string title(std::uint8_t kind) {
  return std::string(statement::title(static_cast<statement::Kind>(kind)));
}

std::string_view event_name(record::CeremonyEvent event) {
  using record::CeremonyEvent;
  switch (event) {
    case CeremonyEvent::opened: return "opened";
    case CeremonyEvent::hello: return "hello";
    case CeremonyEvent::deal: return "deal";
    case CeremonyEvent::confirm: return "confirm";
    case CeremonyEvent::abort: return "abort";
    case CeremonyEvent::activated: return "activated";
    case CeremonyEvent::removed: return "removed";
    case CeremonyEvent::retired: return "retired";
    case CeremonyEvent::mask: return "mask";
    case CeremonyEvent::sum: return "sum";
  }
  return "unknown";
}

std::string reason_of(const record::Verdict& verdict, const audit::Texts& texts) {
  return verdict.reason == record::Hash{} ? "" : audit::name_behind(texts, verdict.reason);
}

// Each kind of record in words.
struct InWords {
  const Meaning& meaning;

  std::string operator()(const record::Verdict& verdict) const {
    const Persons persons = persons_of(verdict, meaning.texts);
    std::string out = std::string(name(verdict.decision)) + "  " +
                      root_name(meaning, verdict.root_id) + "  " + title(verdict.kind);
    if (!persons.asked.empty()) out += ", asked by " + joined(persons.asked, ", ");
    if (!persons.approved.empty()) out += ", approved by " + joined(persons.approved, ", ");
    out += ", request " + shortened(verdict.request_id);
    if (verdict.code != 0) {
      out += ": " + code_name(verdict.code) + ": " + reason_of(verdict, meaning.texts);
    }
    return out;
  }
  std::string operator()(const record::Ceremony& ceremony) const {
    return "ceremony " + shortened(ceremony.ceremony) + " " +
           std::string(event_name(ceremony.event)) + ", epoch " + std::to_string(ceremony.epoch);
  }
  std::string operator()(const record::PolicyChange& change) const {
    return "policies changed from " + shortened(change.before) + " to " + shortened(change.now);
  }
  std::string operator()(const record::Start& start) const {
    return "start of version " + start.version + " with policies " + shortened(start.policies);
  }
  std::string operator()(const record::Stop& /*stop*/) const { return "stop"; }
  std::string operator()(const record::Refusals& refusals) const {
    return std::to_string(refusals.count) + " refusals that were not written down, since " +
           statement::utc(refusals.since_ms / 1000);
  }
  std::string operator()(const record::People& /*people*/) const {
    return "persons, groups and issuers of the policy";
  }
};

struct ToJson {
  const Meaning& meaning;

  Json operator()(const record::Verdict& verdict) const {
    const Persons persons = persons_of(verdict, meaning.texts);
    return {{"type", "verdict"},
            {"decision", name(verdict.decision)},
            {"code", verdict.code},
            {"name", code_name(verdict.code)},
            {"reason", reason_of(verdict, meaning.texts)},
            {"request", to_hex(verdict.request_id)},
            {"root", root_name(meaning, verdict.root_id)},
            {"root_id", to_hex(verdict.root_id)},
            {"epoch", verdict.epoch},
            {"kind", title(verdict.kind)},
            {"document", to_hex(verdict.document)},
            {"profile", to_hex(verdict.profile)},
            {"revocation", verdict.revocation},
            {"not_after", verdict.not_after},
            {"asked_by", persons.asked},
            {"approved_by", persons.approved}};
  }
  Json operator()(const record::Ceremony& ceremony) const {
    return {{"type", "ceremony"},
            {"ceremony", to_hex(ceremony.ceremony)},
            {"event", event_name(ceremony.event)},
            {"epoch", ceremony.epoch},
            {"object", to_hex(ceremony.object)}};
  }
  Json operator()(const record::PolicyChange& change) const {
    return {{"type", "policy"}, {"before", to_hex(change.before)}, {"now", to_hex(change.now)}};
  }
  Json operator()(const record::Start& start) const {
    return {{"type", "start"},
            {"version", start.version},
            {"policies", to_hex(start.policies)},
            {"tree_size", start.tree_size},
            {"tree_root", to_hex(start.tree_root)}};
  }
  Json operator()(const record::Stop& /*stop*/) const { return {{"type", "stop"}}; }
  Json operator()(const record::Refusals& refusals) const {
    return {{"type", "refusals"}, {"since_ms", refusals.since_ms}, {"count", refusals.count}};
  }
  Json operator()(const record::People& people) const {
    return {{"type", "people"},
            {"before", audit::name_behind(meaning.texts, people.before)},
            {"now", audit::name_behind(meaning.texts, people.now)}};
  }
};

void add_once(std::vector<std::string>& names, std::string name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

}  // namespace

std::string in_words(const std::vector<audit::Finding>& findings) {
  std::string out;
  for (const audit::Finding& finding : findings) {
    out += "FOUND " + std::string(audit::name(finding.kind)) + ": " + finding.what + "\n";
    for (const audit::Proof& proof : finding.proofs) {
      const bool is_long =
          proof.text.size() > shown_proof && proof.text.find('\n') == std::string::npos;
      out += "    " + proof.name + ":\n" +
             indented(is_long ? proof.text.substr(0, shown_proof) + "... (--json has all of it)"
                              : proof.text);
    }
  }
  return out;
}

Json json_of(const std::vector<audit::Finding>& findings) {
  Json list = Json::array();
  for (const audit::Finding& finding : findings) {
    Json records = Json::array();
    for (const audit::RecordPlace& place : finding.records) {
      records.push_back({{"node", place.node}, {"index", place.index}});
    }
    Json proofs = Json::array();
    for (const audit::Proof& proof : finding.proofs) {
      proofs.push_back({{"name", proof.name}, {"text", proof.text}});
    }
    list.push_back({{"kind", audit::name(finding.kind)},
                    {"nodes", finding.nodes},
                    {"what", finding.what},
                    {"records", records},
                    {"proofs", proofs}});
  }
  return list;
}

Persons persons_of(const record::Verdict& verdict, const audit::Texts& texts) {
  Persons persons;
  for (const record::SeenEvidence& evidence : verdict.evidence) {
    auto& names = evidence.type == request::approval ? persons.approved : persons.asked;
    add_once(names, audit::name_behind(texts, evidence.person));
  }
  return persons;
}

std::string root_name(const Meaning& meaning, const record::Hash& root_id) {
  const auto found = meaning.roots.find(root_id);
  return found == meaning.roots.end() ? to_hex(root_id) : found->second;
}

std::string in_words(const ReadRecord& read, const Meaning& meaning) {
  return statement::utc(read.record.time_ms / 1000) + "  " + read.node + " " +
         std::to_string(read.index) + "  " + std::visit(InWords{meaning}, read.record.body) + "\n";
}

Json json_of(const ReadRecord& read, const Meaning& meaning) {
  Json json = {{"node", read.node}, {"index", read.index}, {"time_ms", read.record.time_ms}};
  json.update(std::visit(ToJson{meaning}, read.record.body));
  return json;
}

}  // namespace quorate::cli

// quorate audit trace: who asked for an artifact, who approved it, and which nodes signed.

#include <algorithm>
#include <set>

#include "client/cli/audit_commands.h"
#include "client/cli/ledgers.h"
#include "client/cli/traced.h"
#include "client/cli/verdict_words.h"
#include "crypto/base/hex.h"
#include "proto/statement/describe.h"

namespace quorate::cli {
namespace {

using record::Hash;

struct Decided {
  ReadRecord read;
  Persons persons;
  std::string reason;

  const record::Verdict& verdict() const { return std::get<record::Verdict>(read.record.body); }
};

struct History {
  std::set<Hash> requests;
  std::vector<Decided> decided;  // by time
  std::vector<std::string> asked;
  std::vector<std::string> approved;
  std::set<std::string> signers;
};

void add_once(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

// Of a signature over a file there may be several requests: the same bytes, asked for again.
Outcome<std::set<Hash>> requests_of(const std::vector<audit::Replica>& replicas,
                                    const Traced& traced) {
  if (traced.request_id) return std::set<Hash>{*traced.request_id};
  std::set<Hash> requests;
  for (const audit::Replica& replica : replicas) {
    QUORATE_CHECK(read_records(replica, [&](const ReadRecord& read) {
      const auto* verdict = std::get_if<record::Verdict>(&read.record.body);
      if (verdict == nullptr || verdict->root_id != traced.root_id) return;
      if (verdict->document == traced.document) requests.insert(verdict->request_id);
    }));
  }
  return requests;
}

Outcome<History> look_up(const std::vector<audit::Replica>& replicas, const Traced& traced) {
  History history;
  QUORATE_TRY(history.requests, requests_of(replicas, traced));
  if (history.requests.empty()) return history;
  for (const audit::Replica& replica : replicas) {
    QUORATE_TRY(const audit::Texts texts, texts_of(replica));
    QUORATE_CHECK(read_records(replica, [&](const ReadRecord& read) {
      const auto* verdict = std::get_if<record::Verdict>(&read.record.body);
      if (verdict == nullptr || !history.requests.contains(verdict->request_id)) return;
      const bool has_reason = verdict->reason != Hash{};
      history.decided.push_back({read, persons_of(*verdict, texts),
                                 has_reason ? audit::name_behind(texts, verdict->reason) : ""});
    }));
  }
  std::ranges::stable_sort(history.decided, {},
                           [](const Decided& one) { return one.read.record.time_ms; });
  for (const Decided& one : history.decided) {
    add_once(history.asked, one.persons.asked);
    if (one.verdict().decision != record::Decision::approve) continue;
    add_once(history.approved, one.persons.approved);
    if (one.verdict().document == traced.document) history.signers.insert(one.read.node);
  }
  return history;
}

std::string joined_or(const std::vector<std::string>& texts, std::string_view otherwise) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out.empty() ? std::string(otherwise) : out;
}

std::string in_words(const Decided& one, std::size_t width) {
  const record::Verdict& verdict = one.verdict();
  std::string out = "  " + statement::utc(one.read.record.time_ms / 1000) + "  " +
                    padded(one.read.node, width) + "  record " + std::to_string(one.read.index) +
                    "  " + padded(name(verdict.decision), 7) + "  profile " +
                    to_hex(verdict.profile).substr(0, 16);
  if (verdict.code != 0) out += "  " + code_name(verdict.code) + ": " + one.reason;
  return out + "\n";
}

std::string in_words(const Traced& traced, const History& history, const std::string& root,
                     const std::string& conclusion) {
  std::string out = "what         " + traced.what + "\nroot         " + root + "\ndocument     " +
                    to_hex(traced.document) + "\n";
  for (const Hash& request : history.requests) out += "request      " + to_hex(request) + "\n";
  out += "asked by     " + joined_or(history.asked, "nobody") + "\n";
  out += "approved by  " + joined_or(history.approved, "nobody; no approval was needed, or given") +
         "\n";
  std::size_t width = 0;
  for (const Decided& one : history.decided) width = std::max(width, one.read.node.size());
  for (const Decided& one : history.decided) out += in_words(one, width);
  return out + conclusion + "\n";
}

Json json_of(const Traced& traced, const History& history, const Meaning& meaning) {
  Json requests = Json::array();
  for (const Hash& request : history.requests) requests.push_back(to_hex(request));
  Json verdicts = Json::array();
  for (const Decided& one : history.decided) {
    Json json = json_of(one.read, meaning);
    json["asked_by"] = one.persons.asked;
    json["approved_by"] = one.persons.approved;
    json["reason"] = one.reason;
    verdicts.push_back(std::move(json));
  }
  return {{"what", traced.what},
          {"root", root_name(meaning, traced.root_id)},
          {"root_id", to_hex(traced.root_id)},
          {"document", to_hex(traced.document)},
          {"requests", requests},
          {"asked_by", history.asked},
          {"approved_by", history.approved},
          {"signers", history.signers},
          {"verdicts", verdicts}};
}

struct Conclusion {
  std::string text;
  bool is_good;
};

Outcome<Conclusion> conclude(const Client& client, const Traced& traced, const History& history) {
  if (!traced.trouble.empty()) return Conclusion{traced.trouble, false};
  QUORATE_TRY(const std::vector<ceremony::EpochRecord> roots, client.known_roots().list());
  const auto root = std::ranges::find_if(
      roots, [&](const ceremony::EpochRecord& one) { return one.root_id() == traced.root_id; });
  if (root == roots.end()) {
    return Conclusion{"the root is none that is pinned here: whose key it is, nobody can say",
                      false};
  }
  const std::size_t needed = root->members.threshold;
  const std::string count = std::to_string(history.signers.size()) +
                            " ledgers here say so, and it takes " + std::to_string(needed);
  if (history.signers.size() >= needed) return Conclusion{"approved: " + count, true};
  // A request that was refused, or waits, was never to be more than that.
  if (traced.request_id) return Conclusion{"not signed, as far as is known: " + count, true};
  return Conclusion{"NOT ACCOUNTED FOR: " + count +
                        "; pull the others' ledgers, and if they don't know it either, a node "
                        "signed without writing it down",
                    false};
}

// What can't be reached is said; the copies that are here are read all the same.
Outcome<std::vector<audit::Finding>> pull_first(Client& client) {
  QUORATE_TRY(const PullReport report, pull_ledgers(client));
  for (const PulledNode& node : report.nodes) {
    if (node.trouble) {
      client.console().note("quorate: not pulled: " + node.node + ": " + in_words(*node.trouble));
    }
  }
  return report.findings;
}

}  // namespace

Outcome<Exit> trace(const TraceArguments& arguments, const Common& common, const Console& console) {
  QUORATE_TRY(const Traced traced, read_traced(arguments.file, arguments.of));
  QUORATE_TRY(Client client, Client::open(common, console));
  std::vector<audit::Finding> findings;
  if (!arguments.is_offline) {
    QUORATE_TRY(findings, pull_first(client));
  }
  QUORATE_TRY(const std::vector<audit::Replica> replicas, open_replicas(client));
  if (std::ranges::none_of(replicas, &audit::Replica::is_pulled)) {
    return trouble(Error{Code::configuration, "no ledger was pulled yet"},
                   "`quorate audit pull` fetches them; nodes give them to clients with the role "
                   "auditor");
  }
  QUORATE_TRY(const History history, look_up(replicas, traced));
  QUORATE_TRY(const auto roots, root_names(client));
  const audit::Texts none;
  const Meaning meaning{none, roots};
  QUORATE_TRY(const Conclusion conclusion, conclude(client, traced, history));
  Json json = json_of(traced, history, meaning);
  json["conclusion"] = conclusion.text;
  json["findings"] = json_of(findings);
  console.result(in_words(findings) +
                     in_words(traced, history, root_name(meaning, traced.root_id), conclusion.text),
                 json);
  return conclusion.is_good && findings.empty() ? Exit::done : Exit::refused;
}

}  // namespace quorate::cli

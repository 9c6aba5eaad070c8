// quorate audit show and export: records that were pulled, as words or as JSON lines.

#include <algorithm>
#include <charconv>

#include "client/cli/audit_commands.h"
#include "client/cli/ledgers.h"
#include "client/cli/validity.h"
#include "client/cli/verdict_words.h"

namespace quorate::cli {
namespace {

// What a filter means, once.
struct Wanted {
  std::optional<std::string> who;
  std::uint64_t since_ms = 0;
  std::optional<record::Hash> root_id;
  std::optional<std::uint16_t> code;

  bool is_about_verdicts() const { return who || root_id || code; }
};

Outcome<std::uint64_t> parse_since(const std::string& text) {
  if (text.empty()) return std::uint64_t{0};
  const std::uint64_t now = now_s();
  if (const Result<std::uint64_t> period = parse_period(text)) {
    return (now - std::min(now, *period)) * 1000;
  }
  // A time alone, in the form that -V takes it: everything from then on.
  const Result<Validity> from = parse_validity(text + ":99991231Z", now);
  if (from) return from->after * 1000;
  return usage("--since is " + text +
               "; expected a period such as 2d or 8h, or a time such as "
               "20261231Z");
}

Outcome<std::uint16_t> parse_code(const std::string& text) {
  std::uint16_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stopped == end) return number;
  for (std::uint32_t code = 100; code < 1000; ++code) {
    const std::optional<Code> known = code_of_number(code);
    if (known && name(*known) == text) return static_cast<std::uint16_t>(code);
  }
  return usage("there is no code " + text, "docs/protocol.md lists them, with their numbers");
}

Outcome<Wanted> parse(const RecordFilter& filter,
                      const std::map<record::Hash, std::string>& roots) {
  Wanted wanted;
  if (!filter.who.empty()) wanted.who = filter.who;
  QUORATE_TRY(wanted.since_ms, parse_since(filter.since));
  if (!filter.code.empty()) {
    QUORATE_TRY(wanted.code, parse_code(filter.code));
  }
  if (filter.root.empty()) return wanted;
  const auto root =
      std::ranges::find_if(roots, [&](const auto& entry) { return entry.second == filter.root; });
  if (root == roots.end()) {
    return usage("no root called " + filter.root + " is pinned here",
                 "`quorate root list` shows the roots there are");
  }
  wanted.root_id = root->first;
  return wanted;
}

bool names(const std::vector<std::string>& names, const std::string& who) {
  return std::ranges::find(names, who) != names.end();
}

bool fits(const record::Record& record, const Wanted& wanted, const audit::Texts& texts) {
  if (record.time_ms < wanted.since_ms) return false;
  if (!wanted.is_about_verdicts()) return true;
  const auto* verdict = std::get_if<record::Verdict>(&record.body);
  if (verdict == nullptr) return false;
  if (wanted.root_id && verdict->root_id != *wanted.root_id) return false;
  if (wanted.code && verdict->code != *wanted.code) return false;
  if (!wanted.who) return true;
  const Persons persons = persons_of(*verdict, texts);
  return names(persons.asked, *wanted.who) || names(persons.approved, *wanted.who);
}

struct Line {
  std::uint64_t time_ms;
  std::string words;
  Json json;
};

using TakeLine = std::function<void(const ReadRecord&, const Meaning&)>;

// Every record that fits, ledger by ledger.
Outcome<Done> each_record(const RecordFilter& filter, const Common& common, const Console& console,
                          const TakeLine& take) {
  QUORATE_TRY(const Client client, Client::open(common, console));
  QUORATE_TRY(const std::vector<audit::Replica> replicas, open_replicas(client));
  QUORATE_TRY(const auto roots, root_names(client));
  QUORATE_TRY(const Wanted wanted, parse(filter, roots));
  if (std::ranges::none_of(replicas, &audit::Replica::is_pulled)) {
    return trouble(Error{Code::configuration, "no ledger was pulled yet"},
                   "`quorate audit pull` fetches them");
  }
  for (const audit::Replica& replica : replicas) {
    QUORATE_TRY(const audit::Texts texts, texts_of(replica));
    const Meaning meaning{texts, roots};
    QUORATE_CHECK(read_records(replica, [&](const ReadRecord& read) {
      if (fits(read.record, wanted, texts)) take(read, meaning);
    }));
  }
  return Done{};
}

}  // namespace

Outcome<Exit> show_records(const RecordFilter& filter, const Common& common,
                           const Console& console) {
  std::vector<Line> lines;
  const bool wants_json = console.style() == Style::json;
  QUORATE_CHECK(
      each_record(filter, common, console, [&](const ReadRecord& read, const Meaning& meaning) {
        lines.push_back({read.record.time_ms, wants_json ? "" : in_words(read, meaning),
                         wants_json ? json_of(read, meaning) : Json()});
      }));
  std::ranges::stable_sort(lines, {}, &Line::time_ms);
  std::string words;
  Json list = Json::array();
  for (Line& line : lines) {
    words += line.words;
    if (wants_json) list.push_back(std::move(line.json));
  }
  if (words.empty()) words = "no such record\n";
  console.result(words, {{"records", list}});
  return Exit::done;
}

Outcome<Exit> export_records(const RecordFilter& filter, const Common& common,
                             const Console& console) {
  QUORATE_CHECK(
      each_record(filter, common, console, [&](const ReadRecord& read, const Meaning& meaning) {
        console.line(json_of(read, meaning));
      }));
  return Exit::done;
}

}  // namespace quorate::cli

#include <algorithm>
#include <set>

#include "crypto/base/hex.h"
#include "node/core/core.h"
#include "node/door/door.h"
#include "node/recording/recording.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"
#include "proto/wire/decode.h"
#include "sim/replay/kinds.h"
#include "sim/replay/stand_in.h"
#include "sim/world/stream.h"

namespace quorate::sim::replay {
namespace {

using ed25519::Point;
using recording::AnswerLine;
using recording::Entry;
using recording::NodeEntry;

ed25519::SigningKey draw_key(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

Result<node::PolicyFiles> files_of(const recording::PolicyTexts& texts) {
  node::PolicyFiles files;
  if (!texts.policy) return files;
  QUORATE_TRY(files.policy, policy::Policy::load(*texts.policy, "policy.toml"));
  files.issuers = files.policy.issuers();
  files.pinned_keys = texts.pinned_keys;
  return files;
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

std::string code_in_words(std::uint32_t code) {
  const auto known = code_of_number(code);
  return known ? std::string(name(*known)) : "code " + std::to_string(code);
}

// Approved, refused, pending: what stands in the ledger, where a verdict came with the answer.
std::optional<record::Verdict> verdict_of(const AnswerLine& line) {
  if (line.verdict.empty()) return std::nullopt;
  const auto carried = record::decode_signed_verdict(line.verdict);
  if (!carried) return std::nullopt;
  const auto inner = record::decode(carried->record);
  if (!inner) return std::nullopt;
  const auto* verdict = std::get_if<record::Verdict>(&inner->body);
  return verdict == nullptr ? std::nullopt : std::optional(*verdict);
}

std::string_view name_of(record::Decision decision) {
  switch (decision) {
    case record::Decision::approve: return "approved";
    case record::Decision::refuse: return "refused";
    case record::Decision::pending: return "pending";
  }
  return {};
}

std::string in_words(const AnswerLine& line) {
  std::string text(recording::name(line.kind));
  if (line.kind == AnswerLine::Kind::refused) {
    text = "refused: " + code_in_words(line.code) + " (" + printable(line.reason) + ")";
  }
  if (const auto verdict = verdict_of(line)) {
    text += ", verdict " + std::string(name_of(verdict->decision));
    if (verdict->code != 0) text += " " + code_in_words(verdict->code);
  }
  return text;
}

// What depends on the token, the disk or this very process, and not on what was asked.
bool is_of_the_machine(const AnswerLine& line) {
  static constexpr std::array codes = {Code::custody_unavailable, Code::ledger_unavailable,
                                       Code::share_missing, Code::rolled_back, Code::busy};
  return line.kind == AnswerLine::Kind::refused &&
         std::ranges::any_of(codes, [&](Code code) { return number(code) == line.code; });
}

bool is_same(const AnswerLine& then, const AnswerLine& now) {
  const auto verdict_then = verdict_of(then);
  const auto verdict_now = verdict_of(now);
  if (verdict_then && verdict_now) {
    if (verdict_then->decision != verdict_now->decision ||
        verdict_then->code != verdict_now->code ||
        verdict_then->request_id != verdict_now->request_id ||
        verdict_then->document != verdict_now->document) {
      return false;
    }
  }
  if (is_of_the_machine(then) || is_of_the_machine(now)) return true;
  return then.kind == now.kind && then.code == now.code &&
         verdict_then.has_value() == verdict_now.has_value();
}

class NodeReplay {
 public:
  NodeReplay(recording::Begin begin, const std::filesystem::path& folder, const Teller& tell,
             Report& report)
      : begin_(std::move(begin)),
        folder_(folder),
        tell_(tell),
        report_(report),
        entropy_(1, "replay/entropy"),
        identity_(draw_key(entropy_)),
        cosigner_(draw_key(entropy_)),
        custody_(token_, entropy_, limits()),
        latest_(begin_.now) {}

  Status start();
  Status run(const Entry& entry, recording::Reader& reader);

 private:
  // As in production: the command line leaves pairs behind.
  static custody::NonceLimits limits() {
    custody::NonceLimits limits;
    limits.per_peer = 1024;
    return limits;
  }

  Status start_core(const node::Now& now);
  Status install(const std::vector<Bytes>& records);
  Status check_time(const node::Now& now);
  Status reload(const Entry& entry);
  Status fetched(const Entry& entry);
  Status roots(const Entry& entry);
  Status asks(const Entry& entry, recording::Reader& reader);
  Result<std::optional<node::Ask>> playable(ByteView bytes);
  void compare(std::size_t entry, const std::string& who, const AnswerLine& then,
               const AnswerLine& now);
  void learn(const AnswerLine& then, const AnswerLine& now);
  void say(const std::string& what) const {
    tell_(time_in_words(latest_.wall_ms, begin_.now.wall_ms) + "  " + what);
  }

  recording::Begin begin_;
  std::filesystem::path folder_;
  const Teller& tell_;
  Report& report_;
  StreamEntropy entropy_;
  ed25519::SigningKey identity_;
  ed25519::SigningKey cosigner_;
  StandInToken token_;
  config::NodeConfig config_;
  std::unique_ptr<store::Store> store_;
  custody::Custody custody_;
  std::unique_ptr<node::Core> core_;
  node::Now latest_;
  std::set<Bytes> installed_;
  std::map<Point, frost::Commitment> pairs_;  // by the recorded hiding commitment
};

Status NodeReplay::start() {
  QUORATE_TRY(config_, config::parse(begin_.node_toml, "node.toml"));
  QUORATE_TRY(store_, store::Store::open(folder_ / "node.db"));
  tell_("node " + config_.name + " of quorum " + config_.quorum + ", which ran " +
        printable(begin_.version));
  QUORATE_CHECK(install(begin_.roots));
  return start_core(begin_.now);
}

Status NodeReplay::start_core(const node::Now& now) {
  Result<node::PolicyFiles> policy = files_of(begin_.policy);
  // One that does not load never was in force: what was before it stays.
  if (!policy) return tl::unexpected(std::move(policy).error());
  const node::Parts parts{config_, identity_, cosigner_, *store_, custody_, entropy_};
  QUORATE_TRY(core_, node::Core::start(parts, *std::move(policy), now, begin_.word));
  return Done{};
}

Status NodeReplay::install(const std::vector<Bytes>& records) {
  QUORATE_TRY(store::Transaction transaction, store_->begin());
  for (const Bytes& record : records) {
    if (!installed_.insert(record).second) continue;
    QUORATE_TRY(const store::RootRow row,
                stand_in_root(record, begin_.identity, identity_.public_key(), token_, entropy_));
    QUORATE_CHECK(store_->roots().put(row));
  }
  return transaction.commit();
}

// A core relies on a clock that never goes back; a file has none.
Status NodeReplay::check_time(const node::Now& now) {
  if (now.clocks.monotonic_ms < latest_.clocks.monotonic_ms) {
    return fail(Code::malformed, "an entry before the one before");
  }
  latest_ = now;
  return Done{};
}

Status NodeReplay::run(const Entry& entry, recording::Reader& reader) {
  switch (static_cast<NodeEntry>(entry.kind)) {
    case NodeEntry::policy: return reload(entry);
    case NodeEntry::roots: return roots(entry);
    case NodeEntry::asks: return asks(entry, reader);
    case NodeEntry::fetched: return fetched(entry);
    case NodeEntry::begin:
    case NodeEntry::answers: break;
  }
  return fail(Code::malformed,
              "entry " + std::to_string(reader.count()) + " is of another kind than its place");
}

Status NodeReplay::reload(const Entry& entry) {
  QUORATE_TRY(const recording::Reload reload, recording::decode_reload(entry.body));
  QUORATE_CHECK(check_time(reload.now));
  const Status loaded = core_->reload(files_of(reload.policy), reload.now);
  if (loaded) begin_.policy = reload.policy;
  say(loaded
          ? "policy.toml is read again, and in force"
          : "policy.toml is read again, and not taken over: " + printable(loaded.error().message));
  return Done{};
}

Status NodeReplay::fetched(const Entry& entry) {
  QUORATE_TRY(const recording::FetchedDocuments fetched, recording::decode_fetched(entry.body));
  QUORATE_CHECK(check_time(fetched.now));
  const Status taken = core_->fetched(fetched.ticket, fetched.answer, fetched.now);
  say("a provider answered: " +
      (taken ? std::string("its keys") : printable(taken.error().message)));
  return Done{};
}

// The ceremony itself is not run again: what came of it is taken as it was.
Status NodeReplay::roots(const Entry& entry) {
  QUORATE_TRY(const std::vector<Bytes> records, recording::decode_roots(entry.body));
  QUORATE_CHECK(core_->stop(latest_));
  core_.reset();
  QUORATE_CHECK(install(records));
  say("a ceremony ended: " + std::to_string(records.size()) + " roots");
  return start_core(latest_);
}

// Nothing for what is not run again.
Result<std::optional<node::Ask>> NodeReplay::playable(ByteView bytes) {
  QUORATE_TRY(const wire::v1::Ask message, wire::decode_ask(bytes));
  QUORATE_TRY(node::Ask ask, node::decode(message));
  if (std::holds_alternative<node::CeremonyAsk>(ask) ||
      std::holds_alternative<node::History>(ask)) {
    return std::optional<node::Ask>();
  }
  if (auto* sign = std::get_if<node::SignAsk>(&ask); sign != nullptr && sign->commitments) {
    for (frost::Commitment& commitment : *sign->commitments) {
      const auto own = pairs_.find(commitment.hiding);
      if (own != pairs_.end() && own->second.signer == commitment.signer) commitment = own->second;
    }
  }
  return std::optional(std::move(ask));
}

Status NodeReplay::asks(const Entry& entry, recording::Reader& reader) {
  QUORATE_TRY(const recording::Asks asks, recording::decode_asks(entry.body));
  QUORATE_CHECK(check_time(asks.now));
  std::vector<node::Asked> played;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < asks.asks.size(); ++i) {
    QUORATE_TRY(std::optional<node::Ask> ask, playable(asks.asks[i].ask));
    if (!ask) continue;
    played.push_back({asks.asks[i].client, *std::move(ask)});
    places.push_back(i);
  }
  const auto answers = core_->handle(played, asks.now);
  (void)core_->take_fetches();  // what came of them stands in the recording
  (void)core_->take_alarms();

  QUORATE_TRY(const std::optional<Entry> recorded, reader.next());
  if (!recorded) return Done{};  // killed before it answered
  if (recorded->kind != static_cast<std::uint8_t>(NodeEntry::answers)) {
    return fail(Code::malformed, "entry " + std::to_string(reader.count()) + " is no answer");
  }
  QUORATE_TRY(const std::vector<AnswerLine> then, recording::decode_answers(recorded->body));
  if (then.size() != asks.asks.size()) {
    return fail(Code::malformed,
                "entry " + std::to_string(reader.count()) + " has not one answer for each ask");
  }
  for (std::size_t k = 0; k < places.size(); ++k) {
    const AnswerLine now = recording::line_of(answers[k]);
    const std::string who = to_hex(played[k].client.bytes()).substr(0, 8);
    learn(then[places[k]], now);
    compare(reader.count(), who, then[places[k]], now);
  }
  return Done{};
}

// The pairs that it gave out then, and those that take their place.
void NodeReplay::learn(const AnswerLine& then, const AnswerLine& now) {
  const std::size_t count = std::min(then.fresh.size(), now.fresh.size());
  for (std::size_t i = 0; i < count; ++i)
    pairs_.insert_or_assign(then.fresh[i].hiding, now.fresh[i]);
}

void NodeReplay::compare(std::size_t entry, const std::string& who, const AnswerLine& then,
                         const AnswerLine& now) {
  ++report_.compared;
  const std::string line = who + "  " + in_words(then);
  if (is_same(then, now)) {
    say(line);
    return;
  }
  say(line + "   BUT NOW " + in_words(now));
  differs(report_, entry, "client " + who + ": then " + in_words(then) + "; now " + in_words(now));
}

}  // namespace

Status replay_node(recording::Reader& reader, const std::filesystem::path& folder,
                   const Teller& tell, Report& report) {
  QUORATE_TRY(const std::optional<Entry> first, reader.next());
  if (!first || first->kind != static_cast<std::uint8_t>(NodeEntry::begin)) {
    return fail(Code::malformed, "the recording does not begin with the node's start");
  }
  QUORATE_TRY(recording::Begin begin, recording::decode_begin(first->body));
  NodeReplay replay(std::move(begin), folder, tell, report);
  QUORATE_CHECK(replay.start());
  while (true) {
    QUORATE_TRY(const std::optional<Entry> entry, reader.next());
    if (!entry) return Done{};
    QUORATE_CHECK(replay.run(*entry, reader));
  }
}

}  // namespace quorate::sim::replay

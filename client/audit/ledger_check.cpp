#include "client/audit/ledger_check.h"

#include "crypto/base/hex.h"
#include "crypto/base/plant.h"

namespace quorate::audit {
namespace {

using record::CeremonyEvent;

std::string seconds(std::uint64_t ms) { return std::to_string(ms / 1000) + " s"; }

// What a member must have done before in the same ceremony, where the order is fixed.
std::optional<CeremonyEvent> before(CeremonyEvent event) {
  switch (event) {
    case CeremonyEvent::deal: return CeremonyEvent::hello;
    case CeremonyEvent::confirm: return CeremonyEvent::deal;
    case CeremonyEvent::opened:
    case CeremonyEvent::hello:
    case CeremonyEvent::abort:
    case CeremonyEvent::activated:
    case CeremonyEvent::removed:
    case CeremonyEvent::retired:
    case CeremonyEvent::mask:
    case CeremonyEvent::sum: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

LedgerCheck::LedgerCheck(Node node) : node_(std::move(node)) {}

void LedgerCheck::expect(const record::Tree& tree, Finding otherwise) {
  if (QUORATE_PLANTED(B30)) return;
  expected_.emplace(tree.size, Expected{tree.root, std::move(otherwise)});
}

void LedgerCheck::find(Kind kind, std::string what, ByteView leaf) {
  if (++found_[kind] > findings_limit) return;
  const std::uint64_t index = frontier_.size();
  findings_.push_back(Finding{kind,
                              {node_.name},
                              "record " + std::to_string(index) + " of " + node_.name + " " + what,
                              {{node_.name, index}},
                              {{"leaf", to_hex(leaf)}}});
}

void LedgerCheck::take(ByteView leaf) {
  ++counts_.records;
  const Result<record::Leaf> decoded = record::decode_leaf(leaf);
  if (!decoded) {
    find(Kind::record_malformed, "is none: " + decoded.error().message, leaf);
  } else if (decoded->record.node != node_.identity.bytes()) {
    find(Kind::record_malformed, "is another node's", leaf);
  } else {
    look_at(decoded->record, leaf);
  }
  frontier_.add(record::leaf_hash(leaf));
  const auto [first, last] = expected_.equal_range(frontier_.size());
  if (first == last) return;
  const Hash root = frontier_.root();
  for (auto expected = first; expected != last; ++expected) {
    if (expected->second.root != root) findings_.push_back(expected->second.otherwise);
  }
}

void LedgerCheck::look_at(const record::Record& record, ByteView leaf) {
  const bool is_start = std::holds_alternative<record::Start>(record.body);
  if (!is_start && !is_running_) {
    find(Kind::order_broken, "follows no start of the node", leaf);
    is_running_ = true;
  }
  look_at_time(record, leaf);
  std::visit([&](const auto& body) { see(record, body, leaf); }, record.body);
}

void LedgerCheck::look_at_time(const record::Record& record, ByteView leaf) {
  if (record.time_ms < latest_ms_ && latest_ms_ - record.time_ms > clock_skew_ms) {
    find(Kind::time_went_back,
         "was written " + seconds(latest_ms_ - record.time_ms) + " before one that precedes it",
         leaf);
  }
  latest_ms_ = std::max(latest_ms_, record.time_ms);
}

void LedgerCheck::see(const record::Record& record, const record::Verdict& verdict, ByteView leaf) {
  switch (verdict.decision) {
    case record::Decision::approve: ++counts_.approved; break;
    case record::Decision::refuse: ++counts_.refused; return;
    case record::Decision::pending: ++counts_.pending; return;
  }
  if (record.time_ms / 1000 >= verdict.not_after) {
    find(Kind::approved_too_late,
         "approves request " + to_hex(verdict.request_id) + " after that had ended", leaf);
  }
  approved_.push_back({verdict.request_id, verdict.root_id, verdict.document, verdict.epoch,
                       verdict.not_after, record.time_ms, frontier_.size(), verdict.kind});
}

void LedgerCheck::see(const record::Record& record, const record::Ceremony& ceremony,
                      ByteView leaf) {
  const std::optional<CeremonyEvent> needed = before(ceremony.event);
  if (needed && !ceremony_events_.contains({ceremony.ceremony, *needed})) {
    find(Kind::order_broken,
         "is a step of the ceremony " + to_hex(ceremony.ceremony) + " without the one before it",
         leaf);
  }
  if (ceremony_events_.insert({ceremony.ceremony, ceremony.event}).second) {
    shared_.push_back({ceremony.ceremony, ceremony.event, record.time_ms});
  }
}

void LedgerCheck::see(const record::Record& /*record*/, const record::PolicyChange& change,
                      ByteView leaf) {
  if (policies_ && change.before != *policies_) {
    find(Kind::order_broken, "changes policies that were not in force", leaf);
  }
  policies_ = change.now;
}

// What a node found of its ledger when it started is what stands before that record: else it ran
// on another ledger meanwhile, an older copy for instance.
void LedgerCheck::see(const record::Record& /*record*/, const record::Start& start, ByteView leaf) {
  ++counts_.starts;
  if (is_running_) ++counts_.crashes;
  is_running_ = true;
  policies_ = start.policies;
  if (start.tree_size != frontier_.size() || start.tree_root != frontier_.root()) {
    find(Kind::start_differs,
         "says that the node started with a ledger of " + std::to_string(start.tree_size) +
             " records, and another stands before it",
         leaf);
  }
}

void LedgerCheck::see(const record::Record& /*record*/, const record::Stop& /*stop*/,
                      ByteView /*leaf*/) {
  is_running_ = false;
}

void LedgerCheck::see(const record::Record& record, const record::Refusals& refusals,
                      ByteView leaf) {
  counts_.refused_unrecorded += refusals.count;
  if (refusals.since_ms > record.time_ms + clock_skew_ms) {
    find(Kind::order_broken, "counts refusals of a time that had not come", leaf);
  }
}

void LedgerCheck::see(const record::Record& /*record*/, const record::People& /*people*/,
                      ByteView /*leaf*/) {}

void LedgerCheck::finish(const std::string& note) {
  const std::string begin = "the checkpoint of " + node_.name;
  const Result<record::Checkpoint> checkpoint =
      record::open_note(note, node_.origin, node_.identity);
  const std::vector<Proof> proofs{{"checkpoint", note}};
  if (!checkpoint) {
    findings_.push_back(Finding{Kind::note_invalid,
                                {node_.name},
                                begin + " does not hold: " + checkpoint.error().message,
                                {},
                                proofs});
  } else if (checkpoint->tree != frontier_.tree()) {
    findings_.push_back(Finding{Kind::tree_differs,
                                {node_.name},
                                begin + " is over " + std::to_string(checkpoint->tree.size) +
                                    " records that these " + std::to_string(frontier_.size()) +
                                    " are not",
                                {},
                                proofs});
  }
  for (const auto& [kind, count] : found_) {
    if (count <= findings_limit) continue;
    findings_.push_back(Finding{
        kind,
        {node_.name},
        "and " + std::to_string(count - findings_limit) + " more such records of " + node_.name,
        {},
        {}});
  }
}

}  // namespace quorate::audit

// Lies about what was recorded, as far as an answer shows records.

#include <array>

#include "proto/record/checkpoint.h"
#include "proto/record/merkle.h"
#include "proto/record/signed_verdict.h"
#include "sim/adversary/lines.h"

namespace quorate::sim {
namespace {

using node::Answer;
using node::Asked;

std::optional<Time> change_verdict(Answer& answer,
                                   const std::function<void(record::SignedVerdict& verdict)>& lie) {
  auto* partial = std::get_if<node::PartialAnswer>(&answer);
  if (partial == nullptr) return in_time;
  auto verdict = record::decode_signed_verdict(partial->verdict);
  if (!verdict) return in_time;
  lie(*verdict);
  partial->verdict = record::encode(*verdict);
  return in_time;
}

// A ledger of the liar's own that holds this one record.
record::Receipt of_small_ledger(NodeHost& node, const record::SignedVerdict& verdict,
                                Entropy& entropy) {
  record::Receipt receipt{};
  entropy.fill(receipt.salt);
  receipt.index = 0;
  receipt.size = 1;
  const record::Tree tree{1, record::leaf_hash(record::leaf(receipt.salt, verdict.record))};
  receipt.note = record::sign_note({node.core().ledger().origin(), tree}, node.identity());
  return receipt;
}

std::optional<Time> omit(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/, Answer& answer) {
  return change_verdict(answer, [](record::SignedVerdict& verdict) { verdict.receipt.clear(); });
}

// The receipt of what it recorded before: this verdict will be, later, perhaps.
std::optional<Time> late(Liar& liar, NodeHost& /*node*/, const Asked& /*ask*/, Answer& answer) {
  return change_verdict(answer, [&](record::SignedVerdict& verdict) {
    const Bytes before = std::exchange(liar.memory.receipt, verdict.receipt);
    if (!before.empty()) verdict.receipt = before;
  });
}

std::optional<Time> for_nothing(Liar& liar, NodeHost& node, const Asked& /*ask*/, Answer& answer) {
  return change_verdict(answer, [&](record::SignedVerdict& verdict) {
    record::Receipt receipt = of_small_ledger(node, verdict, liar.adversary.entropy());
    record::Hash root{};
    liar.adversary.entropy().fill(root);
    receipt.note = record::sign_note({node.core().ledger().origin(), {1, root}}, node.identity());
    verdict.receipt = record::encode(receipt);
  });
}

std::optional<Time> split_view(Liar& liar, NodeHost& node, const Asked& /*ask*/, Answer& answer) {
  return change_verdict(answer, [&](record::SignedVerdict& verdict) {
    verdict.receipt = record::encode(of_small_ledger(node, verdict, liar.adversary.entropy()));
  });
}

std::optional<Time> unsigned_verdict(Liar& /*liar*/, NodeHost& /*node*/, const Asked& /*ask*/,
                                     Answer& answer) {
  return change_verdict(answer, [](record::SignedVerdict& verdict) { verdict.signature[0] ^= 1U; });
}

// What it recorded is cut short for auditors, and another tail is put on.
std::optional<Time> rewrite(Liar& liar, NodeHost& /*node*/, const Asked& /*ask*/, Answer& answer) {
  auto* history = std::get_if<node::HistoryAnswer>(&answer);
  if (history == nullptr || history->leaves.empty()) return in_time;
  Bytes& leaf = history->leaves[liar.stream.below(history->leaves.size())];
  if (!leaf.empty()) leaf[liar.stream.below(leaf.size())] ^= 1U;
  return in_time;
}

constexpr std::array record_strategies = {
    StrategyLine{{"omit", Stage::records, "signs and shows no receipt"}, omit},
    StrategyLine{{"late-record", Stage::records, "shows the receipt of the record before"}, late},
    StrategyLine{
        {"receipt-for-nothing", Stage::records, "a receipt that leads nowhere, truly signed"},
        for_nothing},
    StrategyLine{{"split-view", Stage::records,
                  "each client is shown a ledger of its own, in which everything holds"},
                 split_view},
    StrategyLine{{"verdict-not-signed", Stage::records, "a verdict that it did not sign"},
                 unsigned_verdict},
    StrategyLine{{"rewrite", Stage::records, "auditors are shown other records"}, rewrite},
};

}  // namespace

std::span<const StrategyLine> record_lines() { return record_strategies; }

}  // namespace quorate::sim

#include "node/ledger/erasure.h"

#include <algorithm>

#include "node/ledger/rows.h"
#include "node/ledger/veils.h"

namespace quorate::ledger {
namespace {

constexpr std::uint64_t leaves_between_words = 65'536;

// Stored answers, and tokens that stood for them, are needed while the statement can come again.
bool is_over(const record::Record& record, std::uint64_t now_ms) {
  const auto* verdict = std::get_if<record::Verdict>(&record.body);
  return verdict == nullptr || verdict->not_after <= now_ms / 1000;
}

Status erase_one(store::Verdicts& verdicts, std::uint64_t index, const record::Record& record,
                 Erased& erased) {
  for (const record::Hash& veil : veils(record)) {
    QUORATE_TRY(const bool was_there, verdicts.erase_text(veil));
    if (was_there) ++erased.texts;
  }
  if (std::holds_alternative<record::Verdict>(record.body)) {
    QUORATE_TRY(const std::size_t rows, verdicts.erase_of_leaf(index));
    erased.verdicts += rows;
  }
  ++erased.records;
  return Done{};
}

}  // namespace

std::vector<record::Hash> veils(const record::Record& record) {
  std::vector<record::Hash> found;
  const auto add = [&](const record::Hash& veil) {
    const bool is_none = veil == record::Hash{};
    if (!is_none && std::find(found.begin(), found.end(), veil) == found.end()) {
      found.push_back(veil);
    }
  };
  if (const auto* verdict = std::get_if<record::Verdict>(&record.body)) {
    add(verdict->reason);
    for (const record::SeenEvidence& seen : verdict->evidence) {
      add(seen.data);
      add(seen.person);
    }
  } else if (const auto* people = std::get_if<record::People>(&record.body)) {
    add(people->before);
    add(people->now);
  }
  return found;
}

Result<Erased> erase(store::Store& store, Ledger& ledger, std::uint64_t before_ms,
                     std::uint64_t now_ms, const Progress& progress) {
  Erased erased;
  QUORATE_TRY(store::Transaction transaction, store.begin());
  QUORATE_TRY(const Tree tree, ledger.tree());
  for (std::uint64_t index = 0; index < tree.size; ++index) {
    QUORATE_TRY(const record::Leaf leaf, ledger.leaf(index));
    if (leaf.record.time_ms < before_ms && is_over(leaf.record, now_ms)) {
      QUORATE_CHECK(erase_one(store.verdicts(), index, leaf.record, erased));
    }
    if ((index + 1) % leaves_between_words == 0) progress(index + 1, tree.size);
  }
  QUORATE_CHECK(transaction.commit());
  progress(tree.size, tree.size);
  return erased;
}

}  // namespace quorate::ledger

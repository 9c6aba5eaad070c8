#include "client/audit/pull.h"

#include <algorithm>
#include <utility>

#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "proto/record/record.h"

namespace quorate::audit {
namespace {

constexpr std::size_t leaf_limit = sizeof(record::Salt) + record::record_limit;

std::string records(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

}  // namespace

Pull::Pull(Node node, Held held)
    : node_(std::move(node)),
      held_(QUORATE_PLANTED(B30) ? Held{} : std::move(held)),
      frontier_(held_.frontier) {}

std::optional<HistoryAsk> Pull::next() const {
  switch (stage_) {
    case Stage::asking_first:
      return HistoryAsk{frontier_.size(), leaves_per_ask, held_.frontier.size()};
    case Stage::asking_checkpoint: return HistoryAsk{0, 1, 0};
    case Stage::fetching:
      return HistoryAsk{frontier_.size(),
                        std::min(leaves_per_ask, target_->tree.size - frontier_.size()), 0};
    case Stage::ended: return std::nullopt;
  }
  return std::nullopt;
}

bool Pull::is_refused() {
  const bool may_be_shorter = stage_ == Stage::asking_first && held_.frontier.size() > 0;
  stage_ = may_be_shorter ? Stage::asking_checkpoint : Stage::ended;
  return may_be_shorter;
}

void Pull::contradict(Kind kind, std::string what, const std::string& note) {
  QUORATE_REACHED("audit: checkpoints contradict each other");
  stage_ = Stage::ended;
  finding_ = Finding{kind,
                     {node_.name},
                     std::move(what),
                     {},
                     {{"checkpoint pulled before", held_.note}, {"checkpoint now", note}}};
}

// What the node signs now, against what it signed before.
Status Pull::look_at(const Page& page) {
  const Stage asked = std::exchange(stage_, Stage::ended);
  QUORATE_TRY(const record::Checkpoint now,
              record::open_note(page.checkpoint, node_.origin, node_.identity));
  const record::Tree before = held_.frontier.tree();
  if (now.tree.size < before.size) {
    contradict(Kind::shrunk,
               node_.name + " signed " + records(before.size) + ", and now shows only " +
                   records(now.tree.size),
               page.checkpoint);
  } else if (asked == Stage::asking_checkpoint) {
    return fail(Code::malformed, "it does not give the records behind those pulled before");
  } else if (before.size > 0 && !record::extends(now.tree, before, page.consistency)) {
    contradict(Kind::rewritten,
               node_.name + " can't show that the " + records(now.tree.size) +
                   " it signs now begin with the " + records(before.size) + " it signed before",
               page.checkpoint);
  } else {
    target_ = now;
    target_note_ = page.checkpoint;
    stage_ = Stage::fetching;
  }
  return Done{};
}

Result<Grown> Pull::take(const Page& page) {
  if (!target_) {
    QUORATE_CHECK(look_at(page));
    if (finding_) return Grown{};
  }
  Grown grown;
  const std::uint64_t wanted = target_->tree.size - frontier_.size();
  for (const Bytes& leaf : page.leaves) {
    if (grown.leaves.size() == wanted) break;  // the ledger has grown since it was asked first
    if (leaf.size() > leaf_limit) {
      stage_ = Stage::ended;
      return fail(Code::too_large, "it sent a leaf of " + std::to_string(leaf.size()) + " bytes");
    }
    frontier_.add(record::leaf_hash(leaf));
    grown.leaves.push_back(leaf);
  }
  grown.texts = page.texts;
  if (frontier_.size() < target_->tree.size) {
    if (!grown.leaves.empty()) return grown;
    stage_ = Stage::ended;
    return fail(Code::malformed, "it signed " + records(target_->tree.size) + " and gives only " +
                                     std::to_string(frontier_.size()));
  }
  stage_ = Stage::ended;
  if (frontier_.root() != target_->tree.root) {
    finding_ = Finding{Kind::tree_differs,
                       {node_.name},
                       "the records that " + node_.name +
                           " gives do not lead to the root of its "
                           "checkpoint of " +
                           records(target_->tree.size),
                       {},
                       {{"checkpoint", target_note_}}};
    return Grown{};
  }
  held_ = Held{frontier_, target_note_};
  return grown;
}

}  // namespace quorate::audit

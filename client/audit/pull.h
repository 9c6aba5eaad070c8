// Fetches what a node's ledger has grown by. Without sockets and files: ask what next() says, give
// every answer to take(), and append what it gives back.
//
//   Pull pull(node, held);
//   while (const auto ask = pull.next()) {
//     QUORATE_TRY(const Page page, driver...);
//     QUORATE_TRY(const Grown grown, pull.take(page));      append grown.leaves, grown.texts
//   }
//   pull.finding()                                          nothing was amiss, or what
//   pull.held()                                             to be kept, once the files are on disk
//
// The leaves fold into the root that the node signed, and before that the node must prove that its
// checkpoint extends the one that was pulled before. Where it can't, the pull ends with a finding
// that holds both signed checkpoints, and what was pulled before stays as it is.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/audit/finding.h"
#include "client/audit/frontier.h"
#include "client/audit/node.h"
#include "crypto/base/result.h"
#include "proto/record/checkpoint.h"
#include "proto/record/veil.h"

namespace quorate::audit {

inline constexpr std::uint64_t leaves_per_ask = 1000;

struct HistoryAsk {
  std::uint64_t from;
  std::uint64_t count;
  std::uint64_t consistent_with;  // 0: no proof is asked for

  friend bool operator==(const HistoryAsk&, const HistoryAsk&) = default;
};

// What stood behind a veil.
struct Text {
  record::Salt salt;
  Bytes text;

  friend bool operator==(const Text&, const Text&) = default;
};

struct Page {
  std::vector<Bytes> leaves;
  std::string checkpoint;
  std::vector<Hash> consistency;
  std::vector<Text> texts;
};

// How far a ledger was pulled.
struct Held {
  Frontier frontier;
  std::string note;  // its checkpoint; empty before the first pull

  friend bool operator==(const Held&, const Held&) = default;
};

struct Grown {
  std::vector<Bytes> leaves;
  std::vector<Text> texts;
};

class Pull {
 public:
  // The note, where there is one, is of this node and of the frontier's tree.
  Pull(Node node, Held held);

  // Nothing when all is there, or something was found.
  std::optional<HistoryAsk> next() const;

  // Fails, and ends the pull, with `malformed`, `too_large`, `signature_invalid` where the answer
  // is none: that proves nothing, and the next pull may try again.
  [[nodiscard]] Result<Grown> take(const Page& page);
  // The node refused what next() said. It may be that its ledger does not reach so far any more:
  // then it is asked for its checkpoint alone. False: there is nothing more to ask.
  bool is_refused();

  const std::optional<Finding>& finding() const { return finding_; }
  // How large the node's ledger is, once it has said so.
  std::uint64_t target_size() const { return target_ ? target_->tree.size : 0; }
  // All of the node's checkpoint, once next() says nothing and nothing was found.
  const Held& held() const { return held_; }
  std::uint64_t reached() const { return frontier_.size(); }

 private:
  enum class Stage { asking_first, asking_checkpoint, fetching, ended };

  [[nodiscard]] Status look_at(const Page& page);
  void contradict(Kind kind, std::string what, const std::string& note);

  Node node_;
  Held held_;
  Frontier frontier_;
  std::optional<record::Checkpoint> target_;
  std::string target_note_;
  Stage stage_ = Stage::asking_first;
  std::optional<Finding> finding_;
};

}  // namespace quorate::audit

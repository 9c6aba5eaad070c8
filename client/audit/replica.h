// A node's ledger on the auditor's disk: three files in HOME/audit.
//
//   NODE.leaves       every leaf, as a blob (u32 length ‖ bytes)           only ever appended to
//   NODE.texts        raw16 salt ‖ blob for every text behind a veil       only ever appended to
//   NODE.checkpoint   how much of the two was pulled, when, and the node's signed checkpoint
//
// The checkpoint is replaced as a whole once the others are on disk. What lies behind its sizes is
// the rest of a pull that broke off: it is never read, and cut off by the next pull. To erase what
// stood behind the veils, delete NODE.texts; everything verifies without it.
//
// Beside them, as stock tools read them:
//
//   NODE.cosigned.OTHER      the newest checkpoint of NODE that OTHER cosigned
//   NODE.contradiction.N     two checkpoints of NODE that can't both be true (JSON)

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/audit/finding.h"
#include "client/audit/node.h"
#include "client/audit/pull.h"
#include "client/home/append_file.h"
#include "crypto/base/result.h"

namespace quorate::audit {

using Path = std::filesystem::path;

inline constexpr std::size_t contradictions_limit = 16;

// What NODE.checkpoint says.
struct Mark {
  std::uint64_t leaves_bytes = 0;
  std::uint64_t texts_bytes = 0;
  std::uint64_t pulled_at_s = 0;  // by this machine's clock
  Held held;

  friend bool operator==(const Mark&, const Mark&) = default;
};

std::string format(const Mark& mark);
// `malformed`. Whether the note holds is verify's to say.
[[nodiscard]] Result<Mark> parse_mark(std::string_view text);

// The leaves in their order, or none any more.
class Leaves {
 public:
  [[nodiscard]] Result<std::optional<Bytes>> next();

 private:
  friend class Replica;
  Leaves(home::FileReader file, std::uint64_t count) : file_(std::move(file)), left_(count) {}
  home::FileReader file_;
  std::uint64_t left_;
};

class Replica {
 public:
  // Reads the mark; without the file nothing was pulled yet. Fails with `configuration` where it is
  // damaged, and `io`.
  [[nodiscard]] static Result<Replica> open(const Path& folder, const std::string& node);

  const std::string& node() const { return node_; }
  bool is_pulled() const { return !mark_.held.note.empty(); }
  const Mark& mark() const { return mark_; }

  [[nodiscard]] Result<Leaves> leaves() const;
  // Every text that is still there.
  [[nodiscard]] Result<std::vector<Text>> texts() const;

  // Cuts off what a pull left that broke off, then appends.
  [[nodiscard]] Status append(const Grown& grown);
  // Makes what was appended durable, and then part of the replica.
  [[nodiscard]] Status keep(const Held& held, std::uint64_t now_s);

  [[nodiscard]] Status keep_cosigned(const std::string& other, const std::string& note) const;
  [[nodiscard]] Result<std::optional<std::string>> cosigned(const std::string& other) const;
  // Beside those that are there, contradictions_limit at most: a node that goes on with a rewritten
  // ledger contradicts itself at every pull.
  [[nodiscard]] Status keep_contradiction(const Finding& finding) const;
  [[nodiscard]] Result<std::vector<Finding>> contradictions() const;

 private:
  Replica(Path folder, std::string node, Mark mark)
      : folder_(std::move(folder)), node_(std::move(node)), mark_(std::move(mark)) {}
  Path file(std::string_view suffix) const;
  [[nodiscard]] Status open_for_appending();

  Path folder_;
  std::string node_;
  Mark mark_;
  std::optional<home::AppendFile> leaves_;
  std::optional<home::AppendFile> texts_;
};

}  // namespace quorate::audit

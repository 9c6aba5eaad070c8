// What an audit finds, with what proves it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::audit {

enum class Kind {
  // One ledger.
  file_damaged,       // what lies on this disk is not what was pulled
  record_malformed,   // a leaf that holds no record, or another node's
  tree_differs,       // the leaves do not lead to the root that the node signed
  note_invalid,       // a checkpoint, or a cosignature of one, that does not hold
  start_differs,      // a node that started with another ledger than stands before that record
  time_went_back,     // by more than two minutes
  approved_too_late,  // after the end that the statement sets itself
  order_broken,       // a record without the one that must come before it
  // One ledger, seen twice.
  shrunk,     // the node shows fewer records than it signed before
  rewritten,  // it shows other records than it signed before
  split,      // it showed others something else
  // Across ledgers.
  two_documents,    // one request, and two things to be signed
  too_few_ledgers,  // what fewer nodes wrote down than it takes to sign
  clocks_disagree,  // by more than two minutes
};

// `tree_differs`, `two_documents`, ...: for programs.
std::string_view name(Kind kind);
std::optional<Kind> kind_of_name(std::string_view name);

struct RecordPlace {
  std::string node;
  std::uint64_t index;

  friend bool operator==(const RecordPlace&, const RecordPlace&) = default;
};

// A text that convinces others: a signed checkpoint, a record in hex.
struct Proof {
  std::string name;
  std::string text;

  friend bool operator==(const Proof&, const Proof&) = default;
};

struct Finding {
  Kind kind;
  std::vector<std::string> nodes;  // whom it concerns
  std::string what;                // one line, for a person
  std::vector<RecordPlace> records = {};
  std::vector<Proof> proofs = {};

  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace quorate::audit

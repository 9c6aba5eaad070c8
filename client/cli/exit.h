// How `quorate` ends: the exit codes of docs/cli.md, and what a person is told when it is not 0.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "client/coordinator/report.h"
#include "crypto/base/result.h"

namespace quorate::cli {

enum class Exit : int {
  done = 0,
  refused = 1,    // refused by nodes, or does not verify
  usage = 2,      // the command line, or a file a person wrote
  too_few = 3,    // too few nodes, also when the time ran out
  internal = 70,  // our own mistake, or the machine's
};

// One node's part in a failure.
struct NodeTrouble {
  std::string node;
  std::string code;  // as in docs/protocol.md, or `silent`, `lied`
  std::string reason;
  std::optional<coordinator::ReportedVerdict> verdict = {};  // where it wrote one down
  std::string evidence = {};                                 // a file: where it lied
};

// Why a command did not do what it was asked to.
struct Trouble {
  Exit exit;
  std::string code;  // for programs: name(Code)
  std::string what;  // one line: what happened
  std::string next;  // one line: what to do about it; may be empty
  std::vector<NodeTrouble> nodes = {};
  std::string file = {};  // a file that the next step needs
};

Exit exit_of(Code code);

// `next` where the error's own message does not say what to do.
tl::unexpected<Trouble> trouble(Error error, std::string next = {});

// The command line itself is wrong.
tl::unexpected<Trouble> usage(std::string what, std::string next = {});

template <typename T>
class [[nodiscard]] Outcome : public tl::expected<T, Trouble> {
 public:
  using tl::expected<T, Trouble>::expected;
  // A Result turns into an Outcome by itself: QUORATE_TRY works in commands as anywhere else.
  Outcome(tl::unexpected<Error> error)  // NOLINT(google-explicit-constructor): see above
      : tl::expected<T, Trouble>(trouble(std::move(error.value()))) {}
};

}  // namespace quorate::cli

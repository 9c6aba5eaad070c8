// Runs a recording again, on today's code and with the real group, and says where it decides
// otherwise than it did then (docs/recordings.md).
//
//   QUORATE_TRY(const Report report, replay(bytes, folder, [](const std::string& line) { ... }));
//
// Of a client everything is compared: a coordinator gives the same actions for the same events,
// byte for byte. Of a node its decisions are: it runs with a stand-in identity, stand-in tokens and
// stand-in shares, since nothing secret is recorded. Their commitments take the place of those that
// were recorded wherever an ask names them. A stand-in share fits the root's own public key: one of
// the other coefficients of the record is chosen so that it does. So the same statements, evidence
// and policies are judged for the same root, and the partial signatures that come out mean nothing.
//
// Not run again: the steps of ceremonies (their messages are sealed to keys that are gone), what
// the node held in its database before the recording began, and history, which is the ledger's.

#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "proto/recording/format.h"

namespace quorate::sim::replay {

struct Difference {
  std::size_t entry;  // the first that differs, counted from 1
  std::string what;   // then and now
};

struct Report {
  recording::Core core;
  std::size_t entries = 0;   // that were run
  std::size_t compared = 0;  // answers, or lists of actions
  bool is_cut = false;       // the file ends inside an entry: its writer was killed
  std::optional<Difference> difference;
  // Why the rest could not be run: an entry that was changed, or can't be read.
  std::optional<Error> broken;
};

// What happened, a line for each thing: time, who, what, and what the core made of it.
using Teller = std::function<void(const std::string& line)>;

// `folder` is empty and takes a node's databases; the caller removes it. Fails with `malformed`
// where there is no recording at all, and `io`.
[[nodiscard]] Result<Report> replay(ByteView recording, const std::filesystem::path& folder,
                                    const Teller& tell);

}  // namespace quorate::sim::replay

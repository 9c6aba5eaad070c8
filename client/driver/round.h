// One question to each of some nodes, all at once, and what they answered.

#pragma once

#include <vector>

#include "client/driver/quorum.h"
#include "crypto/base/result.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::driver {

enum class Patience {
  first_failure,  // a node that can't be reached is given up at once
  until_timeout,  // a node may still be starting
};

// For one node of the quorum; no two are for the same. Asked again when the connection breaks and
// comes back, so it must be one that may be asked twice.
struct Question {
  Link* link;
  wire::v1::Ask ask;
};

// In the order of the questions. A refusal is an answer; a node that fails has an error that says
// why: `unreachable`, `not_pinned`, `timed_out`, ...
std::vector<Result<wire::v1::Answer>> ask_all(Quorum& quorum, std::vector<Question> questions,
                                              Milliseconds timeout, Patience patience);

}  // namespace quorate::driver

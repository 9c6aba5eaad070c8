// Why a node does not do what it was asked.

#pragma once

#include <vector>

#include "crypto/base/result.h"
#include "proto/layout/labelled.h"

namespace quorate::node {

struct Refusal {
  Error error;                             // a code that travels
  std::uint32_t wait_s = 0;                // when to ask again: `busy`, `rate_limited`
  std::uint64_t epoch = 0;                 // the node's own: `epoch_ahead`, `epoch_behind`
  std::vector<layout::Signed> evidence{};  // of `guilty`
};

template <typename T>
using Answered = tl::expected<T, Refusal>;

// An error as a refusal that may travel: what is local to this machine (codes below 100) becomes
// the state of the node that it means for a client. Database, ledger: `ledger_unavailable`; a
// token's state: `custody_unavailable`; a spent pair: `nonce_unknown`.
Refusal refusal(const Error& error);

inline tl::unexpected<Refusal> refuse(Code code, std::string reason) {
  return tl::unexpected(Refusal{{code, std::move(reason)}});
}

inline tl::unexpected<Refusal> refuse(const Error& error) { return tl::unexpected(refusal(error)); }

}  // namespace quorate::node

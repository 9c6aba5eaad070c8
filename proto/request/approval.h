// What an approver signs: this request, for this root, from then until then, and what was shown.
//
//   approval  raw32 request id ‖ raw32 root id ‖ u64 time ‖ u64 expires ‖ raw32 shown
//   evidence  approval ‖ SSHSIG over it, namespace quorate-approval

#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/statement/statement.h"

namespace quorate::request {

inline constexpr std::size_t approval_size = 112;
inline constexpr std::uint64_t longest_approval_s = std::uint64_t{7} * 24 * 60 * 60;

struct Approval {
  statement::RequestId request_id;
  statement::RootId root_id;
  std::uint64_t time;  // unix seconds, none above statement::last_second
  std::uint64_t expires;
  layout::Hash shown;  // shown_hash(): what the approver can hold against a lying screen

  friend bool operator==(const Approval&, const Approval&) = default;
};

// hash("shown", UTF-8 of what the approver's screen showed)
layout::Hash shown_hash(std::string_view screen);

ByteArray<approval_size> encode(const Approval& approval);

// `evidence_malformed` unless it has approval_size bytes, `malformed` for a time after 9999.
[[nodiscard]] Result<Approval> decode_approval(ByteView approval);

// Whether it counts now: time - 120 <= now < expires <= time + 7 days, else `approval_expired`. An
// approval that holds and does not count is passed over; it refuses nothing.
[[nodiscard]] Status check_time(const Approval& approval, std::uint64_t now_s);

}  // namespace quorate::request

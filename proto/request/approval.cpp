#include "proto/request/approval.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::request {

layout::Hash shown_hash(std::string_view screen) { return layout::hash("shown", bytes_of(screen)); }

ByteArray<approval_size> encode(const Approval& approval) {
  layout::Writer out;
  out.raw(approval.request_id).raw(approval.root_id).u64(approval.time).u64(approval.expires);
  out.raw(approval.shown);
  ByteArray<approval_size> bytes{};
  QUORATE_INVARIANT(out.bytes().size() == bytes.size());
  std::copy(out.bytes().begin(), out.bytes().end(), bytes.begin());
  return bytes;
}

Result<Approval> decode_approval(ByteView approval) {
  if (approval.size() != approval_size) {
    return fail(Code::evidence_malformed, "an approval has " + std::to_string(approval_size) +
                                              " bytes, not " + std::to_string(approval.size()));
  }
  layout::Reader in(approval);
  Approval out{};
  QUORATE_TRY(out.request_id, in.array<32>("the request id"));
  QUORATE_TRY(out.root_id, in.array<32>("the root id"));
  QUORATE_TRY(out.time, in.u64("the approval's time"));
  QUORATE_TRY(out.expires, in.u64("the approval's end"));
  QUORATE_TRY(out.shown, in.array<32>("what was shown"));
  if (out.time > statement::last_second || out.expires > statement::last_second) {
    return fail(Code::malformed, "the approval's time is after the year 9999");
  }
  return out;
}

Status check_time(const Approval& approval, std::uint64_t now_s) {
  if (now_s < approval.time && approval.time - now_s > statement::clock_skew_s) {
    return fail(Code::approval_expired, "the approval's time has not begun");
  }
  if (now_s >= approval.expires) return fail(Code::approval_expired, "the approval has expired");
  // Now expires > time - 120, so a difference can only be negative by the allowed skew.
  if (approval.expires > approval.time && approval.expires - approval.time > longest_approval_s) {
    return fail(Code::approval_expired, "an approval counts for at most seven days");
  }
  return Done{};
}

}  // namespace quorate::request

#include "proto/request/request.h"

#include <algorithm>
#include <utility>

#include "crypto/base/invariant.h"
#include "proto/document/armour.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"
#include "proto/request/approval.h"
#include "proto/statement/statement.h"

namespace quorate::request {
namespace {

constexpr std::string_view armour_label = "QUORATE REQUEST";
constexpr std::size_t sshsig_limit = 4096;
constexpr std::size_t token_limit = 8192;
constexpr std::size_t largest_request = statement::largest_statement + size_beyond_statement;

// By the kind in the statement's second byte; one that has none is refused when it is parsed.
std::size_t size_limit(ByteView statement) {
  const std::uint8_t kind = statement.size() < 2 ? 0 : statement[1];
  return statement::size_limit(kind) + size_beyond_statement;
}

// The one field of evidence with a form among the codes below 200.
Status check_times(const Evidence& evidence) {
  if (evidence.type != approval || evidence.data.size() < approval_size) return Done{};
  QUORATE_CHECK(decode_approval(ByteView(evidence.data).first(approval_size)));
  return Done{};
}

std::size_t encoded_size(const Request& request) {
  std::size_t size = 1 + 4 + request.statement.size() + 2;
  for (const Evidence& evidence : request.evidence) size += 1 + 4 + evidence.data.size();
  return size;
}

tl::unexpected<Error> too_large(std::size_t limit) {
  return fail(Code::too_large, "this request has at most " + std::to_string(limit) + " bytes");
}

}  // namespace

std::size_t data_limit(std::uint8_t type) {
  switch (type) {
    case requester: return sshsig_limit;
    case approval: return approval_size + sshsig_limit;
    default: return token_limit;
  }
}

Result<Request> decode(ByteView request) {
  if (request.size() > largest_request) return too_large(largest_request);
  layout::Reader in(request);
  QUORATE_TRY(const std::uint8_t version, in.u8("the request's version"));
  if (version != 1) {
    return fail(Code::malformed, "there is no request version " + std::to_string(version));
  }
  QUORATE_TRY(const ByteView statement, in.blob(statement::largest_statement, "the statement"));
  if (request.size() > size_limit(statement)) return too_large(size_limit(statement));
  Request out;
  out.statement.assign(statement.begin(), statement.end());
  QUORATE_TRY(const std::uint16_t count, in.count(evidence_limit, "the evidence"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const std::uint8_t type, in.u8("the evidence's type"));
    QUORATE_TRY(const ByteView data, in.blob(data_limit(type), "the evidence's data"));
    out.evidence.push_back({type, Bytes(data.begin(), data.end())});
  }
  QUORATE_CHECK(in.finish("the request"));

  for (std::size_t i = 1; i < out.evidence.size(); ++i) {
    if (!(out.evidence[i - 1] < out.evidence[i])) {
      return fail(Code::malformed, "evidence ascends by type and data, each once");
    }
  }
  for (const Evidence& evidence : out.evidence) QUORATE_CHECK(check_times(evidence));
  return out;
}

Bytes encode(const Request& request) {
  QUORATE_INVARIANT(request.evidence.size() <= evidence_limit);
  layout::Writer out;
  out.u8(1).blob(request.statement).count(request.evidence.size());
  const Evidence* before = nullptr;
  for (const Evidence& evidence : request.evidence) {
    QUORATE_INVARIANT(before == nullptr || *before < evidence);
    QUORATE_INVARIANT(evidence.data.size() <= data_limit(evidence.type));
    out.u8(evidence.type).blob(evidence.data);
    before = &evidence;
  }
  return std::move(out).bytes();
}

Status add(Request& request, Evidence evidence) {
  if (evidence.data.size() > data_limit(evidence.type)) {
    return fail(Code::too_large, "this evidence has at most " +
                                     std::to_string(data_limit(evidence.type)) + " bytes");
  }
  QUORATE_CHECK(check_times(evidence));
  const auto place = std::lower_bound(request.evidence.begin(), request.evidence.end(), evidence);
  if (place != request.evidence.end() && *place == evidence) return Done{};
  if (request.evidence.size() == evidence_limit) {
    return fail(Code::too_large, "a request holds at most " + std::to_string(evidence_limit) +
                                     " pieces of evidence");
  }
  const std::size_t limit = size_limit(request.statement);
  if (encoded_size(request) + 1 + 4 + evidence.data.size() > limit) return too_large(limit);
  request.evidence.insert(place, std::move(evidence));
  return Done{};
}

std::string armour(const Request& request) { return ssh::armour(armour_label, encode(request)); }

Result<Request> decode_armour(std::string_view file) {
  QUORATE_TRY(const Bytes bytes, ssh::from_armour(armour_label, file, largest_request));
  return decode(bytes);
}

}  // namespace quorate::request

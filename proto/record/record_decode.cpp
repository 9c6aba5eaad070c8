#include <algorithm>

#include "crypto/base/code.h"
#include "proto/layout/reader.h"
#include "proto/record/record.h"
#include "proto/record/verdict_rules.h"

namespace quorate::record {
namespace {

using layout::Reader;

constexpr std::uint8_t last_kind = 7;
constexpr std::uint8_t last_evidence_type = 3;
constexpr std::uint16_t first_refusal = 100;
constexpr std::uint16_t last_refusal = 399;  // 4xx is about the node's state and never recorded

Result<Verdict> read_verdict(Reader& in) {
  Verdict verdict;
  QUORATE_TRY(verdict.request_id, in.array<32>("the request id"));
  QUORATE_TRY(verdict.root_id, in.array<32>("the root id"));
  QUORATE_TRY(verdict.epoch, in.u64("the epoch"));
  QUORATE_TRY(verdict.kind, in.u8("the kind"));
  QUORATE_TRY(const std::uint8_t decision, in.u8("the decision"));
  QUORATE_TRY(verdict.code, in.u16("the code"));
  QUORATE_TRY(verdict.document, in.array<32>("the document"));
  QUORATE_TRY(verdict.profile, in.array<32>("the profile"));
  QUORATE_TRY(verdict.revocation, in.u64("the revocation number"));
  QUORATE_TRY(verdict.not_after, in.u64("not_after"));
  QUORATE_TRY(verdict.reason, in.array<32>("the reason"));
  QUORATE_TRY(const std::uint16_t seen, in.count(verdict_evidence_limit, "the evidence"));
  for (std::uint16_t i = 0; i < seen; ++i) {
    SeenEvidence evidence;
    QUORATE_TRY(evidence.type, in.u8("the evidence's type"));
    QUORATE_TRY(evidence.data, in.array<32>("the evidence's data"));
    QUORATE_TRY(evidence.person, in.array<32>("the evidence's person"));
    verdict.evidence.push_back(evidence);
  }
  if (decision < 1 || decision > 3) {
    return fail(Code::malformed, "there is no decision " + std::to_string(decision));
  }
  verdict.decision = static_cast<Decision>(decision);
  if (!is_consistent(verdict)) {
    return fail(Code::malformed, "the verdict's fields do not fit its decision");
  }
  return verdict;
}

Result<Ceremony> read_ceremony(Reader& in) {
  Ceremony ceremony;
  QUORATE_TRY(ceremony.ceremony, in.array<32>("the ceremony"));
  QUORATE_TRY(const std::uint8_t event, in.u8("the event"));
  QUORATE_TRY(ceremony.epoch, in.u64("the epoch"));
  QUORATE_TRY(ceremony.object, in.array<32>("the object"));
  if (event < 1 || event > static_cast<std::uint8_t>(CeremonyEvent::sum)) {
    return fail(Code::malformed, "there is no ceremony event " + std::to_string(event));
  }
  ceremony.event = static_cast<CeremonyEvent>(event);
  return ceremony;
}

Result<PolicyChange> read_policy_change(Reader& in) {
  PolicyChange change;
  QUORATE_TRY(change.before, in.array<32>("the policies before"));
  QUORATE_TRY(change.now, in.array<32>("the policies now"));
  return change;
}

Result<Start> read_start(Reader& in) {
  Start start;
  QUORATE_TRY(start.version, in.text(version_limit, "the version"));
  QUORATE_TRY(start.policies, in.array<32>("the policies"));
  QUORATE_TRY(start.tree_size, in.u64("the tree's size"));
  QUORATE_TRY(start.tree_root, in.array<32>("the tree's root"));
  return start;
}

Result<Refusals> read_refusals(Reader& in) {
  Refusals refusals;
  QUORATE_TRY(refusals.since_ms, in.u64("since"));
  QUORATE_TRY(refusals.count, in.u64("the count"));
  return refusals;
}

Result<People> read_people(Reader& in) {
  People people;
  QUORATE_TRY(people.before, in.array<32>("the people before"));
  QUORATE_TRY(people.now, in.array<32>("the people now"));
  return people;
}

Result<Body> read_body(Reader& in, std::uint8_t type) {
  switch (type) {
    case 1: return read_verdict(in);
    case 2: return read_ceremony(in);
    case 3: return read_policy_change(in);
    case 4: return read_start(in);
    case 5: return Stop{};
    case 6: return read_refusals(in);
    case 7: return read_people(in);
    default: return fail(Code::malformed, "there is no record type " + std::to_string(type));
  }
}

bool is_zero(const Hash& hash) { return hash == Hash{}; }

}  // namespace

bool is_consistent(const Verdict& verdict) {
  if (verdict.kind < 1 || verdict.kind > last_kind) return false;
  if (verdict.evidence.size() > verdict_evidence_limit) return false;
  std::uint8_t type_before = 1;  // a request's evidence ascends by type
  for (const SeenEvidence& seen : verdict.evidence) {
    if (seen.type < type_before || seen.type > last_evidence_type) return false;
    type_before = seen.type;
  }
  switch (verdict.decision) {
    case Decision::approve:
      return verdict.code == 0 && is_zero(verdict.reason) && !is_zero(verdict.document);
    case Decision::refuse:
      return verdict.code >= first_refusal && verdict.code <= last_refusal &&
             is_zero(verdict.document);
    case Decision::pending:
      return verdict.code == number(Code::approval_missing) && !is_zero(verdict.document);
  }
  return false;
}

Result<Record> decode(ByteView record) {
  if (record.size() > record_limit) {
    return fail(Code::too_large, "a record has at most " + std::to_string(record_limit) + " bytes");
  }
  Reader in(record);
  QUORATE_TRY(const std::uint8_t version, in.u8("the record's version"));
  if (version != 1) {
    return fail(Code::malformed, "there is no record version " + std::to_string(version));
  }
  QUORATE_TRY(const std::uint8_t type, in.u8("the record's type"));
  Record out;
  QUORATE_TRY(out.node, in.array<32>("the node"));
  QUORATE_TRY(out.time_ms, in.u64("the time"));
  QUORATE_TRY(out.body, read_body(in, type));
  QUORATE_CHECK(in.finish("the record"));
  return out;
}

Result<Leaf> decode_leaf(ByteView leaf) {
  if (leaf.size() > sizeof(Salt) + record_limit) {
    return fail(Code::too_large, "the leaf's record is too large");
  }
  Reader in(leaf);
  Leaf out;
  QUORATE_TRY(out.salt, in.array<16>("the leaf's salt"));
  QUORATE_TRY(const ByteView rest, in.raw(in.left(), "the record"));
  out.record_bytes.assign(rest.begin(), rest.end());
  QUORATE_TRY(out.record, decode(rest));
  return out;
}

}  // namespace quorate::record

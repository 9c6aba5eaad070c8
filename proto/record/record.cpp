#include "proto/record/record.h"

#include "crypto/base/invariant.h"
#include "proto/layout/writer.h"
#include "proto/record/verdict_rules.h"

namespace quorate::record {
namespace {

using layout::Writer;

void write(Writer& out, const Verdict& verdict) {
  QUORATE_INVARIANT(is_consistent(verdict));
  out.raw(verdict.request_id).raw(verdict.root_id).u64(verdict.epoch).u8(verdict.kind);
  out.u8(static_cast<std::uint8_t>(verdict.decision)).u16(verdict.code).raw(verdict.document);
  out.raw(verdict.profile).u64(verdict.revocation).u64(verdict.not_after).raw(verdict.reason);
  out.count(verdict.evidence.size());
  for (const SeenEvidence& seen : verdict.evidence) {
    out.u8(seen.type).raw(seen.data).raw(seen.person);
  }
}

void write(Writer& out, const Ceremony& ceremony) {
  out.raw(ceremony.ceremony).u8(static_cast<std::uint8_t>(ceremony.event));
  out.u64(ceremony.epoch).raw(ceremony.object);
}

void write(Writer& out, const PolicyChange& change) { out.raw(change.before).raw(change.now); }

void write(Writer& out, const Start& start) {
  QUORATE_INVARIANT(start.version.size() <= version_limit);
  out.text(start.version).raw(start.policies).u64(start.tree_size).raw(start.tree_root);
}

void write(Writer&, const Stop&) {}

void write(Writer& out, const Refusals& refusals) {
  out.u64(refusals.since_ms).u64(refusals.count);
}

void write(Writer& out, const People& people) { out.raw(people.before).raw(people.now); }

}  // namespace

Bytes encode(const Record& record) {
  Writer out;
  out.u8(1).u8(static_cast<std::uint8_t>(record.body.index() + 1));
  out.raw(record.node).u64(record.time_ms);
  std::visit([&out](const auto& body) { write(out, body); }, record.body);
  QUORATE_INVARIANT(out.bytes().size() <= record_limit);
  return std::move(out).bytes();
}

Bytes leaf(const Salt& salt, ByteView record) {
  Bytes data(salt.begin(), salt.end());
  append(data, record);
  return data;
}

}  // namespace quorate::record

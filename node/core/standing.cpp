#include "node/core/standing.h"

#include <sodium.h>

#include "proto/layout/labelled.h"
#include "proto/layout/writer.h"
#include "proto/record/record.h"

namespace quorate::node {
namespace {

// Never leave this machine; requests.md has the labels that do.
constexpr std::string_view standing_label = "standing";
constexpr std::string_view listed_label = "listed";

Bytes body_of(const store::VerdictRow& row) {
  layout::Writer out;
  out.raw(row.request_id).u64(row.leaf).u8(row.decision).u16(row.code).raw(row.profile);
  out.u64(row.revocation).raw(row.policy_file).raw(row.lists).u64(row.stands_until);
  out.blob(bytes_of(row.person)).blob(row.record);
  return std::move(out).bytes();
}

bool says_the_same(const store::VerdictRow& row) {
  const auto record = record::decode(row.record);
  if (!record) return false;
  const auto* verdict = std::get_if<record::Verdict>(&record->body);
  return verdict != nullptr && verdict->request_id == row.request_id &&
         verdict->decision == record::Decision::approve && verdict->profile == row.profile &&
         row.decision == static_cast<std::uint8_t>(record::Decision::approve);
}

}  // namespace

ByteArray<64> vouch(const ed25519::SigningKey& identity, const store::VerdictRow& row) {
  return layout::sign(identity, standing_label, body_of(row));
}

Status check_vouched(const ed25519::Point& identity, const store::VerdictRow& row) {
  if (says_the_same(row) && layout::verifies(identity, standing_label, body_of(row), row.vouched)) {
    return Done{};
  }
  return fail(Code::ledger_rewritten,
              "the approval that this node's database has for the request is not one that the node"
              " wrote; nothing is signed for it");
}

layout::Hash evidence_id(const layout::Hash& request_id, ByteView data) {
  Bytes both(request_id.begin(), request_id.end());
  append(both, data);
  layout::Hash id;
  crypto_hash_sha256(id.data(), both.data(), both.size());
  return id;
}

store::ListedEvidence listed_evidence(const ed25519::SigningKey& identity,
                                      const layout::Hash& request_id,
                                      const request::Evidence& evidence) {
  store::ListedEvidence listed{evidence_id(request_id, evidence.data)};
  if (evidence.type == request::oidc) {
    listed.vouched = layout::sign(identity, listed_label, listed.id);
  }
  return listed;
}

bool is_vouched(const ed25519::Point& identity, const store::ListedEvidence& token) {
  return layout::verifies(identity, listed_label, token.id, token.vouched);
}

}  // namespace quorate::node

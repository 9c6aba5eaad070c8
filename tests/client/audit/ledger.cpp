#include "tests/client/audit/ledger.h"

#include <algorithm>

#include "crypto/base/secret_bytes.h"
#include "proto/record/merkle.h"

namespace quorate::testing {
namespace {

ed25519::SigningKey key(SeededEntropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

}  // namespace

record::Hash hash_of(std::uint8_t byte) {
  record::Hash hash;
  hash.fill(byte);
  return hash;
}

record::Verdict an_approval(const record::Hash& request, const record::Hash& root) {
  return {.request_id = request,
          .root_id = root,
          .epoch = 1,
          .kind = 3,
          .decision = record::Decision::approve,
          .code = 0,
          .document = {request[0], 1},
          .profile = hash_of(5),
          .revocation = 0,
          .not_after = noon_ms / 1000 + 24 * 3600,
          .reason = {},
          .evidence = {{1, hash_of(8), hash_of(9)}}};
}

Ledger::Ledger(const std::string& name, std::uint64_t seed)
    : entropy_(seed),
      identity_(key(entropy_)),
      cosigner_(key(entropy_)),
      node_{name, "test/" + name, identity_.public_key(), cosigner_.public_key()} {
  add(record::Start{"0.1.0", hash_of(1), 0, record::tree_root({})}, noon_ms);
}

void Ledger::add(record::Body body, std::uint64_t time_ms) {
  record::Salt salt;
  entropy_.fill(salt);
  const Bytes record =
      record::encode(record::Record{identity_.public_key().bytes(), time_ms, std::move(body)});
  leaves.push_back(record::leaf(salt, record));
}

void Ledger::approve(const record::Hash& request, const record::Hash& root, std::uint64_t time_ms) {
  add(an_approval(request, root), time_ms);
}

std::vector<record::Hash> Ledger::hashes() const {
  std::vector<record::Hash> out;
  for (const Bytes& leaf : leaves) out.push_back(record::leaf_hash(leaf));
  return out;
}

std::string Ledger::note_of(const std::vector<Bytes>& of) const {
  std::vector<record::Hash> all;
  for (const Bytes& leaf : of) all.push_back(record::leaf_hash(leaf));
  return record::sign_note({node_.origin, {all.size(), record::tree_root(all)}}, identity_);
}

audit::Page Ledger::page(const audit::HistoryAsk& ask) const {
  audit::Page page{{}, note(), {}, texts};
  for (std::uint64_t i = ask.from; i < leaves.size() && i - ask.from < ask.count; ++i) {
    page.leaves.push_back(leaves[i]);
  }
  const bool has_proof = ask.consistent_with > 0 && ask.consistent_with <= leaves.size();
  if (has_proof) page.consistency = record::consistency_path(hashes(), ask.consistent_with);
  return page;
}

Pulled pull_all(const Ledger& from, audit::Held held) {
  Pulled out{audit::Pull(from.node(), std::move(held)), {}, {}};
  while (const auto ask = out.pull.next()) {
    const Result<audit::Grown> grown = out.pull.take(from.page(*ask));
    if (!grown) break;
    out.leaves.insert(out.leaves.end(), grown->leaves.begin(), grown->leaves.end());
    out.texts.insert(out.texts.end(), grown->texts.begin(), grown->texts.end());
  }
  return out;
}

audit::LedgerCheck checked(const audit::Node& node, const std::vector<Bytes>& leaves,
                           const std::string& note) {
  audit::LedgerCheck check(node);
  for (const Bytes& leaf : leaves) check.take(leaf);
  check.finish(note);
  return check;
}

ceremony::EpochRecord root_of(const std::vector<const Ledger*>& members) {
  SeededEntropy entropy(7);
  const DealtRoot root = deal(2, 3, entropy);
  ceremony::EpochRecord record{"files", "file", {1, 2, {}}, root.commitments, {}};
  std::uint32_t index = 1;
  for (const Ledger* member : members) {
    record.members.members.push_back({identifier(index++), member->identity().public_key()});
  }
  return record;
}

}  // namespace quorate::testing

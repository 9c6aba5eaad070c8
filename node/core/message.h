// What a node is asked and what it answers, decoded: types that can't be wrong. The wire's form of
// the same is proto/wire/quorate.proto; node/door goes between.

#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/frost/package.h"
#include "node/journal/refusal.h"
#include "proto/ceremony/certificate.h"

namespace quorate::node {

using RootId = ByteArray<32>;

// --- asks

struct Describe {};

struct Commit {
  RootId root;
  std::uint64_t epoch;
  std::uint32_t count;  // 1 to 64
};

struct SignAsk {
  Bytes request;
  RootId root;
  std::uint64_t epoch;
  // What does not decode is answered in its turn, after the epoch: docs/protocol.md, "Verdict".
  Result<std::vector<frost::Commitment>> commitments;
};

struct Open {
  Bytes proposal;
  std::vector<Bytes> administrators;  // SSHSIG blobs
};
struct Hellos {
  ceremony::Id ceremony;
  std::vector<layout::Signed> messages;
};
struct Deals {
  ceremony::Id ceremony;
  std::vector<layout::Signed> messages;
};
struct Activate {
  ceremony::Certificate certificate;
};
struct Reject {
  ceremony::Id ceremony;
  Bytes signature;  // SSHSIG blob
};
struct Fetch {
  ceremony::Id ceremony;
};
struct Evidence {
  ceremony::Id ceremony;
  std::vector<layout::Signed> messages;
};
using CeremonyAsk = std::variant<Open, Hellos, Deals, Activate, Reject, Fetch, Evidence>;

// Leaves [from, from + count) of the ledger, for clients with the role `auditor`.
struct History {
  std::uint64_t from;
  std::uint64_t count;            // 1 to 1000; the answer holds as many as fit
  std::uint64_t consistent_with;  // 0: no proof is asked for
};

// A signed revocation list or bundle: the DSSE envelope without its base64.
struct Publish {
  std::string type;  // of the payload: application/vnd.quorate.revocation.v1+json, ...bundle...
  Bytes payload;
  std::vector<Bytes> signatures;
};

// Another node's checkpoint, for this node's cosignature.
struct Cosign {
  std::string checkpoint;
  std::uint64_t from;
  std::vector<ByteArray<32>> consistency;
};

using Ask = std::variant<Describe, Commit, SignAsk, CeremonyAsk, History, Publish, Cosign>;

// --- answers

struct RootLine {
  Bytes record;
  std::string state;  // active | share_missing
};
struct CeremonyLine {
  Bytes proposal;
  std::string state;
};
struct Description {
  ByteArray<32> identity;
  ByteArray<32> cosigner;
  std::string name;
  std::string operator_name;
  std::string version;
  std::vector<RootLine> roots;
  std::string custody;
  std::string custody_state;
  ByteArray<32> policies;
  std::string policy_trouble;  // why a newer policy.toml is not in force; empty: it is
  std::string checkpoint;      // the ledger's newest, a signed note
  std::vector<CeremonyLine> ceremonies;
};

struct Commitments {
  RootId root;
  std::uint64_t epoch;
  ByteArray<16> boot;
  std::vector<frost::Commitment> pairs;
};

struct PartialAnswer {
  layout::Signed partial;
  Bytes verdict;  // signed verdict
  std::optional<Commitments> fresh;
};

struct Refused {
  Refusal refusal;
  ByteArray<16> salt{};  // of veil(reason), where a verdict was written
  Bytes verdict{};       // signed verdict, where one was written
  std::optional<Commitments> fresh{};
};

using CeremonyAnswer = std::variant<layout::Signed, ceremony::Certificate, std::string>;

struct VeiledText {
  ByteArray<16> salt;
  Bytes text;
};
struct HistoryAnswer {
  std::vector<Bytes> leaves;
  std::string checkpoint;                  // the newest
  std::vector<ByteArray<32>> consistency;  // from `consistent_with` to it
  std::vector<VeiledText> texts;           // behind the veils of these leaves, where not erased
};

struct Published {
  std::uint64_t number;  // the newest the node holds now
};

struct Cosigned {
  std::uint64_t size;  // of the largest tree of that origin cosigned here before, or 0
  std::string cosignature;
  std::string contradicted;
};

using Answer = std::variant<Description, Commitments, PartialAnswer, CeremonyAnswer, Refused,
                            HistoryAnswer, Published, Cosigned>;

}  // namespace quorate::node

// What a node's ledger holds: one record for each thing that the node did, in the layout of
// docs/protocol.md, "Ledger records and receipts".
//
//   record  u8 version=1 ‖ u8 type ‖ raw32 node ‖ u64 time ‖ body
//   leaf    raw16 salt ‖ record        the salt is drawn for this leaf alone (merkle.h hashes it)
//
// The record of a verdict is also what the node signs (signed_verdict.h), so that the verdict a
// client holds and the one in the ledger cannot differ.

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/layout/labelled.h"
#include "proto/record/veil.h"

namespace quorate::record {

using Identity = ByteArray<32>;  // a node's identity key, as bytes

inline constexpr std::size_t record_limit = 4096;
inline constexpr std::size_t version_limit = 64;
inline constexpr std::size_t verdict_evidence_limit = 16;

enum class Decision : std::uint8_t { approve = 1, refuse = 2, pending = 3 };

// One piece of evidence that the node verified, veiled.
struct SeenEvidence {
  std::uint8_t type;  // of the evidence, as in proto/request
  Hash data;          // veil(data)
  Hash person;        // veil(the person's name in the node's own policy)

  friend bool operator==(const SeenEvidence&, const SeenEvidence&) = default;
};

// What the node decided about one request. What the decision implies is checked on decoding and
// must hold on encoding:
//   approve   code 0, no reason (zeros), document filled in
//   refuse    code 100..399, document zeros
//   pending   code approval_missing, document filled in
struct Verdict {
  Hash request_id;
  Hash root_id;
  std::uint64_t epoch;
  std::uint8_t kind;  // of the statement, 1..7
  Decision decision;
  std::uint16_t code;
  Hash document;
  Hash profile;              // profile_hash(), zeros if none fitted
  std::uint64_t revocation;  // number of the newest revocation list the node holds, 0 for none
  std::uint64_t not_after;   // the statement's, unix seconds
  Hash reason;               // veil(reason)
  std::vector<SeenEvidence> evidence;  // in the request's order

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

enum class CeremonyEvent : std::uint8_t {
  opened = 1,  // object: the ceremony's id
  hello = 2,   // object, to `confirm`: SHA-256 of the body sent
  deal = 3,
  confirm = 4,    // object: the transcript
  abort = 5,      // object: SHA-256 of the body sent
  activated = 6,  // object: the transcript
  removed = 7,    // object: the transcript
  retired = 8,    // object: SHA-256 of `retire`
  mask = 9,       // object: SHA-256 of the body sent
  sum = 10,       // object: SHA-256 of the body sent
};

struct Ceremony {
  Hash ceremony;
  CeremonyEvent event;
  std::uint64_t epoch;
  Hash object;

  friend bool operator==(const Ceremony&, const Ceremony&) = default;
};

// Profiles were loaded that differ from those before; both are policies_hash().
struct PolicyChange {
  Hash before;
  Hash now;

  friend bool operator==(const PolicyChange&, const PolicyChange&) = default;
};

// The node started, and found its ledger like this.
struct Start {
  std::string version;
  Hash policies;
  std::uint64_t tree_size;
  Hash tree_root;

  friend bool operator==(const Start&, const Start&) = default;
};

struct Stop {
  friend bool operator==(const Stop&, const Stop&) = default;
};

// Requests refused since then that have no record of their own.
struct Refusals {
  std::uint64_t since_ms;
  std::uint64_t count;

  friend bool operator==(const Refusals&, const Refusals&) = default;
};

// Persons, groups or issuers of the policy changed; both are veils of their canonical JSON.
struct People {
  Hash before;
  Hash now;

  friend bool operator==(const People&, const People&) = default;
};

// In the order of their type numbers, from 1.
using Body = std::variant<Verdict, Ceremony, PolicyChange, Start, Stop, Refusals, People>;

struct Record {
  Identity node;
  std::uint64_t time_ms;  // what the node's clock said, even when it went back
  Body body;

  friend bool operator==(const Record&, const Record&) = default;
};

// The record obeys the limits and what Verdict says; otherwise that is our own mistake.
Bytes encode(const Record& record);

// Refuses with `malformed` and `too_large`. What it accepts, encode() writes again byte for byte.
[[nodiscard]] Result<Record> decode(ByteView record);

// raw16 salt ‖ record: the leaf's data.
Bytes leaf(const Salt& salt, ByteView record);

struct Leaf {
  Salt salt;
  Bytes record_bytes;
  Record record;
};

// `malformed`, `too_large`.
[[nodiscard]] Result<Leaf> decode_leaf(ByteView leaf);

}  // namespace quorate::record

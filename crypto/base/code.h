// The stable names and numbers of everything that may go wrong. Programs, exit codes, wire
// refusals and tests depend on these; nobody ever looks inside a message.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace quorate {

// From 100 on the numbers travel: docs/protocol.md lists them for other implementations, and a
// number is never reused. Below 100 they stay on this machine.
enum class Code : std::uint16_t {
  // Cryptography: what a caller of crypto/ may meet.
  wrong_participants = 1,   // too few, too many, repeated, unsorted, or not members
  unknown_participant = 2,  // an identifier outside 1..65535 or outside the set
  wrong_epoch = 3,          // shares and packages of different epochs do not combine
  commitment_mismatch = 4,  // the package does not carry the commitment this nonce was made for
  partial_invalid = 5,      // a partial signature that does not verify
  identity_reached = 6,     // a sum of points that came out as the identity
  proof_invalid = 7,        // a proof of possession that does not verify
  share_invalid = 8,        // a dealt share that does not fit its dealer's commitments
  envelope_invalid = 9,     // a sealed share that does not open
  threshold_invalid = 10,   // not 2 <= t <= n <= 64

  // Clients and programs.
  too_few_nodes = 20,  // the threshold is out of reach
  timed_out = 21,
  unreachable = 22,    // nobody answers at that address, or the channel broke
  not_pinned = 23,     // the peer has another key than the roster or the node's list says
  configuration = 24,  // a file a person wrote is wrong; the message names file, line, expectation
  usage = 25,
  io = 26,           // a file or the database could not be read or written
  tool_failed = 27,  // a program that we called (ssh-keygen) failed
  internal = 28,
  equivocation = 29,      // one node said two things
  receipt_invalid = 30,   // a receipt that is missing, or does not lead to the ledger it names
  provider_pending = 31,  // a node needs a provider's keys first, and judges again when they came
  ledger_rewritten = 32,  // a ledger that is not the one that its last checkpoint vouches for

  // Custody: the states of a token that are not `ready`, and what a sealed blob may say.
  token_absent = 40,
  token_wrong = 41,
  pin_missing = 42,
  pin_refused = 43,
  pin_locked = 44,
  key_missing = 45,
  token_suspect = 46,
  blob_damaged = 47,
  token_busy = 48,
  nonce_spent = 49,  // the nonce pair is not in the pool: used, dropped, or never ours

  // 1xx: form and time of a request.
  malformed = 100,
  too_large = 101,
  unknown_kind = 102,
  unknown_root = 103,
  not_yet = 104,
  expired = 105,
  life = 106,
  serial_taken = 107,

  // 2xx: evidence.
  evidence_missing = 200,
  evidence_malformed = 201,
  signature_invalid = 202,
  key_unknown = 203,
  namespace_wrong = 204,
  touch_required = 205,
  requesters_differ = 206,
  token_invalid = 210,
  token_issuer = 211,
  token_audience = 212,
  token_expired = 213,
  token_nonce = 214,
  token_key_unknown = 215,
  provider_unavailable = 216,
  approval_missing = 220,
  approval_expired = 221,
  approval_other_request = 222,
  approval_by_requester = 223,
  subject_is_ca_key = 230,
  revoked = 231,

  // 3xx: policy.
  requester_not_allowed = 300,
  profile_unknown = 301,
  principal_not_allowed = 302,
  validity_not_allowed = 303,
  key_not_allowed = 304,
  option_not_allowed = 305,
  namespace_not_allowed = 306,
  rate_limited = 307,
  outside_hours = 308,
  key_id_not_allowed = 309,
  field_not_allowed = 310,

  // 4xx: the node's state, not the request. Never in the ledger.
  nonce_unknown = 400,
  epoch_ahead = 401,
  epoch_behind = 402,
  too_many_sessions = 403,
  busy = 404,
  custody_unavailable = 405,
  ledger_unavailable = 406,
  share_missing = 407,
  rolled_back = 408,
  root_retired = 409,
  commitments_malformed = 410,
  stopping = 411,
  clock_behind = 412,

  // 5xx: ceremonies.
  administrators_missing = 500,
  operator_missing = 501,
  base_differs = 502,
  epoch_used = 503,
  message_differs = 504,
  ceremony_unknown = 505,
  ceremony_ended = 506,
  not_a_member = 507,
  root_exists = 508,
  guilty = 509,
  outside_window = 510,
  limits = 511,
};

// `malformed`, `nonce_unknown`, ...: the name as above and in docs/protocol.md.
std::string_view name(Code code);

// The code that travelled as `number` (100 and up), if there is one.
std::optional<Code> code_of_number(std::uint32_t number);

constexpr std::uint16_t number(Code code) { return static_cast<std::uint16_t>(code); }

}  // namespace quorate

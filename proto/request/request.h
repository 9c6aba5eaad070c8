// A statement's bytes with the evidence for it: what travels in `sign`, and what a request file
// holds. docs/protocol.md, "Evidence, and the request".
//
//   evidence   u8 type ‖ blob data
//   request    u8 version=1 ‖ blob statement ‖ list(evidence)     ascending by (type, data), each
//   once
//
// Adding evidence changes the file and not the request's id, which is a hash of the statement
// alone.
//
//   Result<Request> request = decode(bytes);               100, 101
//   statement::parse(request->statement), …                100 to 106
//   judge_evidence(…)                                      2xx: judgement.h

#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::request {

// Evidence.type. Others decode, so that a newer client gets an answer, and are refused by
// judge_evidence().
inline constexpr std::uint8_t requester = 1;  // SSHSIG over the statement, quorate-request
inline constexpr std::uint8_t approval = 2;   // approval ‖ SSHSIG over it, quorate-approval
inline constexpr std::uint8_t oidc = 3;       // a token in the compact form

inline constexpr std::string_view requester_namespace = "quorate-request";
inline constexpr std::string_view approval_namespace = "quorate-approval";

inline constexpr std::size_t evidence_limit = 16;  // how many
inline constexpr std::size_t size_beyond_statement =
    std::size_t{64} * 1024;                 // of the whole request
std::size_t data_limit(std::uint8_t type);  // bytes of one

struct Evidence {
  std::uint8_t type;
  Bytes data;

  friend bool operator==(const Evidence&, const Evidence&) = default;
  friend auto operator<=>(const Evidence&, const Evidence&) = default;  // the order in a request
};

struct Request {
  Bytes statement;
  std::vector<Evidence> evidence;

  friend bool operator==(const Request&, const Request&) = default;
};

// `malformed`: layout, order, the same evidence twice, an approval whose time is after the year
// 9999. `too_large`: any limit. Does not look into the statement but for its kind, which says how
// large it may be. What it accepts, encode() writes again byte for byte.
[[nodiscard]] Result<Request> decode(ByteView request);

// The request is one that decode() or add() made; anything else is our own mistake.
Bytes encode(const Request& request);

// Puts the evidence in its place; one that is there already is not added again. `too_large` beyond
// evidence_limit, data_limit or the request's size.
[[nodiscard]] Status add(Request& request, Evidence evidence);

// `-----BEGIN QUORATE REQUEST-----`, base64 in lines of 70: a request file.
std::string armour(const Request& request);
[[nodiscard]] Result<Request> decode_armour(std::string_view file);

}  // namespace quorate::request

// What administrators sign and what every other message of a ceremony refers to. Its hash is the
// ceremony's id. Layout: docs/protocol.md, "Ceremonies".

#pragma once

#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "crypto/frost/identifier.h"
#include "proto/layout/labelled.h"

namespace quorate::ceremony {

using Id = layout::Hash;

enum class Kind : std::uint8_t { create = 1, refresh = 2, reshare = 3, repair = 4 };

struct Member {
  frost::Identifier index;
  ed25519::Point identity;  // the node's identity key

  friend bool operator==(const Member&, const Member&) = default;
};

// Who holds the root before (base) and after (target) the ceremony.
struct Side {
  std::uint64_t epoch = 0;
  std::uint16_t threshold = 0;
  std::vector<Member> members;  // ascending by index, identities unique

  const Member* find(frost::Identifier index) const;
  const Member* find(const ed25519::Point& identity) const;
  friend bool operator==(const Side&, const Side&) = default;
};

struct Proposal {
  Kind kind = Kind::create;
  ByteArray<16> nonce{};  // random: two proposals of one content are two ceremonies
  std::string root;
  std::string purpose;
  std::uint64_t not_before = 0;  // unix seconds
  std::uint64_t not_after = 0;
  Side base;                                       // create: empty
  std::vector<ed25519::Point> base_commitments{};  // create: empty
  layout::Hash base_transcript{};                  // create: zeros
  Side target;
  std::uint16_t lost = 0;  // repair only, as are the helpers
  std::vector<frost::Identifier> helpers{};

  friend bool operator==(const Proposal&, const Proposal&) = default;
};

inline constexpr std::size_t largest_proposal =
    std::size_t{16} * 1024;  // 64 + 64 members, 64 commitments
inline constexpr std::string_view proposal_namespace = "quorate-proposal";

Bytes encode(const Proposal& proposal);
// Strict: one encoding. Fails with `malformed`, `too_large`, `unknown_participant`.
[[nodiscard]] Result<Proposal> decode_proposal(ByteView bytes);
Id id(const Proposal& proposal);

// Whether a proposal of kind `create` makes sense by itself: sizes, emptiness of what the kind does
// not use, epoch, window. Fails with `unknown_kind` (any other kind), `limits`, `outside_window`.
// Time, administrators, own membership and the root's name are the node's to judge.
[[nodiscard]] Status check_create(const Proposal& proposal);

// Every field in words, for whoever is asked to sign or accept it.
std::vector<std::pair<std::string, std::string>> describe(const Proposal& proposal);

}  // namespace quorate::ceremony

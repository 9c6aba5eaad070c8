// The payload of a statement of kind 6: which keys, people, requests and certificates are revoked.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/statement/statement.h"

namespace quorate::statement {

inline constexpr std::uint64_t longest_list_life_s =
    std::uint64_t{7} * 24 * 60 * 60;  // next_update - issued

inline constexpr std::uint64_t longest_entry_life_s =
    std::uint64_t{3653} * 24 * 60 * 60;  // until - issued: ten years

enum class RevocationType { key, person, request, serial };

struct RevocationEntry {
  RevocationType type;
  std::uint64_t until;  // when the entry may be forgotten
  std::string value;    // SSH fingerprint | printable ASCII | id in hex | `<root id>:<serial>`
};

struct RevocationContents {
  std::vector<RevocationEntry> entries;  // ascending by (type, value), each once
  std::uint64_t issued;
  std::string list;  // the list's name, in the form of a root name
  std::uint64_t next_update;
  std::uint64_t number;  // from 1
};

// `malformed`. Whether the times fit the statement, check_fields() says.
[[nodiscard]] Result<RevocationContents> parse_revocation(ByteView payload);

// next_update is after issued, at most seven days, and no entry stays for more than ten years: what
// nobody may drop must not fill the list for ever. `field_not_allowed`.
[[nodiscard]] Status check_times(const RevocationContents& list);

struct RevokedSerial {
  RootId root_id;
  std::uint64_t serial;  // never 0: sshd would deny everybody
};

// Reads the value of a `serial` entry.
[[nodiscard]] Result<RevokedSerial> parse_serial(std::string_view value);

// `SHA256:` and 43 characters of base64: an SSH fingerprint as ssh-keygen prints it.
[[nodiscard]] Result<Hash> parse_fingerprint(std::string_view text);

}  // namespace quorate::statement

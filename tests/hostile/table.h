// What somebody might send instead: for each decoder one table of inputs that it must refuse, each
// with the code it gets. Every input is a good one with a single thing wrong, and says which.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quorate::hostile {

struct Hostile {
  std::string what;  // what is wrong with it
  Bytes input;
  Code code;
};

struct Table {
  std::string decoder;
  // Nothing where the input is accepted.
  std::function<std::optional<Code>(ByteView)> decode;
  std::vector<Bytes> good;  // what the rows were made from
  std::vector<Hostile> rows;
};

// ssh_keys.cpp, ssh_certificates.cpp, sshsigs.cpp
Table ssh_keys();
Table ssh_key_lines();
Table ssh_certificates();
Table sshsigs();
Table sshsig_armours();
// tokens.cpp
Table tokens();
Table key_sets();
// json.cpp, payloads.cpp
Table canonical_json();
Table access_payloads();
Table revocation_lists();
Table bundles();
// toml.cpp, policy.cpp
Table node_files();
Table rosters();
Table policies();
// wire.cpp
Table frames();
Table asks();
Table answers();
// requests.cpp, notes.cpp
Table statements();
Table requests();
Table approvals();
Table notes();
Table cosignatures();
// blames.cpp
Table blames();

// --- for the tables

inline Bytes text(std::string_view characters) {
  return Bytes(characters.begin(), characters.end());
}

template <typename T>
std::optional<Code> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

// The input with one change. Whoever asks for a change that changes nothing, or could mean two
// places, gets no input at all: the test then finds the row empty-handed.
std::string replaced(const std::string& whole, std::string_view from, std::string_view to);
Bytes followed_by(Bytes whole, const Bytes& more);
Bytes without_last(Bytes whole);
Bytes with_byte(Bytes whole, std::size_t at, std::uint8_t value);

}  // namespace quorate::hostile

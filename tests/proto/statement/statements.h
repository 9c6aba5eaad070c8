// Statements that keep every rule, taken from the vectors, to be spoilt by the tests.

#pragma once

#include <string>

#include "proto/document/ssh_key.h"
#include "proto/statement/root_id.h"
#include "proto/statement/statement.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::testing {

inline Bytes statement_bytes(const std::string& name) {
  return bytes(requests().at("statements").at(name).at("statement"));
}

// `ssh-user`, `ssh-host`, `file`, `access`, `revocation`, `krl`.
inline statement::Statement statement_of(const std::string& name) {
  return statement::decode(statement_bytes(name)).value();
}

inline ssh::PublicKey root_of(const statement::Statement& statement) {
  return statement::ed25519_root(statement.root_id).value();
}

inline Bytes text_bytes(std::string_view text) { return Bytes(text.begin(), text.end()); }

}  // namespace quorate::testing

// A node's memory of its ceremonies. Every message is written before it is first sent, and what was
// written is what is sent again.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/store/database.h"
#include "proto/layout/labelled.h"

namespace quorate::store {

using layout::Hash;
using layout::Signed;

// Numbers stand in the database.
enum class CeremonyState : std::uint8_t {
  hello_sent = 1,
  dealt = 2,
  confirmed = 3,  // a certificate is the only way out
  active = 4,
  aborted = 5,
};

std::string_view name(CeremonyState state);

// A share that is sealed as an epoch's share already.
struct SealedShare {
  ByteArray<16> key_id;  // of the token key that seals it
  Bytes blob;
};

struct CeremonyRow {
  Hash id{};
  Bytes proposal;
  std::string root;
  std::uint64_t not_after = 0;  // unix seconds, the proposal's
  CeremonyState state = CeremonyState::hello_sent;
  Signed hello;
  Bytes receive_keys;          // sealed; empty once confirmed or ended
  std::vector<Signed> hellos;  // those dealt upon; empty before
  std::optional<Signed> deal;
  std::vector<Signed> deals;     // those answered upon; empty before
  std::optional<Signed> answer;  // the confirm; or, where aborted, the complaint or abort
  Bytes record;                  // epoch record, from `confirmed` on
  std::optional<SealedShare> candidate;
  std::vector<Signed> confirms;  // of all members: the certificate, from `active` on
};

class Ceremonies {
 public:
  explicit Ceremonies(Database& database) : database_(database) {}

  [[nodiscard]] Result<std::optional<CeremonyRow>> find(const Hash& id);
  [[nodiscard]] Result<std::vector<CeremonyRow>> of_state(CeremonyState state);
  // Whether another ceremony than this has an id with the same first 16 bytes, by which token keys
  // are named.
  [[nodiscard]] Result<bool> has_namesake(const Hash& id);
  // Of this root and of all, in the states hello_sent and dealt.
  struct Open {
    std::size_t of_root = 0;
    std::size_t in_all = 0;
  };
  [[nodiscard]] Result<Open> count_open(const std::string& root);
  [[nodiscard]] Result<std::vector<CeremonyRow>> newest(std::size_t most);
  // Inserts, or writes over the row of the same id. Inside a transaction of the caller's.
  [[nodiscard]] Status put(const CeremonyRow& row);

 private:
  Database& database_;
};

}  // namespace quorate::store

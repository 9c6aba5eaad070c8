// What a node decided, with what only it may know beside: which policy it was decided under, and
// the texts behind the veils. And what it may never do twice: give one serial to two requests,
// spend one commitment twice.

#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/store/database.h"
#include "proto/layout/labelled.h"

namespace quorate::store {

using layout::Hash;

struct VerdictRow {
  Hash request_id{};
  std::string person;         // who asked: another person's request has a verdict of its own
  std::uint8_t decision = 0;  // as in the record
  std::uint16_t code = 0;
  Hash profile{};
  std::uint64_t revocation = 0;
  Hash policy_file{};  // SHA-256 of the file that the node's policy was read from
  Bytes record;
  ByteArray<64> signature{};
  ByteArray<16> reason_salt{};
  std::uint64_t leaf = 0;  // the record's place in the ledger

  // Of approvals, which are used again: under which revocation lists, until when (unix seconds),
  // and the node's own word for all of this row, so that nobody adds one who only has the file.
  Hash lists{};
  std::uint64_t stands_until = 0;
  ByteArray<64> vouched{};
};

// A piece of evidence that a pending or approving verdict lists; for a token, which is not judged
// for its time again, with the node's own word.
struct ListedEvidence {
  Hash id{};
  ByteArray<64> vouched{};
};

// What a veil in a record covers. Erasable: no row refers to it.
struct VeiledText {
  Hash veil{};
  ByteArray<16> salt{};
  Bytes text;
};

class Verdicts {
 public:
  explicit Verdicts(Database& database) : database_(database) {}

  // The newest verdict of this very outcome: each is written once, but for pending ones, which are
  // written again when they list evidence that none before them listed.
  [[nodiscard]] Result<std::optional<VerdictRow>> same(const VerdictRow& row);
  // The newest approval that this person's request has under this very policy file and these lists.
  [[nodiscard]] Result<std::optional<VerdictRow>> standing(const Hash& request_id,
                                                           const std::string& person,
                                                           const Hash& policy_file,
                                                           const Hash& lists);
  // Whether it has one under any.
  [[nodiscard]] Result<bool> was_approved(const Hash& request_id, const std::string& person);
  // The evidence that the pending and approving verdicts of a request list, by ids of the caller's.
  [[nodiscard]] Result<std::map<Hash, ByteArray<64>>> listed(const Hash& request_id);
  // What these veils cover, where it was not erased; in their order.
  [[nodiscard]] Result<std::vector<VeiledText>> texts(std::span<const Hash> veils);
  // All below inside a transaction of the caller's.
  [[nodiscard]] Status put(const VerdictRow& row, const std::vector<VeiledText>& texts);
  [[nodiscard]] Status keep_texts(const std::vector<VeiledText>& texts);
  // The same verdict came out under a changed policy file, or other lists: what is beside the
  // record is as in `row` now.
  [[nodiscard]] Status restate(const VerdictRow& row);
  [[nodiscard]] Status list(const Hash& request_id, std::span<const ListedEvidence> evidence);

  // Whether there was a text.
  [[nodiscard]] Result<bool> erase_text(const Hash& veil);
  // The stored answers whose record is this leaf: how many there were.
  [[nodiscard]] Result<std::size_t> erase_of_leaf(std::uint64_t leaf);

  // Which request has this serial under this root, if any.
  [[nodiscard]] Result<std::optional<Hash>> holder_of_serial(const ByteArray<32>& root_id,
                                                             std::uint64_t serial);
  [[nodiscard]] Status take_serial(const ByteArray<32>& root_id, std::uint64_t serial,
                                   const Hash& request_id);

  // Fails with `nonce_spent` where the commitment was written before: a machine resumed from an
  // image of its memory, whose disk did not go back with it.
  [[nodiscard]] Status spend(const ByteArray<32>& hiding);

 private:
  Database& database_;
};

}  // namespace quorate::store

#include "node/ledger/ledger.h"

#include <algorithm>
#include <bit>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/ledger/rows.h"
#include "node/ledger/veils.h"

namespace quorate::ledger {
namespace {

// Of protobuf, for a field in an answer and for the message around two of them.
constexpr std::size_t frame_of_field = 6;
constexpr std::size_t fields_of_text = 3;
constexpr std::size_t frame_of_answer = 64;

// What an answer may still hold.
class Room {
 public:
  bool take(std::size_t bytes, std::size_t fields) {
    const std::size_t size = bytes + fields * frame_of_field;
    if (size > bytes_ || fields > fields_) return false;
    bytes_ -= size;
    fields_ -= fields;
    return true;
  }

 private:
  std::size_t bytes_ = Ledger::history_bytes - frame_of_answer;
  std::size_t fields_ = Ledger::history_fields;
};

bool take_text(Room& room, const store::VeiledText& text) {
  return room.take(text.salt.size() + text.text.size(), fields_of_text);
}

// Whole, or not at all.
bool take_leaf(Room& room, ByteView leaf, const std::vector<store::VeiledText>& texts) {
  Room trial = room;
  if (!trial.take(leaf.size(), 1)) return false;
  for (const store::VeiledText& text : texts) {
    if (!take_text(trial, text)) return false;
  }
  room = trial;
  return true;
}

}  // namespace

Hash Ledger::Edge::root() const {
  std::optional<Hash> reached;
  for (unsigned level = 0; level < peaks.size(); ++level) {
    if (((size >> level) & 1) == 0) continue;
    reached = reached ? record::node_hash(peaks[level], *reached) : peaks[level];
  }
  return reached ? *reached : record::tree_root({});
}

Result<std::unique_ptr<Ledger>> Ledger::open(store::Database& database, std::string origin,
                                             const ed25519::Point& identity) {
  std::unique_ptr<Ledger> ledger(new Ledger(database, std::move(origin), identity));
  QUORATE_TRY(const Memory* memory, ledger->memory_now());
  const std::uint64_t size = memory->sealed;
  // From a multiple of a power of two on, so that few hashes stand for all that is before.
  const std::uint64_t from = size <= checked_at_start
                                 ? 0
                                 : (size - checked_at_start) / checked_at_start * checked_at_start;
  QUORATE_CHECK(ledger->check(from, [](std::uint64_t, std::uint64_t) {}));
  QUORATE_CHECK(ledger->check_end(size));
  return ledger;
}

Result<Ledger::Edge> Ledger::load_edge(std::uint64_t size) {
  Edge edge;
  edge.size = size;
  for (unsigned level = 0; level < edge.peaks.size(); ++level) {
    // The leaves before this peak are those of the higher digits of the size.
    if (((size >> level) & 1) == 0) continue;
    QUORATE_TRY(edge.peaks[level], subtree(level, (size >> level) - 1));
  }
  return edge;
}

Result<Ledger::Memory> Ledger::load() {
  QUORATE_TRY(store::Query query, database_.query("SELECT note FROM checkpoint"));
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row) return Memory{};
  Memory memory;
  memory.note = query.text(0);
  const auto checkpoint = record::open_note(memory.note, origin_, identity_);
  if (!checkpoint) {
    return rewritten("its checkpoint is not one of " + origin_ +
                     " by this node's key: " + checkpoint.error().message);
  }
  memory.sealed = checkpoint->tree.size;
  QUORATE_TRY(memory.edge, load_edge(memory.sealed));
  if (memory.edge.root() != checkpoint->tree.root) {
    return rewritten("the hashes over its " + std::to_string(memory.sealed) +
                     " leaves have the root " + to_hex(memory.edge.root()) +
                     ", and the last checkpoint says " + to_hex(checkpoint->tree.root));
  }
  return memory;
}

Result<Ledger::Memory*> Ledger::memory_now() {
  if (!memory_ || memory_is_of_ != database_.rolled_back()) {
    if (memory_) QUORATE_REACHED("ledger: read again after a roll-back");
    memory_.reset();
    memory_is_of_ = database_.rolled_back();
    QUORATE_TRY(memory_, load());
  }
  return &*memory_;
}

Result<std::uint64_t> Ledger::append(const record::Salt& salt, ByteView record) {
  QUORATE_INVARIANT(database_.is_in_transaction() && record.size() <= record::record_limit);
  QUORATE_TRY(Memory * memory, memory_now());
  const std::uint64_t index = memory->edge.size;
  // Or a transaction was committed with leaves that no checkpoint covers.
  QUORATE_INVARIANT(memory->sealed == index || unsealed_is_of_ == database_.begun());
  unsealed_is_of_ = database_.begun();

  const Bytes data = record::leaf(salt, record);
  QUORATE_TRY(store::Query insert,
              database_.query("INSERT INTO leaf (number, data) VALUES (?1, ?2)"));
  QUORATE_CHECK(insert.bind(1, as_row(index)).bind(2, data).run());
  QUORATE_TRY(store::Query insert_subtree,
              database_.query("INSERT INTO subtree (number, hash) VALUES (?1, ?2)"));
  Hash hash = record::leaf_hash(data);
  unsigned level = 0;
  for (; ((index >> level) & 1) != 0; ++level) {
    hash = record::node_hash(memory->edge.peaks[level], hash);
    const std::uint64_t row = row_of(level + 1, index >> (level + 1));
    QUORATE_CHECK(insert_subtree.bind(1, as_row(row)).bind(2, hash).run());
    insert_subtree.reset();
  }
  memory->edge.peaks[level] = hash;
  ++memory->edge.size;
  return index;
}

Status Ledger::seal(const ed25519::SigningKey& identity) {
  QUORATE_INVARIANT(database_.is_in_transaction() && identity.public_key() == identity_);
  QUORATE_TRY(Memory * memory, memory_now());
  if (memory->sealed == memory->edge.size) return Done{};
  std::string note =
      record::sign_note({origin_, {memory->edge.size, memory->edge.root()}}, identity);
  QUORATE_TRY(store::Query put, database_.query("INSERT INTO checkpoint (number, note) VALUES (1,"
                                                " ?1) ON CONFLICT (number) DO UPDATE SET note ="
                                                " ?1"));
  QUORATE_CHECK(put.bind(1, note).run());
  memory->note = std::move(note);
  memory->sealed = memory->edge.size;
  return Done{};
}

Result<Tree> Ledger::tree() {
  QUORATE_TRY(const Memory* memory, memory_now());
  return Tree{memory->edge.size, memory->edge.root()};
}

Result<record::Leaf> Ledger::leaf(std::uint64_t index) {
  QUORATE_TRY(const Bytes bytes, leaf_bytes(index));
  auto leaf = record::decode_leaf(bytes);
  if (!leaf) return rewritten(leaves_named(0, index) + " is no record of this node");
  return std::move(*leaf);
}

Result<std::uint64_t> Ledger::last_record_ms() {
  QUORATE_TRY(const Memory* memory, memory_now());
  if (memory->edge.size == 0) return std::uint64_t{0};
  QUORATE_TRY(const record::Leaf last, leaf(memory->edge.size - 1));
  return last.record.time_ms;
}

bool Ledger::may_show() const {
  return !database_.is_in_transaction() || QUORATE_PLANTED(B04) || QUORATE_PLANTED(B31);
}

Result<std::string> Ledger::note() {
  QUORATE_INVARIANT(may_show());
  QUORATE_TRY(const Memory* memory, memory_now());
  return memory->note;
}

Result<record::Receipt> Ledger::receipt(std::uint64_t index) {
  QUORATE_INVARIANT(may_show());
  QUORATE_TRY(const Memory* memory, memory_now());
  QUORATE_INVARIANT(index < memory->sealed && memory->sealed == memory->edge.size);
  QUORATE_TRY(const Bytes bytes, leaf_bytes(index));
  QUORATE_TRY(const std::vector<Hash> path, inclusion_path(index, memory->sealed));
  const Tree tree{memory->sealed, memory->edge.root()};
  if (!record::includes(tree, index, record::leaf_hash(bytes), path)) {
    return rewritten(leaves_named(0, index) + " does not lead to the last checkpoint");
  }
  record::Receipt receipt{{}, index, memory->sealed, path, memory->note};
  std::copy_n(bytes.begin(), receipt.salt.size(), receipt.salt.begin());
  return receipt;
}

Result<History> Ledger::history(std::uint64_t from, std::uint64_t count,
                                std::uint64_t consistent_with) {
  QUORATE_INVARIANT(may_show());
  QUORATE_TRY(const Memory* memory, memory_now());
  const std::uint64_t size = memory->sealed;
  History history;
  history.note = memory->note;
  if (consistent_with > 0 && consistent_with < size) {
    QUORATE_TRY(history.consistency, consistency_path(consistent_with, size));
  }
  Room room;
  QUORATE_INVARIANT(
      room.take(history.note.size(), 1) &&
      room.take(history.consistency.size() * sizeof(Hash), history.consistency.size()));
  const std::uint64_t first = std::min(from, size);
  const std::uint64_t most = QUORATE_SOMETIMES("ledger: one leaf at a time") ? 1 : history_leaves;
  const std::uint64_t to = first + std::min({count, most, size - first});
  store::Verdicts verdicts(database_);
  for (std::uint64_t index = first; index < to; ++index) {
    QUORATE_TRY(Bytes bytes, leaf_bytes(index));
    const auto decoded = record::decode_leaf(bytes);
    if (!decoded) return rewritten(leaves_named(0, index) + " is no record of this node");
    QUORATE_TRY(std::vector<store::VeiledText> texts, verdicts.texts(veils(decoded->record)));
    if (!take_leaf(room, bytes, texts)) {
      if (!history.leaves.empty()) return history;
      // Alone it would be asked for again for ever: what is too long stays behind its veil.
      QUORATE_INVARIANT(room.take(bytes.size(), 1));
      std::erase_if(texts, [&](const store::VeiledText& text) { return !take_text(room, text); });
    }
    history.leaves.push_back(std::move(bytes));
    std::move(texts.begin(), texts.end(), std::back_inserter(history.texts));
  }
  return history;
}

}  // namespace quorate::ledger

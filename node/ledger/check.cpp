// Whether leaves, stored hashes and the signed checkpoint still belong together. One walk does it
// for the newest part at a start, and for everything when somebody asks.

#include "crypto/base/hex.h"
#include "node/ledger/ledger.h"
#include "node/ledger/rows.h"

namespace quorate::ledger {
namespace {

constexpr std::uint64_t leaves_between_reports = 65'536;

// The first row that a table may have: a walk from the beginning must meet rows that were slipped
// in before it, too.
std::int64_t first_row(std::uint64_t number) { return number == 0 ? INT64_MIN : as_row(number); }

}  // namespace

// The tree grown again from a leaf on, with every hash compared to the stored one.
class Ledger::Check {
 public:
  Check(const Edge& edge, const ed25519::Point& identity, store::Query& subtrees)
      : edge_(edge), identity_(identity), subtrees_(subtrees) {}

  Status grow(ByteView data) {
    const std::uint64_t index = edge_.size;
    const auto leaf = record::decode_leaf(data);
    if (!leaf || leaf->record.node != identity_.bytes()) {
      return rewritten(leaves_named(0, index) + " is no record of this node");
    }
    Hash hash = record::leaf_hash(data);
    unsigned level = 0;
    for (; ((index >> level) & 1) != 0; ++level) {
      hash = record::node_hash(edge_.peaks[level], hash);
      QUORATE_CHECK(compare(level + 1, index >> (level + 1), hash));
    }
    edge_.peaks[level] = hash;
    ++edge_.size;
    return Done{};
  }
  const Edge& edge() const { return edge_; }

 private:
  Status compare(unsigned level, std::uint64_t number, const Hash& hash) {
    const std::string leaves = leaves_named(level, number);
    QUORATE_TRY(const bool has_row, subtrees_.step());
    if (!has_row || as_number(subtrees_.integer(0)) != row_of(level, number)) {
      return rewritten("the hash over " + leaves + " is missing");
    }
    QUORATE_TRY(const Hash stored, hash_in(subtrees_, 1, leaves));
    if (stored == hash) return Done{};
    return rewritten(leaves + " hash to " + to_hex(hash) + ", and " + to_hex(stored) +
                     " was stored when they were written");
  }

  Edge edge_;
  const ed25519::Point& identity_;
  store::Query& subtrees_;
};

Status Ledger::check(std::uint64_t from, const Progress& progress) {
  QUORATE_TRY(const Memory* memory, memory_now());
  const std::uint64_t size = memory->sealed;
  QUORATE_TRY(const Edge edge, load_edge(from));
  QUORATE_TRY(store::Query leaves, database_.query("SELECT number, data FROM leaf WHERE number >="
                                                   " ?1 ORDER BY number"));
  QUORATE_TRY(store::Query subtrees, database_.query("SELECT number, hash FROM subtree WHERE"
                                                     " number >= ?1 ORDER BY number"));
  leaves.bind(1, first_row(from));
  subtrees.bind(1, first_row(subtrees_of(from)));
  Check check(edge, identity_, subtrees);
  for (std::uint64_t index = from; index < size; ++index) {
    QUORATE_TRY(const bool has_leaf, leaves.step());
    if (!has_leaf || leaves.integer(0) != as_row(index)) {
      return rewritten(leaves_named(0, index) + " is missing; the last checkpoint is over " +
                       std::to_string(size));
    }
    QUORATE_CHECK(check.grow(leaves.blob(1)));
    if ((index + 1) % leaves_between_reports == 0) progress(index + 1 - from, size - from);
  }
  QUORATE_TRY(const bool has_more, leaves.step());
  if (has_more) {
    return rewritten("leaf " + std::to_string(leaves.integer(0)) +
                     " stands behind the last checkpoint, which is over " + std::to_string(size));
  }
  QUORATE_TRY(const bool has_more_hashes, subtrees.step());
  if (has_more_hashes) return rewritten("there are hashes behind the last checkpoint");
  const Hash root = check.edge().root();
  const Hash expected = memory->edge.root();
  if (root != expected) {
    return rewritten("its " + std::to_string(size) + " leaves have the root " + to_hex(root) +
                     ", and the last checkpoint says " + to_hex(expected));
  }
  progress(size - from, size - from);
  return Done{};
}

// Cutting leaves off, with the hashes over them, would fit an older checkpoint. What the node
// stored beside them speaks against it.
Status Ledger::check_end(std::uint64_t size) {
  QUORATE_TRY(store::Query query, database_.query("SELECT max(leaf) FROM verdict"));
  QUORATE_TRY(const bool has_row, query.step());
  if (!has_row || query.is_null(0) || as_number(query.integer(0)) < size) return Done{};
  return rewritten("a stored verdict is that of leaf " + std::to_string(query.integer(0)) +
                   ", and the last checkpoint is over " + std::to_string(size));
}

Status Ledger::check_verdicts(std::uint64_t size) {
  QUORATE_CHECK(check_end(size));
  QUORATE_TRY(store::Query query, database_.query("SELECT leaf, record FROM verdict"));
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return Done{};
    const auto index = as_number(query.integer(0));
    if (index >= size) return rewritten("a stored verdict names no leaf");
    QUORATE_TRY(const record::Leaf stands, leaf(index));
    if (stands.record_bytes != query.blob(1)) {
      return rewritten("the stored verdict of leaf " + std::to_string(index) +
                       " is not the one that stands there");
    }
  }
}

Status Ledger::check_cosigned() {
  QUORATE_TRY(store::Query query, database_.query("SELECT identity, origin, note FROM cosigned"));
  for (;;) {
    QUORATE_TRY(const bool has_row, query.step());
    if (!has_row) return Done{};
    const auto identity = ed25519::Point::parse(query.blob(0));
    if (!identity || !record::open_note(query.text(2), query.text(1), *identity)) {
      return rewritten("a checkpoint of " + query.text(1) +
                       " that it cosigned is not signed by that node");
    }
  }
}

Status Ledger::verify_all(const Progress& progress) {
  QUORATE_CHECK(check(0, progress));
  QUORATE_TRY(const Memory* memory, memory_now());
  QUORATE_CHECK(check_verdicts(memory->sealed));
  return check_cosigned();
}

}  // namespace quorate::ledger

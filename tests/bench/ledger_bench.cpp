// What the ledger costs: verdicts that are durable, with their receipts, when one, 16 and 256 asks
// wait for one sync; beside it how many syncs the same disk does. And the proof that a record
// stands in a ledger of ten thousand, a million, ten million.
//
// TMPDIR says on which disk. The big ledgers take 1.5 GB there and a few minutes to grow.

#include <fcntl.h>
#include <unistd.h>
#include <chrono>
#include <memory>
#include <vector>

#include "crypto/base/invariant.h"
#include "node/journal/journal.h"
#include "node/store/store.h"
#include "tests/bench/yardstick.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temporary_folder.h"

namespace quorate::bench {
namespace {

using testing::SeededEntropy;
using testing::TemporaryFolder;

double wall_time_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ed25519::SigningKey key_of(Entropy& entropy) {
  SecretBytes<32> seed;
  entropy.fill(seed.writable());
  return ed25519::SigningKey(seed);
}

// Appends a page and syncs it, as a write-ahead log does.
class Disk {
 public:
  explicit Disk(const TemporaryFolder& folder)
      : file_(::open((folder / "disk").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    QUORATE_INVARIANT(file_ >= 0);
  }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() { (void)::close(file_); }

  void sync_a_page() const {
    static constexpr std::array<char, 4096> page{};
    QUORATE_INVARIANT(::write(file_, page.data(), page.size()) ==
                      static_cast<ssize_t>(page.size()));
    QUORATE_INVARIANT(::fdatasync(file_) == 0);
  }
  double syncs_per_s() const {
    constexpr int row = 50;
    const double from_s = wall_time_s();
    for (int i = 0; i < row; ++i) sync_a_page();
    return row / (wall_time_s() - from_s);
  }

 private:
  int file_;
};

class Node {
 public:
  explicit Node(const TemporaryFolder& folder)
      : store_(store::Store::open(folder / "node.db").value()),
        ledger_(ledger::Ledger::open(store_->database(), "bench/node", key_.public_key()).value()),
        journal_(*ledger_, key_, entropy_, 0) {}

  store::Store& store() { return *store_; }
  ledger::Ledger& ledger() { return *ledger_; }

  // One batch, from the first verdict to the last receipt.
  std::size_t decide(std::size_t asks) {
    std::vector<std::uint64_t> leaves;
    auto transaction = store_->begin().value();
    for (std::size_t i = 0; i < asks; ++i) {
      entropy_.fill(verdict_.request_id);
      leaves.push_back(journal_.verdict(verdict_, ++time_ms_).value().leaf);
    }
    QUORATE_INVARIANT(journal_.seal().has_value());
    QUORATE_INVARIANT(transaction.commit().has_value());
    std::size_t size = 0;
    for (const std::uint64_t leaf : leaves) size += journal_.receipt(leaf).value().size();
    return size;
  }

  // Without any sync, and in few transactions: such a ledger is good for reading only.
  void grow_to(std::uint64_t size) {
    constexpr std::uint64_t batch = 200'000;
    std::uint64_t grown = ledger_->tree().value().size;
    if (grown >= size) return;
    QUORATE_INVARIANT(store_->database().run("PRAGMA synchronous=OFF").has_value());
    while (grown < size) {
      auto transaction = store_->begin().value();
      for (const std::uint64_t end = std::min(size, grown + batch); grown < end; ++grown) {
        QUORATE_INVARIANT(journal_.refusals({grown, 1}, grown).has_value());
      }
      QUORATE_INVARIANT(journal_.seal().has_value());
      QUORATE_INVARIANT(transaction.commit().has_value());
    }
  }

 private:
  SeededEntropy entropy_{1};
  ed25519::SigningKey key_ = key_of(entropy_);
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ledger::Ledger> ledger_;
  node::Journal journal_;
  std::uint64_t time_ms_ = 1;
  record::Verdict verdict_{.request_id = {},
                           .root_id = {},
                           .epoch = 1,
                           .kind = 1,
                           .decision = record::Decision::approve,
                           .code = 0,
                           .document = {1},
                           .profile = {},
                           .revocation = 0,
                           .not_after = 1,
                           .reason = {},
                           .evidence = {{1, {}, {}}, {2, {}, {}}}};
};

// The disk is measured before and after: other users of it come and go.
void durable_verdicts(benchmark::State& state) {
  const TemporaryFolder folder;
  const Disk disk(folder);
  Node node(folder);
  const auto asks = static_cast<std::size_t>(state.range(0));
  double syncs_per_s = disk.syncs_per_s();
  double total_s = 0;
  for (auto unused : state) {
    static_cast<void>(unused);
    const double from_s = wall_time_s();
    benchmark::DoNotOptimize(node.decide(asks));
    const double elapsed_s = wall_time_s() - from_s;
    state.SetIterationTime(elapsed_s);
    total_s += elapsed_s;
  }
  syncs_per_s = (syncs_per_s + disk.syncs_per_s()) / 2;
  const double appends = static_cast<double>(state.iterations()) * static_cast<double>(asks);
  state.counters["appends/s"] = appends / total_s;
  state.counters["syncs/s"] = syncs_per_s;
  state.counters["appends/sync"] = appends / total_s / syncs_per_s;
}

void one_sync(benchmark::State& state) {
  const TemporaryFolder folder;
  const Disk disk(folder);
  double total_s = 0;
  for (auto unused : state) {
    static_cast<void>(unused);
    const double from_s = wall_time_s();
    disk.sync_a_page();
    const double elapsed_s = wall_time_s() - from_s;
    state.SetIterationTime(elapsed_s);
    total_s += elapsed_s;
  }
  state.counters["syncs/s"] = static_cast<double>(state.iterations()) / total_s;
}

// One ledger for all sizes, grown as they ask for it: from the smallest to the largest.
Node& big_node() {
  static const TemporaryFolder folder;
  static Node node(folder);
  return node;
}

void inclusion(benchmark::State& state) {
  const auto size = static_cast<std::uint64_t>(state.range(0));
  Node& node = big_node();
  node.grow_to(size);
  SeededEntropy places(7);
  measure(
      state, [&] { return places.number() % size; },
      [&](std::uint64_t index) { return node.ledger().inclusion_path(index, size).value(); });
}

void consistency(benchmark::State& state) {
  const auto size = static_cast<std::uint64_t>(state.range(0));
  Node& node = big_node();
  node.grow_to(size);
  SeededEntropy places(7);
  measure(
      state, [&] { return 1 + places.number() % size; },
      [&](std::uint64_t earlier) { return node.ledger().consistency_path(earlier, size).value(); });
}

}  // namespace

void register_ledger() {
  const auto shown = [](benchmark::internal::Benchmark* one) {
    return one->UseManualTime()->Unit(benchmark::kMicrosecond);
  };
  shown(benchmark::RegisterBenchmark("ledger/one_sync_of_this_disk", one_sync));
  for (const int asks : {1, 16, 256}) {
    shown(benchmark::RegisterBenchmark("ledger/durable_verdicts/waiting", durable_verdicts))
        ->Arg(asks);
  }
  for (const int size : {10'000, 1'000'000, 10'000'000}) {
    shown(benchmark::RegisterBenchmark("ledger/inclusion/records", inclusion))->Arg(size);
    shown(benchmark::RegisterBenchmark("ledger/consistency/records", consistency))->Arg(size);
  }
}

}  // namespace quorate::bench

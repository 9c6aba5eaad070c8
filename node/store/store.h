// A node's whole durable memory: one file, one writer, one transaction at a time.
//
//   QUORATE_TRY(Transaction transaction, store.begin());
//   QUORATE_CHECK(store.verdicts().put(...));
//   QUORATE_CHECK(transaction.commit());        // durable from here on
//
// A Transaction that dies uncommitted leaves nothing behind.

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "crypto/base/result.h"
#include "node/store/buckets.h"
#include "node/store/ceremonies.h"
#include "node/store/database.h"
#include "node/store/roots.h"
#include "node/store/verdicts.h"

namespace quorate::store {

class Transaction {
 public:
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  [[nodiscard]] Status commit();

 private:
  friend class Store;
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

class Store {
 public:
  // Opens the node's database, or makes one. Fails with `io`, naming the file, and where another
  // process has it open.
  // `files` outlives the store.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& file,
                                                           Files& files = real_files());

  [[nodiscard]] Result<Transaction> begin();

  Ceremonies& ceremonies() { return ceremonies_; }
  Roots& roots() { return roots_; }
  Verdicts& verdicts() { return verdicts_; }
  Buckets& buckets() { return buckets_; }

  // What `init` writes once: the sealed identity, the canary, the name.
  [[nodiscard]] Result<std::optional<Bytes>> fact(std::string_view name);
  [[nodiscard]] Status put_fact(std::string_view name, ByteView value);

  // For rooms with tables of their own in the same file, and in the same transactions.
  Database& database() { return *database_; }

 private:
  explicit Store(std::unique_ptr<Database> database);
  [[nodiscard]] Status create_tables();
  [[nodiscard]] Status check_tables();

  std::unique_ptr<Database> database_;
  Ceremonies ceremonies_;
  Roots roots_;
  Verdicts verdicts_;
  Buckets buckets_;
};

}  // namespace quorate::store

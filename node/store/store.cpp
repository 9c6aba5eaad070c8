#include "node/store/store.h"

#include "crypto/base/invariant.h"

namespace quorate::store {
namespace {

constexpr std::int64_t layout_version = 2;

constexpr const char* tables = R"(
CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE leaf (number INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE subtree (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint (number INTEGER PRIMARY KEY CHECK (number = 1), note TEXT NOT NULL) STRICT;
CREATE TABLE cosigned (
  identity BLOB PRIMARY KEY,
  origin TEXT NOT NULL,
  note TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE verdict (
  number INTEGER PRIMARY KEY,
  request_id BLOB NOT NULL,
  person TEXT NOT NULL,
  decision INTEGER NOT NULL,
  code INTEGER NOT NULL,
  profile BLOB NOT NULL,
  revocation INTEGER NOT NULL,
  policy_file BLOB NOT NULL,
  record BLOB NOT NULL,
  signature BLOB NOT NULL,
  reason_salt BLOB NOT NULL,
  leaf INTEGER NOT NULL UNIQUE,
  UNIQUE (request_id, person, profile, revocation, decision, code)) STRICT;
CREATE TABLE veiled (veil BLOB PRIMARY KEY, salt BLOB NOT NULL, text BLOB NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE serial (
  root_id BLOB NOT NULL,
  serial INTEGER NOT NULL,
  request_id BLOB NOT NULL,
  PRIMARY KEY (root_id, serial)) STRICT, WITHOUT ROWID;
CREATE TABLE spent (hiding BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE ceremony (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  proposal BLOB NOT NULL,
  root TEXT NOT NULL,
  not_after INTEGER NOT NULL,
  state INTEGER NOT NULL,
  hello BLOB NOT NULL,
  receive_keys BLOB NOT NULL,
  hellos BLOB NOT NULL,
  deal BLOB NOT NULL,
  deals BLOB NOT NULL,
  answer BLOB NOT NULL,
  record BLOB NOT NULL,
  candidate_key BLOB,
  candidate BLOB,
  confirms BLOB NOT NULL) STRICT;
CREATE INDEX ceremony_by_state ON ceremony (state, root);
CREATE TABLE root (
  name TEXT PRIMARY KEY,
  root_id BLOB NOT NULL UNIQUE,
  ceremony BLOB NOT NULL,
  record BLOB NOT NULL,
  share_key BLOB,
  share BLOB) STRICT;
)";

}  // namespace

Transaction::~Transaction() {
  if (database_ != nullptr) database_->roll_back();
}

Status Transaction::commit() {
  QUORATE_INVARIANT(database_ != nullptr);
  return std::exchange(database_, nullptr)->commit();
}

Store::Store(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      ceremonies_(*database_),
      roots_(*database_),
      verdicts_(*database_) {}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& file) {
  QUORATE_TRY(std::unique_ptr<Database> database, Database::open(file));
  std::unique_ptr<Store> store(new Store(std::move(database)));
  if (const Status made = store->create_tables(); !made) {
    return fail(made.error().code, file.string() + ": " + made.error().message);
  }
  return store;
}

Status Store::create_tables() {
  QUORATE_TRY(Transaction transaction, begin());
  std::int64_t version = 0;
  {
    QUORATE_TRY(Query query, database_->query("PRAGMA user_version"));
    QUORATE_TRY(const bool has_row, query.step());
    QUORATE_INVARIANT(has_row);
    version = query.integer(0);
  }
  if (version == layout_version) return Done{};
  if (version != 0) {
    return fail(Code::io, "the database was written by another release (layout " +
                              std::to_string(version) + ")");
  }
  for (std::string_view rest = tables; rest.find(';') != std::string_view::npos;) {
    const std::size_t end = rest.find(';') + 1;
    QUORATE_CHECK(database_->run(std::string(rest.substr(0, end)).c_str()));
    rest.remove_prefix(end);
  }
  QUORATE_CHECK(database_->run("PRAGMA user_version = 2"));
  return transaction.commit();
}

Result<Transaction> Store::begin() {
  QUORATE_CHECK(database_->begin());
  return Transaction(*database_);
}

Result<std::optional<Bytes>> Store::fact(std::string_view name) {
  QUORATE_TRY(Query query, database_->query("SELECT value FROM fact WHERE name = ?1"));
  QUORATE_TRY(const bool has_row, query.bind(1, name).step());
  if (!has_row) return std::optional<Bytes>();
  return std::optional<Bytes>(query.blob(0));
}

Status Store::put_fact(std::string_view name, ByteView value) {
  QUORATE_TRY(Query query, database_->query("INSERT INTO fact (name, value) VALUES (?1, ?2)"
                                            " ON CONFLICT (name) DO UPDATE SET value = ?2"));
  return query.bind(1, name).bind(2, value).run();
}

}  // namespace quorate::store

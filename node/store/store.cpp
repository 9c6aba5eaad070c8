#include "node/store/store.h"

#include "crypto/base/invariant.h"
#include "node/store/generations.h"

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
  lists BLOB NOT NULL,
  stands_until INTEGER NOT NULL,
  vouched BLOB NOT NULL) STRICT;
CREATE INDEX verdict_by_request ON verdict (request_id, person);
CREATE TABLE listed (
  request_id BLOB NOT NULL,
  evidence BLOB NOT NULL,
  vouched BLOB NOT NULL,
  PRIMARY KEY (request_id, evidence)) STRICT, WITHOUT ROWID;
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

// One by one, as SQLite remembers them.
std::vector<std::string> statements() {
  std::vector<std::string> all;
  std::string_view rest = tables;
  for (std::size_t end = rest.find(';'); end != std::string_view::npos; end = rest.find(';')) {
    const std::string_view statement = rest.substr(0, end);
    all.emplace_back(statement.substr(statement.find_first_not_of('\n')));
    rest.remove_prefix(end + 1);
  }
  return all;
}

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
      verdicts_(*database_),
      buckets_(*database_) {}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& file, Files& files) {
  QUORATE_TRY(std::unique_ptr<Database> database, Database::open(file, files));
  std::unique_ptr<Store> store(new Store(std::move(database)));
  if (const Status made = store->create_tables(); !made) {
    return fail(made.error().code, file.string() + ": " + made.error().message);
  }
  // What the disk failed on is of no more use, and would keep what is erased from now on.
  for (const std::filesystem::path& older : older_generations(file, files)) {
    files.remove(older);
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
  if (version == layout_version) return check_tables();
  if (version != 0) {
    return fail(Code::io, "the database was written by another release (layout " +
                              std::to_string(version) + ")");
  }
  for (const std::string& statement : statements()) {
    QUORATE_CHECK(database_->run(statement.c_str()));
  }
  QUORATE_CHECK(Buckets::create(*database_));
  QUORATE_CHECK(database_->run("PRAGMA user_version = 2"));
  return transaction.commit();
}

// SQLite keeps the text of each statement that made a table. Our own SQL must not meet others.
Status Store::check_tables() {
  QUORATE_TRY(Query query, database_->query("SELECT 1 FROM sqlite_master WHERE sql = ?1"));
  for (const std::string& statement : statements()) {
    QUORATE_TRY(const bool is_there, query.bind(1, statement).step());
    if (!is_there) {
      return fail(Code::io, "a table of the database was changed; expected was " +
                                statement.substr(0, statement.find('(')));
    }
    query.reset();
  }
  return Done{};
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

#include "node/store/database.h"

#include <sqlite3.h>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/store/generations.h"

namespace quorate::store {
namespace {

tl::unexpected<Error> failed(sqlite3* database, std::string_view what) {
  return fail(Code::io, std::string(what) + ": " + sqlite3_errmsg(database));
}

std::string escaped(const std::filesystem::path& file) {
  std::string uri;
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '?' || c == '#' || c == '%') {
      constexpr char digits[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', digits[byte >> 4], digits[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri;
}

}  // namespace

Query::~Query() {
  if (statement_ != nullptr) database_->give_back(statement_);
}

Query& Query::bind(int parameter, ByteView blob) {
  // A null pointer would bind NULL, and an empty blob is not NULL.
  static constexpr std::uint8_t nothing = 0;
  const void* data = blob.empty() ? &nothing : blob.data();
  QUORATE_INVARIANT(
      sqlite3_bind_blob64(statement_, parameter, data, blob.size(), SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}

Query& Query::bind(int parameter, std::string_view text) {
  QUORATE_INVARIANT(sqlite3_bind_text64(statement_, parameter, text.data(), text.size(),
                                        SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Query& Query::bind(int parameter, std::int64_t integer) {
  QUORATE_INVARIANT(sqlite3_bind_int64(statement_, parameter, integer) == SQLITE_OK);
  return *this;
}

Query& Query::bind_null(int parameter) {
  QUORATE_INVARIANT(sqlite3_bind_null(statement_, parameter) == SQLITE_OK);
  return *this;
}

Result<bool> Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failed(database_->handle_, "the node's database");
}

Status Query::run() {
  QUORATE_TRY(const bool has_row, step());
  QUORATE_INVARIANT(!has_row);
  return Done{};
}

void Query::reset() { sqlite3_reset(statement_); }

Bytes Query::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? Bytes() : Bytes(data, data + size);
}

std::string Query::text(int column) const { return std::string(text_of(blob(column))); }

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Files& files) {
  return open_exactly(file, newest_generation(file, files), files);
}

Result<std::unique_ptr<Database>> Database::open_exactly(const std::filesystem::path& name,
                                                         const std::filesystem::path& file,
                                                         Files& files) {
  // Made by us before SQLite opens it, so that there is no moment in which others may read it.
  QUORATE_CHECK(files.create_private(file));
  sqlite3* handle = nullptr;
  const std::string uri = "file:" + escaped(file) + "?psow=0";
  const int code = sqlite3_open_v2(uri.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                                   files.sqlite_vfs());
  std::unique_ptr<Database> database(new Database(name, files, handle));
  if (code != SQLITE_OK) return failed(handle, "can't open " + file.string());
  sqlite3_extended_result_codes(handle, 1);
  if (const Status configured = database->configure(); !configured) {
    return fail(Code::io, file.string() + ": " + configured.error().message);
  }
  return database;
}

Database::~Database() { close(); }

void Database::close() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  idle_.clear();
  // Queries that are still in hand keep what they need of it.
  sqlite3_close_v2(handle_);
}

Status Database::configure() {
  // Exclusively locked, a rollback journal is kept and not deleted, which would be safe.
  if (!QUORATE_PLANTED(B05) && !QUORATE_PLANTED(B07)) {
    QUORATE_CHECK(settle("PRAGMA locking_mode=EXCLUSIVE", "exclusive"));
  }
  const Status journal = QUORATE_PLANTED(B05) ? settle("PRAGMA journal_mode=DELETE", "delete")
                                              : settle("PRAGMA journal_mode=WAL", "wal");
  if (!journal && !QUORATE_PLANTED(B07)) return journal;
  QUORATE_CHECK(
      run(QUORATE_PLANTED(B06) ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL"));
  QUORATE_CHECK(settle("PRAGMA synchronous", QUORATE_PLANTED(B06) ? "1" : "2"));
  // Nothing of ours is written to other files than this one and its log.
  QUORATE_CHECK(run("PRAGMA temp_store=MEMORY"));
  QUORATE_CHECK(settle("PRAGMA temp_store", "2"));
  // Deleted rows are overwritten: sealed blobs of ended epochs need not linger.
  QUORATE_CHECK(settle("PRAGMA secure_delete=ON", "1"));
  QUORATE_CHECK(run("PRAGMA foreign_keys=ON"));
  int powersafe = -1;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_POWERSAFE_OVERWRITE, &powersafe);
  if (powersafe != 0) return fail(Code::io, "SQLite did not take the setting psow=0");
  return Done{};
}

Status Database::settle(const char* pragma, std::string_view expected) {
  QUORATE_TRY(Query answer, query(pragma));
  QUORATE_TRY(const bool has_row, answer.step());
  if (!has_row || answer.text(0) != expected) {
    return fail(Code::io, std::string(pragma) + " was answered with " +
                              (has_row ? answer.text(0) : "nothing") +
                              "; is another process using this database?");
  }
  return Done{};
}

Result<Query> Database::query(const char* sql) {
  if (poison_) return fail(Code::io, *poison_);
  if (is_open_ && sqlite3_get_autocommit(handle_) != 0) {
    QUORATE_REACHED("database: transaction lost");
    return fail(Code::io, "the transaction was lost: is the disk full?");
  }
  return prepare(sql);
}

Result<Query> Database::prepare(const char* sql) {
  if (const auto idle = idle_.find(std::string_view(sql)); idle != idle_.end()) {
    sqlite3_stmt* statement = idle->second;
    idle_.erase(idle);
    return Query(*this, statement);
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  QUORATE_INVARIANT(code != SQLITE_ERROR && code != SQLITE_MISUSE);  // our own SQL
  if (code != SQLITE_OK) return failed(handle_, "the node's database");
  return Query(*this, statement);
}

// Reset, so that it holds no lock; and without its parameters, which may be sealed keys.
void Database::give_back(sqlite3_stmt* statement) {
  if (sqlite3_db_handle(statement) != handle_) {
    sqlite3_finalize(statement);  // of a generation that was left meanwhile
    return;
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  const bool is_kept = !QUORATE_SOMETIMES("database: statement dropped") &&
                       idle_.try_emplace(sqlite3_sql(statement), statement).second;
  if (!is_kept) sqlite3_finalize(statement);  // the same text was in use twice
}

Status Database::run(const char* sql) {
  QUORATE_TRY(Query statement, query(sql));
  QUORATE_TRY(bool has_row, statement.step());
  while (has_row) {
    QUORATE_TRY(has_row, statement.step());
  }
  return Done{};
}

Status Database::recover() {
  if (!poison_) return Done{};
  return QUORATE_PLANTED(B08) ? open_anew() : move();
}

Status Database::begin() {
  QUORATE_CHECK(recover());
  QUORATE_CHECK(run("BEGIN IMMEDIATE"));
  is_open_ = true;
  ++begun_;
  return Done{};
}

Status Database::commit() {
  Status committed = run("COMMIT");
  if (committed) {
    is_open_ = false;
    return committed;
  }
  const int primary = sqlite3_extended_errcode(handle_) & 0xff;
  roll_back();
  if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT) {
    QUORATE_REACHED("database: poisoned");
    poison(committed.error().message);
    if (const Status moved = QUORATE_PLANTED(B08) ? open_anew() : move(); !moved) return moved;
  }
  return committed;
}

void Database::poison(const std::string& why) {
  poison_ = "a write to the disk failed (" + why +
            "); nothing is done until the database is copied to a new file";
  alarm_ = *poison_;
}

// Planted B08: as a daemon does that is killed after an error, and started again: the log is read
// as it is shown, and not as the disk holds it.
Status Database::open_anew() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  close();
  handle_ = nullptr;
  QUORATE_TRY(const std::unique_ptr<Database> again,
              open_exactly(file_, newest_generation(file_, files_), files_));
  handle_ = std::exchange(again->handle_, nullptr);
  idle_ = std::exchange(again->idle_, {});
  poison_.reset();
  return Done{};
}

Status Database::move() {
  const std::filesystem::path next = next_generation(file_, files_);
  const std::filesystem::path unnamed = next.string() + ".part";
  files_.remove(unnamed);
  const auto copy = [&]() -> Status {
    QUORATE_CHECK(files_.create_private(unnamed));
    QUORATE_TRY(Query vacuum, prepare("VACUUM INTO ?1"));
    QUORATE_CHECK(vacuum.bind(1, unnamed.string()).run());
    return files_.name_durably(unnamed, next);
  };
  if (const Status copied = copy(); !copied) {
    files_.remove(unnamed);
    return fail(Code::io, *poison_ + ", which failed: " + copied.error().message);
  }
  QUORATE_TRY(const std::unique_ptr<Database> moved, open_exactly(file_, next, files_));
  close();
  handle_ = std::exchange(moved->handle_, nullptr);
  idle_ = std::exchange(moved->idle_, {});
  QUORATE_REACHED("database: moved to a new generation");
  alarm_ = *poison_ + "; it goes on in " + next.string() + ": check the disk";
  poison_.reset();
  return Done{};
}

void Database::roll_back() {
  ++rolled_back_;
  is_open_ = false;
  // Fails where SQLite has rolled back by itself already, which is what we want.
  sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace quorate::store

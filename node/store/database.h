// SQLite, opened so that what was committed survives a power cut, with errors as Results. Knows no
// table of ours.
//
// After a sync that failed nobody knows what the disk holds: Linux reports it once, and then shows
// pages that it never wrote. Going on with the file loses what was committed; so does opening it
// anew. What this process still sees is all there is, and it writes that to a new file, with a new
// name (generations.h), before anything else is done. Until that has worked every call fails.
//
// Durable means measured to be: write-ahead log, synchronous=FULL, exclusive locking, and no claim
// that the disk never damages a sector's neighbours (psow=0). Each setting is read back, because
// SQLite answers some of them silently with another.

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "node/store/files.h"

struct sqlite3;
struct sqlite3_stmt;

namespace quorate::store {

class Database;

// One prepared statement in use. Parameters are numbered from 1, columns from 0.
class Query {
 public:
  Query(Query&& other) noexcept
      : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  Query& operator=(Query&&) = delete;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& bind(int parameter, ByteView blob);
  Query& bind(int parameter, std::string_view text);
  Query& bind(int parameter, std::int64_t integer);
  Query& bind_null(int parameter);

  // Whether there is a (further) row. Fails with `io`.
  [[nodiscard]] Result<bool> step();
  // For statements that return no row.
  [[nodiscard]] Status run();
  // For another round with other parameters.
  void reset();

  Bytes blob(int column) const;
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Query(Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  Database* database_;
  sqlite3_stmt* statement_;
};

class Database {
 public:
  // The newest generation of this file; creates it where there is none, with mode 0600. Fails with
  // `io`, naming the file.
  // `files` outlives the database.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                              Files& files = real_files());
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The SQL is ours, so a mistake in it ends the process; what fails is the disk: `io`. The
  // prepared statement is kept for the next query of the same text, so no text may be made of
  // values. Queries die before their database.
  [[nodiscard]] Result<Query> query(const char* sql);
  [[nodiscard]] Status run(const char* sql);

  // Everything between begin() and commit() becomes durable when commit() returns, or nothing does.
  // A commit that failed while writing to the disk poisons the file: then all of it is copied to a
  // new one, at once and again at each begin(), and until that has worked every call fails with
  // `io`. A full disk does not poison.
  [[nodiscard]] Status begin();
  [[nodiscard]] Status commit();
  void roll_back();

  // Tries again to leave a poisoned file, as begin() does: before reading, where nothing is about
  // to be written. Does nothing where all is well.
  [[nodiscard]] Status recover();

  // What the operator must hear of, once: that the file was poisoned, and where its copy is.
  std::optional<std::string> take_alarm() { return std::exchange(alarm_, std::nullopt); }

  // Between begin() and commit() or roll_back(). A statement that fails for want of space or memory
  // makes SQLite roll back by itself: then everything fails with `io` until roll_back(), so that
  // nothing is written outside of the transaction that it belongs to.
  bool is_in_transaction() const { return is_open_; }
  // How often begin() and roll_back() were called (a commit that failed counts as the latter): for
  // those who keep in memory what a transaction wrote.
  std::uint64_t begun() const { return begun_; }
  std::uint64_t rolled_back() const { return rolled_back_; }

 private:
  friend class Query;
  Database(std::filesystem::path file, Files& files, sqlite3* handle)
      : file_(std::move(file)), files_(files), handle_(handle) {}
  // Opens this very file, and sets it up.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open_exactly(
      const std::filesystem::path& name, const std::filesystem::path& file, Files& files);
  [[nodiscard]] Status settle(const char* pragma, std::string_view expected);
  [[nodiscard]] Status configure();

  [[nodiscard]] Result<Query> prepare(const char* sql);
  void give_back(sqlite3_stmt* statement);
  void close();
  // Copies everything to the next generation, and goes on with that.
  [[nodiscard]] Status move();
  [[nodiscard]] Status open_anew();
  void poison(const std::string& why);

  std::filesystem::path file_;  // the first generation's name
  Files& files_;
  sqlite3* handle_;
  std::map<std::string, sqlite3_stmt*, std::less<>> idle_;  // prepared, and not in use
  bool is_open_ = false;
  std::uint64_t begun_ = 0;
  std::uint64_t rolled_back_ = 0;
  std::optional<std::string> poison_;
  std::optional<std::string> alarm_;
};

}  // namespace quorate::store

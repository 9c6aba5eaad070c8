#include "node/store/buckets.h"

#include <algorithm>

#include "crypto/base/invariant.h"

namespace quorate::store {
namespace {

constexpr std::int64_t forgotten_at_once = 4;

// A token costs as many units as the bucket's time has milliseconds, and every millisecond pays
// back `count` of them: `count` tokens in that time, without a fraction.
std::uint64_t price(const Rate& rate) { return rate.seconds * 1000; }

std::uint64_t paid_back(std::uint64_t owed, const Rate& rate, std::uint64_t elapsed_ms) {
  if (elapsed_ms >= price(rate)) return 0;
  return owed - std::min(owed, elapsed_ms * rate.count);
}

}  // namespace

struct Buckets::Row {
  std::uint64_t owed;  // in units
  std::uint64_t updated_ms;
};

Status Buckets::create(Database& database) {
  QUORATE_CHECK(
      database.run("CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, "
                   "owed INTEGER NOT NULL, seconds INTEGER NOT NULL, "
                   "updated_ms INTEGER NOT NULL, full_ms INTEGER NOT NULL) "
                   "STRICT, WITHOUT ROWID"));
  return database.run("CREATE INDEX IF NOT EXISTS bucket_by_full ON bucket (full_ms)");
}

Result<Buckets::Row> Buckets::read(const std::string& name, const Rate& rate,
                                   std::uint64_t now_ms) {
  QUORATE_INVARIANT(rate.count >= 1 && rate.count <= Rate::most_count);
  QUORATE_INVARIANT(rate.seconds >= 1 && rate.seconds <= Rate::longest_s);
  QUORATE_TRY(Query query,
              database_.query("SELECT owed, seconds, updated_ms FROM bucket WHERE name = ?1"));
  QUORATE_TRY(const bool found, query.bind(1, name).step());
  if (!found) return Row{0, now_ms};
  const auto owed = static_cast<std::uint64_t>(query.integer(0));
  const auto seconds = static_cast<std::uint64_t>(query.integer(1));
  const auto updated_ms = static_cast<std::uint64_t>(query.integer(2));
  if (seconds == 0 || seconds > Rate::longest_s || owed > Rate::most_count * seconds * 1000) {
    return fail(Code::io, "the bucket " + name + " in the node's database is damaged");
  }
  // In another time a token costs other units; how many tokens were taken stays.
  const std::uint64_t tokens = owed / (seconds * 1000);
  const std::uint64_t rest = owed % (seconds * 1000);
  const std::uint64_t scaled = tokens * price(rate) + (rest * rate.seconds + seconds - 1) / seconds;
  const std::uint64_t capped = std::min(scaled, rate.count * price(rate));
  if (now_ms <= updated_ms) return Row{capped, updated_ms};
  return Row{paid_back(capped, rate, now_ms - updated_ms), now_ms};
}

Result<std::uint64_t> Buckets::wait_ms(const std::string& name, const Rate& rate,
                                       std::uint64_t now_ms) {
  QUORATE_TRY(const Row row, read(name, rate, now_ms));
  const std::uint64_t after = row.owed + price(rate);
  const std::uint64_t most = rate.count * price(rate);
  if (after <= most) return std::uint64_t{0};
  return (after - most + rate.count - 1) / rate.count + (row.updated_ms - now_ms);
}

Status Buckets::take(const std::string& name, const Rate& rate, std::uint64_t now_ms) {
  QUORATE_TRY(const Row row, read(name, rate, now_ms));
  const std::uint64_t owed = std::min(row.owed + price(rate), rate.count * price(rate));
  {
    QUORATE_TRY(Query query, database_.query("INSERT OR REPLACE INTO bucket (name, owed, seconds, "
                                             "updated_ms, full_ms) VALUES (?1, ?2, ?3, ?4, ?5)"));
    const std::uint64_t full_ms = row.updated_ms + (owed + rate.count - 1) / rate.count;
    QUORATE_CHECK(query.bind(1, name)
                      .bind(2, static_cast<std::int64_t>(owed))
                      .bind(3, static_cast<std::int64_t>(rate.seconds))
                      .bind(4, static_cast<std::int64_t>(row.updated_ms))
                      .bind(5, static_cast<std::int64_t>(full_ms))
                      .run());
  }
  QUORATE_TRY(Query query,
              database_.query("DELETE FROM bucket WHERE name IN "
                              "(SELECT name FROM bucket WHERE full_ms <= ?1 LIMIT ?2)"));
  return query.bind(1, static_cast<std::int64_t>(now_ms)).bind(2, forgotten_at_once).run();
}

}  // namespace quorate::store

#include "client/home/seen_ledgers.h"

#include <optional>
#include <system_error>

#include "client/home/file.h"
#include "crypto/base/hex.h"

namespace quorate::home {
namespace {

// A damaged file is no reason to trust what comes next: it is said, and a person decides.
Result<std::optional<record::Checkpoint>> load(const Path& path, const LedgerOwner& owner) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  QUORATE_TRY(const std::string note, read_file(path, record::note_limit));
  Result<record::Checkpoint> seen = record::open_note(note, owner.origin, owner.identity);
  if (seen) return *std::move(seen);
  return fail(Code::configuration,
              path.string() + " is no checkpoint of " + owner.origin + ": " + seen.error().message);
}

std::string in_words(const record::Tree& tree) {
  return std::to_string(tree.size) + " records with the root " + to_hex(tree.root).substr(0, 16);
}

}  // namespace

Result<std::string> SeenLedgers::seen(const LedgerOwner& owner) const {
  const Path path = folder_ / owner.node;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::string();
  return read_file(path, record::note_limit);
}

Result<record::Checkpoint> SeenLedgers::see(const LedgerOwner& owner,
                                            const std::string& note) const {
  QUORATE_TRY(record::Checkpoint now, record::open_note(note, owner.origin, owner.identity));
  const Path path = folder_ / owner.node;
  QUORATE_TRY(const std::optional<record::Checkpoint> seen, load(path, owner));
  if (seen && (now.tree.size < seen->tree.size ||
               (now.tree.size == seen->tree.size && now.tree.root != seen->tree.root))) {
    return fail(Code::ledger_rewritten, "it shows " + in_words(now.tree) + ", and has signed " +
                                            in_words(seen->tree) + " before (kept in " +
                                            path.string() + ")");
  }
  if (!seen || now.tree.size > seen->tree.size) {
    QUORATE_CHECK(write_file(path, note, 0644, Existing::replace));
  }
  return now;
}

}  // namespace quorate::home

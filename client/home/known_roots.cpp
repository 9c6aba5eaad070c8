#include "client/home/known_roots.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "crypto/base/hex.h"
#include "proto/layout/reader.h"

namespace quorate::home {

namespace {

constexpr std::size_t known_roots_limit =
    std::size_t{64} * 1024;  // a record of 64 members has 9 KiB of hex

constexpr std::size_t certificate_file_limit = 2 * ceremony::certificate_limit + 1;

// No root has a dot in its name.
Path certificate_path(const Path& folder, const std::string& root) {
  return folder / (root + ".certificate");
}

Result<ceremony::EpochRecord> decode(const Path& path, std::string_view name,
                                     std::string_view content) {
  if (!content.empty() && content.back() == '\n') content.remove_suffix(1);
  const Result<Bytes> bytes = from_hex(content);
  if (!bytes) {
    return fail(Code::configuration,
                path.string() + ":1: expected an epoch record in hex: " + bytes.error().message);
  }
  Result<ceremony::EpochRecord> record = ceremony::decode_epoch_record(*bytes);
  if (!record) {
    return fail(Code::configuration,
                path.string() + ":1: expected an epoch record in hex: " + record.error().message);
  }
  if (record->root != name) {
    return fail(Code::configuration, path.string() + ":1: expected the record of a root called " +
                                         std::string(name) + ", found that of " + record->root);
  }
  return record;
}

}  // namespace

Result<ceremony::EpochRecord> KnownRoots::find(std::string_view name) const {
  // Also what keeps `../../x` out of the path.
  if (!layout::is_name(name)) {
    return fail(Code::usage, "a root's name has 1 to 63 of a-z, 0-9 and -, and begins with no -");
  }
  const Path path = folder_ / name;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(Code::unknown_root, "no root called " + std::string(name) + " is known here");
  }
  QUORATE_TRY(const std::string content, read_file(path, known_roots_limit));
  return decode(path, name, content);
}

Result<std::vector<ceremony::EpochRecord>> KnownRoots::list() const {
  std::error_code error;
  std::set<std::string> names;
  for (auto it = std::filesystem::directory_iterator(folder_, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (layout::is_name(name)) names.insert(name);  // not what a crash left half written
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(Code::io, "can't read " + folder_.string() + ": " + error.message());
  }
  std::vector<ceremony::EpochRecord> records;
  for (const std::string& name : names) {
    QUORATE_TRY(ceremony::EpochRecord record, find(name));
    records.push_back(std::move(record));
  }
  return records;
}

Status KnownRoots::pin(const ceremony::EpochRecord& record) const {
  const Path path = folder_ / record.root;
  Status written =
      write_file(path, to_hex(ceremony::encode(record)) + '\n', 0600, Existing::refuse);
  if (written || written.error().code != Code::usage) return written;
  QUORATE_TRY(const ceremony::EpochRecord pinned, find(record.root));
  if (pinned == record) return Done{};
  return fail(Code::not_pinned,
              "WARNING: the root " + record.root + " is not the one that this client trusts. Its " +
                  "key is " + to_hex(record.root_id()) + ", and the pinned one is " +
                  to_hex(pinned.root_id()) + ". Somebody may be deceiving you. If you know that " +
                  "it was made anew, remove " + path.string());
}

Result<ceremony::EpochRecord> KnownRoots::pin(const ceremony::Certificate& certificate) const {
  auto record = ceremony::verify(certificate);
  if (!record) return tl::unexpected(record.error().error);
  QUORATE_CHECK(pin(*record));
  QUORATE_CHECK(write_file(certificate_path(folder_, record->root),
                           to_hex(ceremony::encode(certificate)) + '\n', 0600, Existing::replace));
  return std::move(*record);
}

Result<ceremony::Certificate> KnownRoots::certificate(const ceremony::EpochRecord& record) const {
  const auto missing = [&](const std::string& why) {
    return fail(Code::evidence_missing,
                "no certificate of the root " + record.root + " is kept here" + why);
  };
  const Path path = certificate_path(folder_, record.root);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return missing("");
  QUORATE_TRY(std::string content, read_file(path, certificate_file_limit));
  if (!content.empty() && content.back() == '\n') content.pop_back();
  const Result<Bytes> bytes = from_hex(content);
  if (!bytes) return missing(": " + path.string() + " is damaged");
  Result<ceremony::Certificate> certificate = ceremony::decode_certificate(*bytes);
  if (!certificate) return missing(": " + path.string() + " is damaged");
  const auto certified = ceremony::verify(*certificate);
  if (!certified || *certified != record) {
    return missing(": " + path.string() + " is that of another root");
  }
  return certificate;
}

Result<ceremony::EpochRecord> agreed_record(std::string_view name, const Roster& roster,
                                            const std::vector<Described>& heard) {
  std::map<Bytes, std::set<ed25519::Point>> witnesses;
  for (const Described& described : heard) {
    if (roster.find(described.identity) == nullptr) continue;
    for (const Bytes& bytes : described.records) {
      const Result<ceremony::EpochRecord> record = ceremony::decode_epoch_record(bytes);
      if (!record || record->root != name) continue;
      if (record->members.find(described.identity) == nullptr) continue;
      witnesses[bytes].insert(described.identity);
    }
  }
  if (witnesses.empty()) {
    return fail(Code::unknown_root,
                "no node that answered knows a root called " + std::string(name));
  }
  std::vector<ceremony::EpochRecord> agreed;
  std::string counts;
  for (const auto& [bytes, who] : witnesses) {
    QUORATE_TRY(ceremony::EpochRecord record, ceremony::decode_epoch_record(bytes));
    // The record names its own threshold, and liars would name a small one. So most of the roster
    // must vouch, too: those whom we chose to know.
    const std::size_t needed =
        std::max<std::size_t>(record.members.threshold, roster.nodes.size() / 2 + 1);
    counts += (counts.empty() ? "" : ", ") + std::to_string(who.size()) + " of the " +
              std::to_string(needed) + " that are needed";
    if (who.size() >= needed) agreed.push_back(std::move(record));
  }
  if (agreed.size() == 1) return std::move(agreed.front());
  if (witnesses.size() > 1) {
    return fail(Code::equivocation, "the nodes describe different roots called " +
                                        std::string(name) + " (" + counts +
                                        "): ask their operators which one is theirs");
  }
  return fail(Code::too_few_nodes,
              "too few nodes vouch for the root " + std::string(name) + ": " + counts);
}

}  // namespace quorate::home

#include "client/home/blames.h"

#include <sodium.h>
#include <algorithm>
#include <system_error>

#include "client/home/file.h"
#include "crypto/base/hex.h"

namespace quorate::home {
namespace {

constexpr std::size_t blame_file_limit = 2 * blame::size_limit;  // base64, and line feeds
constexpr std::string_view ending = ".blame";

Path name_of(const blame::WrongPartial& evidence, const ed25519::Point& liar) {
  ByteArray<32> hash;
  // Without the certificate: it may be known to one of two writers only, and proves the same.
  blame::WrongPartial bare = evidence;
  bare.certificate.reset();
  const Bytes bytes = blame::encode(bare);
  crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
  return evidence.record.root + '-' + to_hex(liar.bytes()).substr(0, 16) + '-' +
         to_hex(hash).substr(0, 16) + std::string(ending);
}

const ed25519::Point& identity_of(const blame::WrongPartial& evidence, frost::Identifier liar) {
  return evidence.record.members.find(liar)->identity;  // judge() found it there
}

}  // namespace

Result<blame::WrongPartial> read_blame(const Path& path) {
  QUORATE_TRY(const std::string content, read_file(path, blame_file_limit));
  Result<blame::WrongPartial> evidence = blame::decode_armour(content);
  if (!evidence) {
    return fail(evidence.error().code, path.string() + ": " + evidence.error().message);
  }
  return evidence;
}

Result<Path> Blames::keep(const blame::WrongPartial& evidence) const {
  QUORATE_TRY(const frost::Identifier who, blame::judge(evidence));
  const ed25519::Point liar = identity_of(evidence, who);
  const Path path = folder_ / name_of(evidence, liar);
  QUORATE_TRY(const std::vector<Blame> known, list());
  const auto same = std::ranges::find(known, path, &Blame::file);
  const bool adds_certificate =
      same != known.end() && !same->evidence.certificate && evidence.certificate;
  if (same != known.end() && !adds_certificate) return path;
  const auto count = std::ranges::count(known, liar, &Blame::liar);
  if (same == known.end() && count >= std::ptrdiff_t{blames_of_a_node}) return Path();
  QUORATE_CHECK(write_file(path, blame::armour(evidence), 0644, Existing::replace));
  return path;
}

Result<std::vector<Blame>> Blames::list() const {
  std::error_code error;
  std::set<Path> files;
  for (auto it = std::filesystem::directory_iterator(folder_, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    if (it->path().extension() == ending) files.insert(it->path());  // no half-written one
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(Code::io, "can't read " + folder_.string() + ": " + error.message());
  }
  std::vector<Blame> found;
  for (const Path& file : files) {
    Result<blame::WrongPartial> evidence = read_blame(file);
    if (!evidence) continue;
    const Result<frost::Identifier> liar = blame::judge(*evidence);
    if (!liar) continue;
    const ed25519::Point identity = identity_of(*evidence, *liar);
    found.push_back({file, identity, *std::move(evidence)});
  }
  return found;
}

Result<std::set<ed25519::Point>> Blames::liars() const {
  QUORATE_TRY(const std::vector<Blame> blames, list());
  std::set<ed25519::Point> found;
  for (const Blame& blame : blames) found.insert(blame.liar);
  return found;
}

Result<std::size_t> Blames::clear(const ed25519::Point& liar) const {
  QUORATE_TRY(const std::vector<Blame> blames, list());
  std::size_t cleared = 0;
  for (const Blame& blame : blames) {
    if (blame.liar != liar) continue;
    const Path away = folder_ / "cleared";
    QUORATE_CHECK(make_folder(away));
    std::error_code error;
    std::filesystem::rename(blame.file, away / blame.file.filename(), error);
    if (error) {
      return fail(Code::io, "can't move " + blame.file.string() + ": " + error.message());
    }
    ++cleared;
  }
  return cleared;
}

}  // namespace quorate::home

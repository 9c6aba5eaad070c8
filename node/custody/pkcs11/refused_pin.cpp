#include "node/custody/pkcs11/refused_pin.h"

#include <fstream>
#include <iterator>
#include <system_error>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::custody::pkcs11 {
namespace {

const char* chars(const Pin& pin) {
  return reinterpret_cast<const char*>(pin.bytes.expose().data());
}

}  // namespace

RefusedPin::RefusedPin(std::optional<std::filesystem::path> marker) : marker_(std::move(marker)) {
  randombytes_buf(quick_key_.writable().data(), 32);
  if (!marker_) return;
  std::ifstream file(*marker_);
  Refused found{};
  if (file >> found.changed_ns >> found.hash) refused_ = std::move(found);
}

ByteArray<32> RefusedPin::quick_hash(const Pin& pin) const {
  ByteArray<32> hash;
  crypto_generichash(hash.data(), hash.size(), pin.bytes.expose().data(), pin.bytes.size(),
                     quick_key_.expose().data(), 32);
  return hash;
}

bool RefusedPin::is(const Pin& pin) const {
  if (!refused_ || refused_->changed_ns != pin.changed_ns) return false;
  const ByteArray<32> quick = quick_hash(pin);
  if (!compared_ || compared_->pin != quick) {
    compared_ = Compared{quick, refused_->hash.size() < crypto_pwhash_STRBYTES &&
                                    crypto_pwhash_str_verify(refused_->hash.c_str(), chars(pin),
                                                             pin.bytes.size()) == 0};
  }
  return compared_->is_refused;
}

Status RefusedPin::remember(const Pin& pin) {
  char hash[crypto_pwhash_STRBYTES];
  // It fails only for want of 64 MiB; then a restart would try the PIN again, so better stop.
  QUORATE_INVARIANT(crypto_pwhash_str(hash, chars(pin), pin.bytes.size(),
                                      crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                      crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0);
  refused_ = Refused{pin.changed_ns, hash};
  compared_.reset();
  if (!marker_) return Done{};
  std::ofstream file(*marker_, std::ios::trunc);
  file << refused_->changed_ns << ' ' << refused_->hash << '\n' << std::flush;
  std::error_code error;
  std::filesystem::permissions(
      *marker_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  if (!file || error) {
    return fail(Code::io, "can't write " + marker_->string() +
                              ": after a restart the refused PIN would be tried once more");
  }
  return Done{};
}

void RefusedPin::forget() {
  refused_.reset();
  std::error_code ignored;  // mostly there is none
  if (marker_) std::filesystem::remove(*marker_, ignored);
}

}  // namespace quorate::custody::pkcs11

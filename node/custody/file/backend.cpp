#include "node/custody/file/backend.h"

#include <algorithm>
#include <mutex>

#include <sodium.h>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "node/custody/blob.h"
#include "node/custody/file/disk.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::custody::file {
namespace {

using layout::Reader;
using layout::Writer;
using std::filesystem::path;

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t boxed_size = nonce_size + 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t key_file_size = 4 + boxed_size;
constexpr std::size_t largest_header = 1024;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
static_assert(crypto_pwhash_SALTBYTES == 16);

struct Header {
  Argon2Cost cost;
  ByteArray<16> salt;
  KeyId seal_key;
  Bytes canary;
};

path header_path(const path& directory) { return directory / "custody.header"; }
path keys_path(const path& directory) { return directory / "keys"; }

std::string_view name(KeyKind kind) {
  switch (kind) {
    case KeyKind::seal: return "seal";
    case KeyKind::share: return "share";
    case KeyKind::ceremony: return "ceremony";
  }
  QUORATE_INVARIANT(false);
}

path key_path(const path& directory, const KeyId& key) {
  return keys_path(directory) / (std::string(name(key.kind)) + "-" + to_hex(key.id));
}

bool is_affordable(const Argon2Cost& cost) {
  return cost.memory_kib >= 8 && cost.memory_kib <= 4 * 1024 * 1024 && cost.passes >= 1 &&
         cost.passes <= 64;
}

Bytes encode(const Header& header) {
  return Writer()
      .raw(bytes_of("QFC1"))
      .u32(header.cost.memory_kib)
      .u32(header.cost.passes)
      .raw(header.salt)
      .raw(header.seal_key.id)
      .blob(header.canary)
      .bytes();
}

Result<Header> decode(ByteView bytes) {
  Reader reader(bytes);
  Header header{};
  QUORATE_TRY(const ByteView magic, reader.raw(4, "magic"));
  QUORATE_TRY(header.cost.memory_kib, reader.u32("memory"));
  QUORATE_TRY(header.cost.passes, reader.u32("passes"));
  QUORATE_TRY(header.salt, reader.array<16>("salt"));
  QUORATE_TRY(const auto id, reader.array<16>("seal key id"));
  header.seal_key = {KeyKind::seal, id};
  QUORATE_TRY(const ByteView canary, reader.blob(512, "canary"));
  header.canary.assign(canary.begin(), canary.end());
  QUORATE_CHECK(reader.finish("the header"));
  if (text_of(magic) != "QFC1" || !is_affordable(header.cost)) {
    return fail(Code::malformed, "not a header of ours");
  }
  return header;
}

// XChaCha20-Poly1305 of 32 secret bytes: nonce ‖ ciphertext ‖ tag.
Bytes box(const SecretBytes<32>& key, const SecretBytes<32>& secret, ByteView aad,
          Entropy& entropy) {
  Bytes boxed(boxed_size);
  entropy.fill(std::span(boxed).first(nonce_size));
  QUORATE_INVARIANT(crypto_aead_xchacha20poly1305_ietf_encrypt(
                        boxed.data() + nonce_size, nullptr, secret.expose().data(), 32, aad.data(),
                        aad.size(), nullptr, boxed.data(), key.expose().data()) == 0);
  return boxed;
}

std::optional<SecretBytes<32>> unbox(const SecretBytes<32>& key, ByteView boxed, ByteView aad) {
  if (boxed.size() != boxed_size) return std::nullopt;
  SecretBytes<32> secret;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.writable().data(), nullptr, nullptr,
                                                 boxed.data() + nonce_size,
                                                 boxed.size() - nonce_size, aad.data(), aad.size(),
                                                 boxed.data(), key.expose().data()) != 0) {
    return std::nullopt;
  }
  return secret;
}

// What a key file's tag covers: a file renamed to another key does not open.
Bytes key_file_aad(const KeyId& key) {
  return Writer()
      .raw(bytes_of("quorate/file-key/v1"))
      .u8(0)
      .str(name(key.kind))
      .raw(key.id)
      .bytes();
}

Result<SecretBytes<32>> derive(ByteView passphrase, const Header& header) {
  SecretBytes<32> key;
  if (crypto_pwhash(key.writable().data(), 32, reinterpret_cast<const char*>(passphrase.data()),
                    passphrase.size(), header.salt.data(), header.cost.passes,
                    header.cost.memory_kib * std::size_t{1024},
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Code::configuration, "not enough memory for the passphrase's key: it takes " +
                                         std::to_string(header.cost.memory_kib / 1024) + " MiB");
  }
  return key;
}

class FileBackend final : public Backend {
 public:
  FileBackend(path directory, const KeyId& seal_key, SecretBytes<32> passphrase_key)
      : directory_(std::move(directory)),
        seal_key_(seal_key),
        passphrase_key_(std::move(passphrase_key)) {}

  WrapMode wrap_mode() const override { return WrapMode::passphrase; }
  KeyId seal_key() const override { return seal_key_; }
  std::string description() const override { return "file (not an HSM)"; }
  void retry_now() override {}  // every call looks at the disk anew

  Result<Bytes> wrap(const KeyId& key, const DataKey& data_key, ByteView aad,
                     Entropy& entropy) override {
    QUORATE_TRY(const SecretBytes<32> opened, open_key(key));
    return box(opened, data_key, aad, entropy);
  }

  Result<DataKey> unwrap(const KeyId& key, ByteView wrapped, ByteView aad) override {
    QUORATE_TRY(const SecretBytes<32> opened, open_key(key));
    std::optional<DataKey> data_key = unbox(opened, wrapped, aad);
    if (!data_key) return fail(Code::blob_damaged, "the wrapped data key has changed");
    return *std::move(data_key);
  }

  Status create_key(const KeyId& key, Entropy& entropy) override {
    const std::lock_guard lock(writing_);
    QUORATE_TRY(const bool exists, has_key(key));
    if (exists) return Done{};
    SecretBytes<32> fresh;
    entropy.fill(fresh.writable());
    Bytes content(4);
    std::copy_n("QFK1", 4, content.begin());
    append(content, box(passphrase_key_, fresh, key_file_aad(key), entropy));
    return write_file(key_path(directory_, key), content);
  }

  Status destroy_key(const KeyId& key) override {
    const std::lock_guard lock(writing_);
    QUORATE_CHECK(check_present());
    return remove_file(key_path(directory_, key));
  }

  Result<bool> has_key(const KeyId& key) override {
    const Result<Bytes> content = read(key);
    if (!content && content.error().code == Code::key_missing) return false;
    if (!content) return tl::unexpected(content.error());
    return true;
  }

  Health health() const override {
    if (const Status present = check_present(); !present) {
      return {State::absent, present.error().message};
    }
    return {State::ready, "ready; keys lie in files under a passphrase, not in an HSM"};
  }

 private:
  Status check_present() const {
    std::error_code ignored;  // a folder that can't be looked at is as good as none
    if (std::filesystem::is_directory(keys_path(directory_), ignored)) return Done{};
    return fail(Code::token_absent,
                "the folder " + keys_path(directory_).string() + " is gone: put it back");
  }

  Result<Bytes> read(const KeyId& key) const {
    QUORATE_CHECK(check_present());
    return read_file(key_path(directory_, key), key_file_size);
  }

  Result<SecretBytes<32>> open_key(const KeyId& key) const {
    QUORATE_TRY(const Bytes content, read(key));
    const ByteView bytes = content;
    if (bytes.size() == key_file_size && text_of(bytes.first(4)) == "QFK1") {
      auto opened = unbox(passphrase_key_, bytes.subspan(4), key_file_aad(key));
      if (opened) return *std::move(opened);
    }
    return fail(Code::key_missing,
                "the key file " + key_path(directory_, key).string() + " is damaged");
  }

  path directory_;
  KeyId seal_key_;
  SecretBytes<32> passphrase_key_;
  std::mutex writing_;
};

}  // namespace

Status initialize(const path& directory, ByteView passphrase, const Argon2Cost& cost,
                  Entropy& entropy) {
  QUORATE_INVARIANT(!passphrase.empty() && is_affordable(cost));
  std::error_code ignored;
  if (std::filesystem::exists(header_path(directory), ignored) ||
      std::filesystem::exists(keys_path(directory), ignored)) {
    return fail(Code::configuration,
                directory.string() + " holds custody already: nothing was changed");
  }
  Header header{cost, {}, {KeyKind::seal, {}}, {}};
  entropy.fill(header.salt);
  entropy.fill(header.seal_key.id);
  QUORATE_CHECK(make_folder(keys_path(directory)));
  QUORATE_TRY(SecretBytes<32> passphrase_key, derive(passphrase, header));
  FileBackend backend(directory, header.seal_key, std::move(passphrase_key));
  QUORATE_CHECK(backend.create_key(header.seal_key, entropy));
  QUORATE_TRY(header.canary, seal_canary(backend, header.seal_key, entropy));
  return write_file(header_path(directory), encode(header));  // last: without it nothing is there
}

Result<std::unique_ptr<Backend>> open(const path& directory, ByteView passphrase) {
  Result<Bytes> content = read_file(header_path(directory), largest_header);
  if (!content) {
    return fail(Code::configuration, "no file custody in " + directory.string() + ": " +
                                         content.error().message +
                                         "; `quorate-node init` makes it");
  }
  const Result<Header> header = decode(*content);
  if (!header) {
    return fail(Code::configuration, header_path(directory).string() + " is damaged");
  }
  QUORATE_TRY(SecretBytes<32> passphrase_key, derive(passphrase, *header));
  auto backend =
      std::make_unique<FileBackend>(directory, header->seal_key, std::move(passphrase_key));
  QUORATE_TRY(const bool exists, backend->has_key(header->seal_key));
  if (!exists) {
    return fail(Code::key_missing, "the seal key is not in " + keys_path(directory).string());
  }
  if (!open_canary(*backend, header->seal_key, header->canary)) {
    return fail(Code::pin_refused,
                "the passphrase does not open the keys in " + keys_path(directory).string());
  }
  return backend;
}

}  // namespace quorate::custody::file

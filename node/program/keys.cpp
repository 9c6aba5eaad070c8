#include "node/program/keys.h"

#include "node/custody/file/backend.h"
#include "node/custody/pin.h"
#include "node/custody/pkcs11/backend.h"
#include "node/custody/pkcs11/uri.h"

namespace quorate::node {

using config::CustodySettings;
using custody::Purpose;

namespace {

constexpr std::string_view identity_fact = "identity";
constexpr std::string_view cosigner_fact = "cosigner";
constexpr std::string_view identity_key_fact = "identity-key";

custody::PinSource pin_source(const std::filesystem::path& directory,
                              const CustodySettings& settings) {
  custody::PinSource source;
  if (!settings.pin_file.empty()) {
    source.file = custody::pin_file_in(directory, settings.pin_file);
  }
  return source;
}

Result<Bytes> required(store::Store& store, std::string_view fact) {
  QUORATE_TRY(std::optional<Bytes> value, store.fact(fact));
  if (!value) {
    return fail(Code::configuration, "node.db holds no " + std::string(fact) +
                                         ": was `quorate-node init` interrupted? Run it anew");
  }
  return std::move(*value);
}

Result<std::unique_ptr<custody::Backend>> open_token(const std::filesystem::path& directory,
                                                     const CustodySettings& settings,
                                                     store::Store& store,
                                                     std::function<void(const std::string&)> log) {
  QUORATE_TRY(const Bytes bytes, required(store, token_fact));
  QUORATE_TRY(const TokenFacts facts, decode_token_facts(bytes));
  custody::pkcs11::Config config;
  QUORATE_TRY(config.token, custody::pkcs11::parse_uri(settings.uri));
  config.pin = pin_source(directory, settings);
  if (!config.pin.file) config.pin.file = config.token.pin_file;
  config.seal_key = facts.seal_key;
  config.mode = facts.mode;
  config.canary = facts.canary;
  config.refusal_marker = directory / "refused-pin";
  if (std::filesystem::is_directory(directory / "token")) {
    config.token_folder = directory / "token";
  }
  config.log = std::move(log);
  return custody::pkcs11::open(config);
}

}  // namespace

Bytes encode(const TokenFacts& facts) {
  Bytes out = {static_cast<std::uint8_t>(facts.mode)};
  append(out, facts.seal_key);
  append(out, facts.canary);
  return out;
}

Result<TokenFacts> decode_token_facts(ByteView bytes) {
  if (bytes.size() < 18) return fail(Code::io, "node.db: the token's facts are damaged");
  TokenFacts facts{static_cast<custody::WrapMode>(bytes[0]), {}, {}};
  if (facts.mode != custody::WrapMode::gcm && facts.mode != custody::WrapMode::cbc) {
    return fail(Code::io, "node.db: a wrap mode that no token has");
  }
  std::copy_n(bytes.begin() + 1, 16, facts.seal_key.begin());
  facts.canary.assign(bytes.begin() + 17, bytes.end());
  return facts;
}

Result<std::unique_ptr<custody::Backend>> open_backend(
    const std::filesystem::path& directory, const CustodySettings& settings, store::Store& store,
    std::function<void(const std::string&)> log) {
  if (settings.kind == CustodySettings::Kind::pkcs11) {
    return open_token(directory, settings, store, std::move(log));
  }
  QUORATE_TRY(const custody::Pin passphrase, custody::read_pin(pin_source(directory, settings)));
  return custody::file::open(directory, passphrase.bytes.expose());
}

Result<PublicKeys> make_keys(custody::Custody& custody, store::Store& store, Entropy& entropy) {
  const auto draw = [&entropy] {
    SecretBytes<32> seed;
    entropy.fill(seed.writable());
    return seed;
  };
  const SecretBytes<32> identity = draw();
  const SecretBytes<32> cosigner = draw();
  QUORATE_TRY(const Bytes sealed_identity, custody.seal_seed(Purpose::identity, identity));
  QUORATE_TRY(const Bytes sealed_cosigner, custody.seal_seed(Purpose::cosigner, cosigner));
  const PublicKeys keys{ed25519::SigningKey(identity).public_key(),
                        ed25519::SigningKey(cosigner).public_key()};
  QUORATE_TRY(store::Transaction transaction, store.begin());
  QUORATE_CHECK(store.put_fact(identity_fact, sealed_identity));
  QUORATE_CHECK(store.put_fact(cosigner_fact, sealed_cosigner));
  QUORATE_CHECK(store.put_fact(identity_key_fact, keys.identity.bytes()));
  QUORATE_CHECK(transaction.commit());
  return keys;
}

Result<Keys> open_keys(custody::Custody& custody, store::Store& store) {
  QUORATE_TRY(const Bytes sealed, required(store, identity_fact));
  QUORATE_TRY(const Bytes sealed_cosigner, required(store, cosigner_fact));
  QUORATE_TRY(const SecretBytes<32> seed, custody.open_seed(Purpose::identity, sealed));
  QUORATE_TRY(const SecretBytes<32> cosigner,
              custody.open_seed(Purpose::cosigner, sealed_cosigner));
  return Keys{ed25519::SigningKey(seed), ed25519::SigningKey(cosigner)};
}

Result<ed25519::Point> public_identity(store::Store& store) {
  QUORATE_TRY(const Bytes bytes, required(store, identity_key_fact));
  return ed25519::Point::parse(bytes);
}

}  // namespace quorate::node

#include "node/program/init.h"

#include <sodium.h>

#include "node/custody/file/backend.h"
#include "node/custody/pkcs11/init.h"
#include "node/custody/pkcs11/softhsm.h"
#include "node/policy/policy.h"
#include "node/program/system.h"

namespace quorate::node {

using config::CustodySettings;
namespace fs = std::filesystem;

namespace {

Status make_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory, error) && !fs::is_empty(directory, error)) {
    return fail(Code::configuration,
                directory.string() + " is not empty; a new node needs a directory of its own");
  }
  fs::create_directories(directory, error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) return fail(Code::io, directory.string() + ": " + error.message());
  return Done{};
}

struct Made {
  CustodySettings settings;
  std::string note;
};

Result<Made> make_token(const InitOptions& options, store::Store& store, Entropy& entropy) {
  Made made{{CustodySettings::Kind::pkcs11, options.uri, options.pin_file}, {}};
  if (options.uri.empty()) {
    QUORATE_TRY(const auto token,
                custody::pkcs11::make_softhsm_token(options.directory, options.name, entropy));
    made.settings.uri = custody::pkcs11::to_string(token);
    made.settings.pin_file = "pin";
    made.note = "a SoftHSM token is software: good for trying out, no protection of its own";
  }
  custody::pkcs11::use_softhsm_configuration(options.directory);
  QUORATE_TRY(const auto uri, custody::pkcs11::parse_uri(made.settings.uri));
  custody::PinSource pin{uri.pin_file};
  if (!made.settings.pin_file.empty()) {
    pin.file = custody::pin_file_in(options.directory, made.settings.pin_file);
  }
  QUORATE_TRY(const auto keys, custody::pkcs11::init_token_keys(uri, pin, entropy));
  if (options.uri.empty()) {
    QUORATE_CHECK(custody::pkcs11::sync_token_folder(options.directory / "token"));
  }
  if (!keys.note.empty()) made.note += (made.note.empty() ? "" : "; ") + keys.note;
  QUORATE_CHECK(
      store.put_fact(token_fact, encode(TokenFacts{keys.mode, keys.seal_key, keys.canary})));
  return made;
}

Result<Made> make_passphrase(const InitOptions& options, Entropy& entropy) {
  Made made{{CustodySettings::Kind::file, {}, options.pin_file},
            "file custody is a passphrase, not an HSM"};
  if (options.pin_file.empty()) {
    made.settings.pin_file = "passphrase";
    SecretBytes<24> random;
    entropy.fill(random.writable());
    SecretBytes<sodium_base64_ENCODED_LEN(24, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text;
    auto* characters = reinterpret_cast<char*>(text.writable().data());
    sodium_bin2base64(characters, text.writable().size(), random.expose().data(), 24,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    QUORATE_CHECK(write_new(options.directory / "passphrase", characters, 0600));
  }
  const custody::PinSource source{custody::pin_file_in(options.directory, made.settings.pin_file)};
  QUORATE_TRY(const custody::Pin passphrase, custody::read_pin(source));
  QUORATE_CHECK(
      custody::file::initialize(options.directory, passphrase.bytes.expose(), {}, entropy));
  return made;
}

Result<Initialized> init_in(const InitOptions& options) {
  SystemEntropy entropy;
  // The names are judged before anything is made.
  CustodySettings any{CustodySettings::Kind::file, {}, {}};
  QUORATE_TRY(const std::string trial,
              config::initial_text(
                  {options.name, options.quorum, options.operator_name, options.listen, any}));
  (void)trial;
  QUORATE_TRY(const std::unique_ptr<store::Store> store,
              store::Store::open(options.directory / "node.db"));
  QUORATE_TRY(const Made made, options.custody == "pkcs11" ? make_token(options, *store, entropy)
                                                           : make_passphrase(options, entropy));
  QUORATE_TRY(const std::unique_ptr<custody::Backend> backend,
              open_backend(options.directory, made.settings, *store, {}));
  custody::Custody custody(*backend, entropy);
  QUORATE_TRY(const PublicKeys keys, make_keys(custody, *store, entropy));
  QUORATE_TRY(const std::string text,
              config::initial_text({options.name, options.quorum, options.operator_name,
                                    options.listen, made.settings}));
  QUORATE_CHECK(write_new(options.directory / "policy.toml", policy::initial_text(), 0644));
  QUORATE_CHECK(write_new(options.directory / "node.toml", text, 0644));
  return Initialized{keys, custody.description(), made.note};
}

}  // namespace

Result<Initialized> init(const InitOptions& options) {
  QUORATE_CHECK(make_directory(options.directory));
  Result<Initialized> done = init_in(options);
  if (!done) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(options.directory, ignored)) {
      fs::remove_all(entry.path(), ignored);
    }
  }
  return done;
}

}  // namespace quorate::node

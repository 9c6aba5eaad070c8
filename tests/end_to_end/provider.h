// A real identity provider on a free port of loopback: Debian's glewlwyd, with its own database,
// certificate and signing key. It knows the users alice and bob, and the clients `quorate` and
// `wiki`, whose tokens have those names for an audience.

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/end_to_end/shell.h"
#include "tests/support/provider_key.h"

namespace quorate::testing {

// What an ID token is asked for with.
struct TokenRequest {
  std::string user;
  std::string nonce;
  std::string audience = "quorate";
};

class Provider {
 public:
  // Answers when it is made.
  Provider();
  ~Provider();
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  std::string issuer() const { return url() + "/api/oidc"; }
  std::filesystem::path ca_file() const { return shell_.folder() / "tls.pem"; }

  // An ID token as the user's browser would get it, after logging in.
  std::string token(const TokenRequest& request) const;
  // The user's `sub`, which the provider made up.
  std::string subject(const std::string& user) const;
  // What a token says.
  static nlohmann::json header(const std::string& token);
  static nlohmann::json claims(const std::string& token);

  // What it signs with now, and the name that goes with it: for tokens that it would never issue.
  const ProviderKey& key() const { return key_; }
  const std::string& key_name() const { return key_name_; }
  // Its JWK set, for a file that pins it.
  std::string key_set() const;
  // From now on it signs with another key, and publishes no other.
  void rotate(const std::string& key_name);

  void stop();
  void start();
  // Connections are taken, and nothing more happens on them.
  void fall_silent();
  void wake();

 private:
  std::string url() const { return "https://127.0.0.1:" + port_; }
  void make_files();
  void introduce();
  nlohmann::json plugin() const;

  // curl, with cookies; throws where that fails.
  Ended ask(const std::string& arguments) const;
  void send(const std::string& method, const std::string& path, const nlohmann::json& body) const;
  void log_in(const std::string& user, const std::string& password) const;

  Shell shell_;
  std::string port_;
  pid_t process_ = -1;
  std::string key_name_ = "one";
  ProviderKey key_ = ProviderKey::make(ProviderKey::Type::p256);
};

}  // namespace quorate::testing

#include "tests/end_to_end/provider.h"

#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "tests/end_to_end/port.h"

namespace quorate::testing {
namespace {

using nlohmann::json;

constexpr const char* administrator = "admin";
constexpr const char* administrator_password = "password";  // of the package's own database
constexpr const char* user_password = "a password of a test";
constexpr const char* redirect = "https://127.0.0.1/after-login";
constexpr const char* plugin_path = "/api/mod/plugin/oidc";

json decoded(const std::string& part) {
  std::string out(part.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), part.data(),
                        part.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    throw std::runtime_error("no base64url: " + part);
  }
  return json::parse(out.substr(0, size));
}

}  // namespace

Provider::Provider() : port_(free_port()) {
  make_files();
  start();
  introduce();
}

Provider::~Provider() {
  wake();
  stop();
}

void Provider::make_files() {
  const Ended made = shell_(
      "sqlite3 provider.db </usr/share/dbconfig-common/data/glewlwyd/install/sqlite3 && "
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key "
      "-out tls.pem -days 2 -subj /CN=provider -addext subjectAltName=IP:127.0.0.1");
  if (made.exit != 0) throw std::runtime_error("the provider's files: " + shown(made));
  const std::string folder = shell_.folder().string();
  shell_.write("provider.conf", "port=" + port_ + "\nbind_address=\"127.0.0.1\"\nexternal_url=\"" +
                                    url() +
                                    "\"\nlogin_url=\"login.html\"\napi_prefix=\"api\"\n"
                                    "log_mode=\"console\"\nlog_level=\"WARNING\"\n"
                                    "cookie_secure=1\nsession_key=\"SESSION\"\n"
                                    "admin_scope=\"g_admin\"\nprofile_scope=\"g_profile\"\n"
                                    "user_module_path=\"/usr/lib/glewlwyd/user\"\n"
                                    "client_module_path=\"/usr/lib/glewlwyd/client\"\n"
                                    "user_auth_scheme_module_path=\"/usr/lib/glewlwyd/scheme\"\n"
                                    "plugin_module_path=\"/usr/lib/glewlwyd/plugin\"\n"
                                    "hash_algorithm=\"SHA512\"\nuse_secure_connection=true\n"
                                    "secure_connection_key_file=\"" +
                                    folder + "/tls.key\"\nsecure_connection_pem_file=\"" + folder +
                                    "/tls.pem\"\ndatabase={ type=\"sqlite3\"; path=\"" + folder +
                                    "/provider.db\"; };\n");
}

void Provider::start() {
  const std::string folder = shell_.folder().string();
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // it outlives no test, however that ends
    const std::string line = "exec glewlwyd -c " + folder + "/provider.conf >>" + folder +
                             "/provider.log 2>&1 </dev/null";
    execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_open(port_)) {
    const bool has_ended = waitpid(process_, nullptr, WNOHANG) == process_;
    if (has_ended || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("glewlwyd does not listen: " + shell_.read("provider.log"));
    }
  }
}

void Provider::stop() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);  // it misses a SIGTERM that comes before it waits for one
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void Provider::fall_silent() {
  kill(process_, SIGSTOP);
  int status = 0;
  waitpid(process_, &status, WUNTRACED);
}

void Provider::wake() {
  if (process_ > 0) kill(process_, SIGCONT);
}

json Provider::plugin() const {
  json key = key_.private_jwk(key_name_);
  key["alg"] = "ES256";
  return {{"module", "oidc"},
          {"name", "oidc"},
          {"display_name", "OIDC"},
          {"enabled", true},
          {"parameters",
           {{"iss", issuer()},
            {"jwks-private", json{{"keys", json::array({key})}}.dump()},
            {"jwks-show", true},
            {"jwt-type", "ecdsa"},
            {"jwt-key-size", "256"},
            {"access-token-duration", 3600},
            {"refresh-token-duration", 3600},
            {"code-duration", 600},
            {"refresh-token-rolling", false},
            {"allow-non-oidc", false},
            {"auth-type-code-enabled", false},
            {"auth-type-token-enabled", false},
            {"auth-type-id-token-enabled", true},
            {"auth-type-password-enabled", false},
            {"auth-type-client-enabled", false},
            {"auth-type-refresh-enabled", false},
            {"auth-type-device-enabled", false},
            {"scope", json::array()},
            {"additional-parameters", json::array()},
            {"claims", json::array()},
            {"subject-type", "public"},
            {"email-claim", "mandatory"},
            {"name-claim", "no"},
            {"scope-claim", "no"},
            {"address-claim", {{"type", "no"}}},
            {"request-parameter-allow", false},
            {"session-management-allowed", false}}}};
}

void Provider::introduce() {
  log_in(administrator, administrator_password);
  send("POST", "/api/mod/plugin/", plugin());
  for (const char* user : {"alice", "bob"}) {
    send("POST", "/api/user/",
         {{"username", user},
          {"password", user_password},
          {"email", std::string(user) + "@example.com"},
          {"scope", json::array({"openid", "g_profile"})},
          {"enabled", true}});
  }
  for (const char* client : {"quorate", "wiki"}) {
    send("POST", "/api/client/",
         {{"client_id", client},
          {"name", client},
          {"confidential", false},
          {"authorization_type", json::array({"id_token"})},
          {"redirect_uri", json::array({redirect})},
          {"scope", json::array()},
          {"enabled", true}});
  }
}

void Provider::rotate(const std::string& key_name) {
  key_ = ProviderKey::make(ProviderKey::Type::p256);
  key_name_ = key_name;
  log_in(administrator, administrator_password);
  send("PUT", plugin_path, plugin());
  send("PUT", plugin_path + std::string("/reset"), json::object());
}

std::string Provider::key_set() const {
  return json{{"keys", json::array({key_.jwk(key_name_)})}}.dump();
}

std::string Provider::token(const TokenRequest& request) const {
  log_in(request.user, user_password);
  send("PUT", "/api/auth/grant/" + request.audience, {{"scope", "openid"}});
  const Ended answered =
      ask("-G -w '%{redirect_url}' -o /dev/null --data-urlencode response_type=id_token "
          "--data-urlencode scope=openid --data-urlencode g_continue= --data-urlencode client_id=" +
          request.audience + " --data-urlencode nonce=" + request.nonce +
          " --data-urlencode redirect_uri=" + redirect + " " + url() + "/api/oidc/auth");
  const std::string name = "id_token=";
  const std::size_t begin = answered.out.find(name);
  if (begin == std::string::npos) {
    throw std::runtime_error("the provider gave no token: " + shown(answered) +
                             shell_.read("provider.log"));
  }
  const std::string rest = answered.out.substr(begin + name.size());
  return rest.substr(0, rest.find('&'));
}

std::string Provider::subject(const std::string& user) const {
  return claims(token({user, "any"}))["sub"];
}

json Provider::header(const std::string& token) {
  return decoded(token.substr(0, token.find('.')));
}

json Provider::claims(const std::string& token) {
  const std::size_t begin = token.find('.') + 1;
  return decoded(token.substr(begin, token.find('.', begin) - begin));
}

void Provider::log_in(const std::string& user, const std::string& password) const {
  shell_("rm -f cookies");
  send("POST", "/api/auth/", {{"username", user}, {"password", password}});
}

void Provider::send(const std::string& method, const std::string& path, const json& body) const {
  shell_.write("body", body.dump());
  ask("--fail-with-body -X " + method + " -H 'Content-Type: application/json' -d @body " + url() +
      path);
}

Ended Provider::ask(const std::string& arguments) const {
  Ended answered =
      shell_("curl -sS --cacert tls.pem --noproxy '*' -b cookies -c cookies " + arguments);
  if (answered.exit != 0) throw std::runtime_error("curl " + arguments + ": " + shown(answered));
  return answered;
}

}  // namespace quorate::testing

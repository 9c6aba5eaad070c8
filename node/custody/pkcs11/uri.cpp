#include "node/custody/pkcs11/uri.h"

#include <memory>
#include <string_view>

#include <p11-kit/uri.h>

#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

using Uri = std::unique_ptr<P11KitUri, decltype(&p11_kit_uri_free)>;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(Code::configuration,
              "the token's URI " + what +
                  "; expected pkcs11:token=NAME;serial=HEX?module-path=/path/to/module.so");
}

template <std::size_t n>
std::string padded_text(const unsigned char (&field)[n]) {
  const std::string_view text(reinterpret_cast<const char*>(field), n);
  const std::size_t last = text.find_last_not_of(std::string_view(" \0", 2));
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

bool names_more_than_a_token(P11KitUri* uri) {
  CK_ULONG attributes = 0;
  p11_kit_uri_get_attributes(uri, &attributes);
  return attributes != 0 || p11_kit_uri_get_slot_id(uri) != static_cast<CK_SLOT_ID>(-1);
}

}  // namespace

Result<TokenUri> parse_uri(const std::string& text) {
  const Uri uri(p11_kit_uri_new(), &p11_kit_uri_free);
  const int parsed = p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri.get());
  // First of all, and without repeating the URI: it has a PIN in it.
  if (parsed == P11_KIT_URI_OK && p11_kit_uri_get_pin_value(uri.get()) != nullptr) {
    return fail(Code::configuration,
                "the token's URI has a pin-value: a PIN does not belong into a configuration file; "
                "use pin-source=file:/path, and change the PIN");
  }
  if (parsed != P11_KIT_URI_OK) return wrong("can't be read");
  // p11-kit passes over what it does not know.
  if (p11_kit_uri_any_unrecognized(uri.get()) != 0) return wrong("has an unknown attribute");
  if (names_more_than_a_token(uri.get())) return wrong("names a slot or an object");

  const CK_TOKEN_INFO* info = p11_kit_uri_get_token_info(uri.get());
  TokenUri token;
  token.label = padded_text(info->label);
  token.serial = padded_text(info->serialNumber);
  if (token.label.empty()) return wrong("has no token=");
  if (token.serial.empty()) return wrong("has no serial=");
  const char* module_path = p11_kit_uri_get_module_path(uri.get());
  if (module_path == nullptr || *module_path != '/') return wrong("has no absolute module-path=");
  token.module_path = module_path;
  if (const char* source = p11_kit_uri_get_pin_source(uri.get())) {
    std::string_view file(source);
    if (!file.starts_with("file:")) return wrong("has a pin-source that is no file:");
    file.remove_prefix(std::string_view("file:").size());
    if (file.starts_with("//")) file.remove_prefix(2);
    if (!file.starts_with("/")) return wrong("has a pin-source without an absolute path");
    token.pin_file = std::filesystem::path(file);
  }
  return token;
}

std::string to_string(const TokenUri& token) {
  const auto escaped = [](std::string_view text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (plain.find(c) != std::string_view::npos) {
        out += c;
      } else {
        out += {'%', digits[byte >> 4], digits[byte & 15]};
      }
    }
    return out;
  };
  const auto escaped_path = [&](const std::filesystem::path& path) {
    std::string out;
    for (const char c : path.string()) out += c == '/' ? "/" : escaped({&c, 1});
    return out;
  };
  std::string uri = "pkcs11:token=" + escaped(token.label) + ";serial=" + escaped(token.serial) +
                    "?module-path=" + escaped_path(token.module_path);
  if (token.pin_file) uri += "&pin-source=file:" + escaped_path(*token.pin_file);
  return uri;
}

}  // namespace quorate::custody::pkcs11

// SSH public keys, as blobs and as lines.

#include "proto/document/armour.h"
#include "proto/document/ssh_certificate.h"
#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

const std::string plain = "ssh-ed25519";
const std::string fido = "sk-ssh-ed25519@openssh.com";
const Bytes e65537 = {0x01, 0x00, 0x01};

Bytes good_key() { return ed25519_key(plain, point(1)); }

Bytes fido_key(const std::string& application) {
  return ssh::Writer().text(fido).string(point(1)).text(application).bytes();
}

// As it stands, with the bit set that makes it negative, or with a zero too many.
Bytes rsa_with_raw_modulus(const Bytes& raw) {
  return ssh::Writer().text("ssh-rsa").mpint(e65537).string(raw).bytes();
}

Bytes point_with(std::size_t at, std::uint8_t value) { return with_byte(p256_point(), at, value); }

Bytes repeated(std::uint8_t first, std::uint8_t middle, std::uint8_t last) {
  Bytes out(32, middle);
  out.front() = first;
  out.back() = last;
  return out;
}

}  // namespace

Table ssh_keys() {
  Table table{"SSH public key",
              [](ByteView input) { return code_of(ssh::PublicKey::parse(input)); },
              {good_key(), rsa_key(e65537, modulus()), ecdsa_key("nistp256", p256_point()),
               fido_key("ssh:")},
              {}};
  const Bytes small = repeated(0x00, 0x00, 0x00);
  table.rows = {
      {"nothing", {}, Code::malformed},
      {"only a length", {0, 0, 0, 11}, Code::malformed},
      {"a type whose length leads out of the key", with_byte(good_key(), 0, 0xff), Code::malformed},
      {"a byte behind", followed_by(good_key(), {0}), Code::malformed},
      {"a second key behind", followed_by(good_key(), good_key()), Code::malformed},
      {"the last byte missing", without_last(good_key()), Code::malformed},
      {"a type of no length", ed25519_key("", point(1)), Code::key_not_allowed},
      {"DSA", ed25519_key("ssh-dss", point(1)), Code::key_not_allowed},
      {"a type in capitals", ed25519_key("SSH-ED25519", point(1)), Code::key_not_allowed},
      {"a type with a NUL behind", ed25519_key(std::string("ssh-ed25519\0", 12), point(1)),
       Code::key_not_allowed},
      {"a certificate's type", ed25519_key("ssh-ed25519-cert-v01@openssh.com", point(1)),
       Code::key_not_allowed},
      {"FIDO's browser form", ed25519_key("webauthn-sk-ecdsa-sha2-nistp256@openssh.com", point(1)),
       Code::key_not_allowed},
      {"a point of 31 bytes", ed25519_key(plain, without_last(point(1))), Code::malformed},
      {"a point of 33 bytes", ed25519_key(plain, followed_by(point(1), {0})), Code::malformed},
      {"a point of no bytes", ed25519_key(plain, {}), Code::malformed},
      {"a point of order four", ed25519_key(plain, small), Code::key_not_allowed},
      {"the identity", ed25519_key(plain, repeated(0x01, 0x00, 0x00)), Code::key_not_allowed},
      {"a point of order two, y = -1", ed25519_key(plain, repeated(0xec, 0xff, 0x7f)),
       Code::key_not_allowed},
      {"the identity with y = p + 1", ed25519_key(plain, repeated(0xee, 0xff, 0x7f)),
       Code::key_not_allowed},
      {"a point with y = 2^255 - 1", ed25519_key(plain, repeated(0xff, 0xff, 0x7f)),
       Code::key_not_allowed},
      {"the identity with the sign bit", ed25519_key(plain, repeated(0x01, 0x00, 0x80)),
       Code::key_not_allowed},
      {"RSA of 1024 bits", rsa_key(e65537, modulus(128)), Code::key_not_allowed},
      {"RSA of 2047 bits", rsa_key(e65537, with_byte(modulus(), 0, 0x7f)), Code::key_not_allowed},
      {"RSA with exponent 3", rsa_key({3}, modulus()), Code::key_not_allowed},
      {"RSA with exponent 65536", rsa_key({1, 0, 0}, modulus()), Code::key_not_allowed},
      {"RSA with exponent 0", rsa_key({}, modulus()), Code::key_not_allowed},
      {"RSA with an exponent of 33 bits", rsa_key({1, 0, 0, 0, 1}, modulus()),
       Code::key_not_allowed},
      {"RSA of 8,200 bits", rsa_key(e65537, modulus(1025)), Code::key_not_allowed},
      {"RSA with modulus and exponent exchanged", rsa_key(modulus(), e65537),
       Code::key_not_allowed},
      {"RSA with a negative modulus", rsa_with_raw_modulus(modulus()), Code::malformed},
      {"RSA with two zeros before the modulus",
       rsa_with_raw_modulus(followed_by({0, 0}, modulus())), Code::malformed},
      {"RSA without a modulus", ssh::Writer().text("ssh-rsa").mpint(e65537).bytes(),
       Code::malformed},
      {"RSA of 17,000 bits", rsa_key(e65537, modulus(2125)), Code::too_large},
      {"ECDSA on another curve than its type's", ecdsa_key("nistp384", p256_point()),
       Code::malformed},
      {"ECDSA with a compressed point", ecdsa_key("nistp256", followed_by({0x03}, Bytes(32, 0x6b))),
       Code::malformed},
      {"ECDSA with a hybrid point", ecdsa_key("nistp256", point_with(0, 0x07)), Code::malformed},
      {"ECDSA with the point at infinity", ecdsa_key("nistp256", {0x00}), Code::malformed},
      {"ECDSA with a point off the curve", ecdsa_key("nistp256", point_with(64, 0xf4)),
       Code::key_not_allowed},
      {"ECDSA with zeros for a point", ecdsa_key("nistp256", followed_by({4}, Bytes(64, 0))),
       Code::key_not_allowed},
      {"ECDSA with coordinates above p", ecdsa_key("nistp256", followed_by({4}, Bytes(64, 0xff))),
       Code::key_not_allowed},
      {"FIDO without its application", ed25519_key(fido, point(1)), Code::malformed},
      {"FIDO with an escape in its application", fido_key("ssh:\x1b[2J"), Code::malformed},
      {"FIDO with an application of 2,000 letters", fido_key(std::string(2000, 'a')),
       Code::too_large},
  };
  return table;
}

Table ssh_key_lines() {
  const std::string base64 = ssh::to_base64(good_key());
  const std::string line = "ssh-ed25519 " + base64 + " alice at home";
  Table table{"SSH public key line",
              [](ByteView input) { return code_of(ssh::PublicKey::parse_line(text_of(input))); },
              {text(line), text(line + "\n"), text("ssh-ed25519 " + base64)},
              {}};
  const std::string short_base64 = ssh::to_base64(without_last(good_key()));
  table.rows = {
      {"nothing", text(""), Code::malformed},
      {"a line feed alone", text("\n"), Code::malformed},
      {"only a type", text("ssh-ed25519"), Code::malformed},
      {"a type and a blank", text("ssh-ed25519 "), Code::malformed},
      {"no type", text(base64), Code::malformed},
      {"another type than the key's", text("ssh-rsa " + base64), Code::malformed},
      {"two blanks", text("ssh-ed25519  " + base64), Code::malformed},
      {"a tab", text("ssh-ed25519\t" + base64), Code::malformed},
      {"a blank in front", text(" " + line), Code::malformed},
      {"options in front", text("no-pty " + line), Code::malformed},
      {"a comment sign in front", text("# " + line), Code::malformed},
      {"carriage return and line feed", text(line + "\r\n"), Code::malformed},
      {"two line feeds", text(line + "\n\n"), Code::malformed},
      {"two keys", text(line + "\n" + line), Code::malformed},
      {"base64 with a character missing", text("ssh-ed25519 " + base64.substr(1)), Code::malformed},
      {"base64 without its padding",
       text("ssh-ed25519 " + short_base64.substr(0, short_base64.size() - 1)), Code::malformed},
      {"base64 with padding too many", text("ssh-ed25519 " + base64 + "="), Code::malformed},
      {"base64 with a star in it", text("ssh-ed25519 " + base64.substr(1) + "*"), Code::malformed},
      {"the key cut short", text("ssh-ed25519 " + short_base64), Code::malformed},
      {"a key with something behind",
       text("ssh-ed25519 " + ssh::to_base64(followed_by(good_key(), {0, 0, 0}))), Code::malformed},
  };
  return table;
}

}  // namespace quorate::hostile

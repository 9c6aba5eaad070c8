// SSHSIG, as a blob and armoured: people's evidence.

#include "proto/document/sshsig.h"

#include <sodium.h>

#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

constexpr std::string_view name_space = "quorate-request";
const Bytes message = {'h', 'e', 'l', 'l', 'o'};

ByteArray<64> sha512(const Bytes& bytes) {
  ByteArray<64> out;
  crypto_hash_sha512(out.data(), bytes.data(), bytes.size());
  return out;
}
Bytes sha256(ByteView bytes) {
  Bytes out(crypto_hash_sha256_BYTES);
  crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
  return out;
}

struct RawSshsig {
  std::string magic = "SSHSIG";
  std::uint32_t version = 1;
  Bytes public_key = ed25519_key("ssh-ed25519", point(1));
  std::string name_space = "quorate-request";
  std::string reserved{};
  std::string hash = "sha512";
  Bytes over = ssh::signed_data("quorate-request", sha512(message));
  std::uint8_t signer = 1;
  std::string signature_type = "ssh-ed25519";
  Bytes behind_signature{};  // flags and counter of FIDO keys
};

Bytes made_sshsig(const std::function<void(RawSshsig&)>& change) {
  RawSshsig raw;
  change(raw);
  ssh::Writer signature;
  signature.text(raw.signature_type).string(key(raw.signer).sign(raw.over));
  signature.raw(raw.behind_signature);
  ssh::Writer out;
  out.raw(bytes_of(raw.magic)).u32(raw.version).string(raw.public_key).text(raw.name_space);
  out.text(raw.reserved).text(raw.hash).string(signature.bytes());
  return std::move(out).bytes();
}

// A FIDO key that signed with these flags; the signature itself holds.
void make_fido(RawSshsig& raw, std::uint8_t flags, const std::string& application) {
  const std::string type = "sk-ssh-ed25519@openssh.com";
  raw.public_key = ssh::Writer().text(type).string(point(1)).text(application).bytes();
  raw.signature_type = type;
  raw.behind_signature = {flags, 0, 0, 0, 9};
  Bytes over = sha256(bytes_of(application));
  append(over, raw.behind_signature);
  append(over, sha256(raw.over));
  raw.over = over;
}

std::optional<Code> judge(const Result<ssh::Sshsig>& sshsig) {
  if (!sshsig) return sshsig.error().code;
  return code_of(ssh::verify(*sshsig, name_space, message));
}

}  // namespace

Table sshsigs() {
  const Bytes good = made_sshsig([](RawSshsig&) {});
  Table table{"SSHSIG",
              [](ByteView input) { return judge(ssh::Sshsig::parse_blob(input)); },
              {good, made_sshsig([](RawSshsig& s) { make_fido(s, 0x01, "ssh:"); })},
              {}};
  const auto row = [&](const char* what, const std::function<void(RawSshsig&)>& change, Code code) {
    table.rows.push_back({what, made_sshsig(change), code});
  };
  table.rows = {
      {"nothing", {}, Code::evidence_malformed},
      {"a byte behind", followed_by(good, {0}), Code::evidence_malformed},
      {"the last byte missing", without_last(good), Code::evidence_malformed},
      {"4,097 bytes", followed_by(good, Bytes(4097 - good.size(), 0)), Code::evidence_malformed},
      {"one bit of the signature changed",
       with_byte(good, good.size() - 40, static_cast<std::uint8_t>(good[good.size() - 40] ^ 1)),
       Code::signature_invalid}};
  row(
      "another magic", [](RawSshsig& s) { s.magic = "SSHSIH"; }, Code::evidence_malformed);
  row(
      "version 0, which ssh-keygen takes", [](RawSshsig& s) { s.version = 0; },
      Code::evidence_malformed);
  row(
      "version 2", [](RawSshsig& s) { s.version = 2; }, Code::evidence_malformed);
  row(
      "no key", [](RawSshsig& s) { s.public_key.clear(); }, Code::evidence_malformed);
  row(
      "a key of small order",
      [](RawSshsig& s) { s.public_key = ed25519_key("ssh-ed25519", Bytes(32)); },
      Code::evidence_malformed);
  row(
      "a certificate for a key",
      [](RawSshsig& s) {
        s.public_key = ed25519_key("ssh-ed25519-cert-v01@openssh.com", point(1));
      },
      Code::evidence_malformed);
  row(
      "no namespace", [](RawSshsig& s) { s.name_space.clear(); }, Code::evidence_malformed);
  row(
      "a namespace with a line feed", [](RawSshsig& s) { s.name_space = "quorate\nrequest"; },
      Code::evidence_malformed);
  row(
      "a namespace of 256 letters", [](RawSshsig& s) { s.name_space.assign(256, 'a'); },
      Code::evidence_malformed);
  row(
      "something in the reserved field", [](RawSshsig& s) { s.reserved = "x"; },
      Code::evidence_malformed);
  row(
      "an unknown hash", [](RawSshsig& s) { s.hash = "md5"; }, Code::evidence_malformed);
  row(
      "the older hash, sha256", [](RawSshsig& s) { s.hash = "sha256"; }, Code::evidence_malformed);
  row(
      "a hash in capitals", [](RawSshsig& s) { s.hash = "SHA512"; }, Code::evidence_malformed);
  row(
      "a file's signature, with its namespace changed",
      [](RawSshsig& s) { s.over = ssh::signed_data("file", sha512(message)); },
      Code::signature_invalid);
  row(
      "a file's signature",
      [](RawSshsig& s) {
        s.name_space = "file";
        s.over = ssh::signed_data("file", sha512(message));
      },
      Code::namespace_wrong);
  row(
      "an approval's signature",
      [](RawSshsig& s) {
        s.name_space = "quorate-approval";
        s.over = ssh::signed_data("quorate-approval", sha512(message));
      },
      Code::namespace_wrong);
  row(
      "over another message",
      [](RawSshsig& s) { s.over = ssh::signed_data(name_space, sha512({'h'})); },
      Code::signature_invalid);
  row(
      "over the message itself", [](RawSshsig& s) { s.over = message; }, Code::signature_invalid);
  row(
      "by another key", [](RawSshsig& s) { s.signer = 2; }, Code::signature_invalid);
  row(
      "a signature named ssh-rsa", [](RawSshsig& s) { s.signature_type = "ssh-rsa"; },
      Code::signature_invalid);
  row(
      "something behind the signature", [](RawSshsig& s) { s.behind_signature = {0}; },
      Code::evidence_malformed);
  row(
      "a FIDO key that nobody touched", [](RawSshsig& s) { make_fido(s, 0x00, "ssh:"); },
      Code::touch_required);
  row(
      "a FIDO key with a PIN and no touch", [](RawSshsig& s) { make_fido(s, 0x04, "ssh:"); },
      Code::touch_required);
  row(
      "a FIDO key made for a web site",
      [](RawSshsig& s) { make_fido(s, 0x01, "https://example.com"); }, Code::evidence_malformed);
  row(
      "a FIDO signature whose flags were set afterwards",
      [](RawSshsig& s) {
        make_fido(s, 0x00, "ssh:");
        s.behind_signature[0] = 0x01;
      },
      Code::signature_invalid);
  row(
      "a FIDO signature without its counter",
      [](RawSshsig& s) {
        make_fido(s, 0x01, "ssh:");
        s.behind_signature.resize(1);
      },
      Code::evidence_malformed);
  return table;
}

Table sshsig_armours() {
  const std::string good = ssh::Sshsig::parse_blob(made_sshsig([](RawSshsig&) {})).value().armour();
  const std::string first = good.substr(0, good.find('\n') + 1);
  const std::string body = good.substr(first.size());
  Table table{"SSHSIG armour",
              [](ByteView input) { return judge(ssh::Sshsig::parse_armour(text_of(input))); },
              {text(good)},
              {}};
  std::string crlf = good;
  for (std::size_t at = crlf.find('\n'); at != std::string::npos; at = crlf.find('\n', at + 2)) {
    crlf.insert(at, "\r");
  }
  std::string one_line = body;
  one_line.erase(one_line.find('\n'), 1);
  const auto row = [&](const char* what, const std::string& input) {
    table.rows.push_back({what, text(input), Code::evidence_malformed});
  };
  row("nothing", "");
  row("text in front", "look:\n" + good);
  row("text behind, which ssh-keygen takes", good + "more\n");
  row("an empty line behind", good + "\n");
  row("no line feed at the end", good.substr(0, good.size() - 1));
  row("lines that end as on Windows", crlf);
  row("base64 in one long line", first + one_line);
  row("a line of 71 characters", first + body.substr(0, 70) + body[71] + body.substr(70));
  row("an empty line in the middle", first + "\n" + body);
  row("a blank in the base64", first + " " + body);
  row("another label", replaced(good, "BEGIN SSH", "BEGIN PGP"));
  row("no end", good.substr(0, good.find("-----END")));
  row("nothing inside", first + good.substr(good.find("-----END")));
  row("two of them", good + good);
  return table;
}

}  // namespace quorate::hostile

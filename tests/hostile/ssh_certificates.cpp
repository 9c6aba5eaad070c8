// OpenSSH certificates, written field by field and then signed, so that only the field is wrong.

#include "proto/document/ssh_certificate.h"

#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

Bytes list(const std::vector<std::string>& items) {
  ssh::Writer out;
  for (const std::string& item : items) out.text(item);
  return std::move(out).bytes();
}

// Pairs S(name) S(data); a value is a string inside its data.
Bytes value(const std::string& name, const std::string& of_value) {
  return ssh::Writer().text(name).string(ssh::Writer().text(of_value).bytes()).bytes();
}
Bytes flag(const std::string& name) { return ssh::Writer().text(name).text("").bytes(); }
Bytes pairs(std::initializer_list<Bytes> items) {
  Bytes out;
  for (const Bytes& item : items) append(out, item);
  return out;
}

struct Raw {
  std::string type = "ssh-ed25519-cert-v01@openssh.com";
  Bytes nonce = Bytes(32, 7);
  Bytes subject = point(2);
  std::uint64_t serial = 77;
  std::uint32_t role = 1;
  std::string key_id = "alice laptop";
  Bytes principals = list({"alice", "deploy"});
  std::uint64_t valid_after = 1000;
  std::uint64_t valid_before = 2000;
  Bytes critical = value("force-command", "/bin/true");
  Bytes extensions = pairs({flag("permit-port-forwarding"), flag("permit-pty")});
  Bytes reserved{};
  Bytes ca = ed25519_key("ssh-ed25519", point(1));
  std::string signature_type = "ssh-ed25519";
  std::uint8_t signer = 1;
};

Bytes made(const std::function<void(Raw&)>& change) {
  Raw raw;
  change(raw);
  ssh::Writer out;
  out.text(raw.type).string(raw.nonce).string(raw.subject).u64(raw.serial).u32(raw.role);
  out.text(raw.key_id).string(raw.principals).u64(raw.valid_after).u64(raw.valid_before);
  out.string(raw.critical).string(raw.extensions).string(raw.reserved).string(raw.ca);
  const ed25519::Signature signature = key(raw.signer).sign(out.bytes());
  out.string(ssh::Writer().text(raw.signature_type).string(signature).bytes());
  return std::move(out).bytes();
}

std::optional<Code> decode(ByteView input) {
  const auto parsed = ssh::ParsedCertificate::parse(input);
  if (!parsed) return parsed.error().code;
  return parsed->signature_valid ? std::nullopt : std::optional(Code::signature_invalid);
}

std::vector<std::string> principals(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back("p" + std::to_string(i));
  return out;
}

}  // namespace

Table ssh_certificates() {
  const Bytes good = made([](Raw&) {});
  Table table{"SSH certificate", decode, {good}, {}};
  const auto row = [&](const char* what, const std::function<void(Raw&)>& change, Code code) {
    table.rows.push_back({what, made(change), code});
  };
  table.rows = {
      {"nothing", {}, Code::malformed},
      {"a byte behind the signature", followed_by(good, {0}), Code::malformed},
      {"the last byte missing", without_last(good), Code::malformed},
      {"65,537 bytes", followed_by(good, Bytes(65'537 - good.size(), 0)), Code::too_large}};
  row(
      "a plain key's type", [](Raw& c) { c.type = "ssh-ed25519"; }, Code::key_not_allowed);
  row(
      "DSA", [](Raw& c) { c.type = "ssh-dss-cert-v01@openssh.com"; }, Code::key_not_allowed);
  row(
      "the older certificate format", [](Raw& c) { c.type = "ssh-ed25519-cert-v00@openssh.com"; },
      Code::key_not_allowed);
  row(
      "a nonce of 31 bytes", [](Raw& c) { c.nonce.pop_back(); }, Code::malformed);
  row(
      "no nonce", [](Raw& c) { c.nonce.clear(); }, Code::malformed);
  row(
      "a subject of small order", [](Raw& c) { c.subject = Bytes(32, 0); }, Code::key_not_allowed);
  row(
      "serial 0, which no KRL can name", [](Raw& c) { c.serial = 0; }, Code::malformed);
  row(
      "neither user nor host", [](Raw& c) { c.role = 3; }, Code::malformed);
  row(
      "a key id with a NUL", [](Raw& c) { c.key_id = std::string("alice\0root", 10); },
      Code::malformed);
  row(
      "a key id with an escape", [](Raw& c) { c.key_id = "\x1b]0;root\x07"; }, Code::malformed);
  row(
      "no key id", [](Raw& c) { c.key_id.clear(); }, Code::malformed);
  row(
      "a key id of 257 letters", [](Raw& c) { c.key_id.assign(257, 'a'); }, Code::too_large);
  row(
      "no principals, which may mean everybody", [](Raw& c) { c.principals.clear(); },
      Code::malformed);
  row(
      "the principal *", [](Raw& c) { c.principals = list({"*"}); }, Code::malformed);
  row(
      "two principals with a comma", [](Raw& c) { c.principals = list({"alice,root"}); },
      Code::malformed);
  row(
      "an empty principal",
      [](Raw& c) {
        c.principals = list({"alice", ""});
      },
      Code::malformed);
  row(
      "a principal twice",
      [](Raw& c) {
        c.principals = list({"alice", "alice"});
      },
      Code::malformed);
  row(
      "65 principals", [](Raw& c) { c.principals = list(principals(65)); }, Code::too_large);
  row(
      "principals cut short", [](Raw& c) { c.principals.pop_back(); }, Code::malformed);
  row(
      "valid before it is valid", [](Raw& c) { c.valid_before = c.valid_after; },
      Code::validity_not_allowed);
  row(
      "an unknown critical option", [](Raw& c) { c.critical = value("verify-nobody", "x"); },
      Code::option_not_allowed);
  row(
      "force-command twice",
      [](Raw& c) {
        c.critical = pairs({value("force-command", "a"), value("force-command", "b")});
      },
      Code::malformed);
  row(
      "options out of order",
      [](Raw& c) {
        c.critical = pairs({value("source-address", "10.0.0.0/8"), value("force-command", "a")});
      },
      Code::malformed);
  row(
      "a value that is not wrapped twice, so that its letters are a length",
      [](Raw& c) { c.critical = ssh::Writer().text("force-command").text("/bin/true").bytes(); },
      Code::too_large);
  row(
      "a source address with host bits",
      [](Raw& c) { c.critical = value("source-address", "127.0.0.1/8"); }, Code::malformed);
  row(
      "a flag with data", [](Raw& c) { c.extensions = value("permit-pty", ""); }, Code::malformed);
  row(
      "an extension that is never issued", [](Raw& c) { c.extensions = flag("no-touch-required"); },
      Code::option_not_allowed);
  row(
      "an unknown extension", [](Raw& c) { c.extensions = flag("permit-all"); },
      Code::option_not_allowed);
  row(
      "extensions out of order",
      [](Raw& c) {
        c.extensions = pairs({flag("permit-pty"), flag("permit-X11-forwarding")});
      },
      Code::malformed);
  row(
      "a host with extensions",
      [](Raw& c) {
        c.role = 2;
        c.critical.clear();
      },
      Code::malformed);
  row(
      "something in the reserved field", [](Raw& c) { c.reserved = {0}; }, Code::malformed);
  row(
      "the CA's key certified by itself", [](Raw& c) { c.subject = point(1); },
      Code::subject_is_ca_key);
  row(
      "a FIDO key as CA",
      [](Raw& c) {
        c.ca =
            ssh::Writer().text("sk-ssh-ed25519@openssh.com").string(point(1)).text("ssh:").bytes();
      },
      Code::key_not_allowed);
  row(
      "a certificate as CA",
      [](Raw& c) { c.ca = ed25519_key("ssh-ed25519-cert-v01@openssh.com", point(1)); },
      Code::key_not_allowed);
  row(
      "signed with SHA-1", [](Raw& c) { c.signature_type = "ssh-rsa"; }, Code::signature_invalid);
  row(
      "signed by somebody else", [](Raw& c) { c.signer = 3; }, Code::signature_invalid);
  return table;
}

}  // namespace quorate::hostile

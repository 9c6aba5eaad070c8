// Our own layouts: statements, requests with their evidence, approvals.

#include "proto/request/request.h"

#include "proto/layout/writer.h"
#include "proto/request/approval.h"
#include "proto/statement/statement.h"
#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

constexpr std::uint64_t now = 1'800'000'000;

// A statement of kind 3, field by field.
struct File {
  std::uint8_t version = 1;
  std::uint8_t kind = 3;
  Bytes root_id = point(1);
  std::string root = "files";
  std::string profile{};
  std::uint64_t not_before = now;
  std::uint64_t not_after = now + 3600;
  std::string name_space = "file";
  std::uint8_t hash = 1;
  std::uint64_t size = 11;
  std::string label = "hello.txt";
};

// As text() of the layout, for what is not printable.
void put_text(layout::Writer& out, const std::string& characters) {
  out.u16(static_cast<std::uint16_t>(characters.size())).raw(bytes_of(characters));
}

Bytes file_statement(const std::function<void(File&)>& change) {
  File file;
  change(file);
  layout::Writer out;
  out.u8(file.version).u8(file.kind).raw(file.root_id).str(file.root).str(file.profile);
  out.raw(Bytes(16, 7)).u64(file.not_before).u64(file.not_after);
  put_text(out, file.name_space);
  out.u8(file.hash).raw(Bytes(64, 9)).u64(file.size);
  put_text(out, file.label);
  return std::move(out).bytes();
}
Bytes good_statement() {
  return file_statement([](File&) {});
}

// The same head, and a certificate's body.
struct Certificate {
  Bytes subject = ed25519_key("ssh-ed25519", point(2));
  std::string key_id = "alice";
  std::vector<std::string> principals = {"alice"};
  std::uint64_t valid_after = now - 60;
  std::uint64_t valid_before = now + 3600;
  std::vector<std::string> extensions = {"permit-pty"};
};

Bytes certificate_statement(const std::function<void(Certificate&)>& change) {
  Certificate body;
  change(body);
  layout::Writer out;
  out.u8(1).u8(1).raw(point(1)).str("ssh-users").str("").raw(Bytes(16, 7)).u64(now).u64(now + 60);
  out.blob(body.subject);
  put_text(out, body.key_id);
  out.count(body.principals.size());
  for (const std::string& principal : body.principals) put_text(out, principal);
  out.u64(body.valid_after).u64(body.valid_before).count(0).count(body.extensions.size());
  for (const std::string& extension : body.extensions) put_text(out, extension);
  return std::move(out).bytes();
}

struct Item {
  std::uint8_t type;
  Bytes data;
};

Bytes request_of(const std::vector<Item>& evidence, std::uint8_t version = 1) {
  layout::Writer out;
  out.u8(version).blob(good_statement()).count(evidence.size());
  for (const Item& item : evidence) out.u8(item.type).blob(item.data);
  return std::move(out).bytes();
}

Bytes good_approval() {
  const auto bytes = request::encode(request::Approval{{1}, {2}, now, now + 3600, {3}});
  return Bytes(bytes.begin(), bytes.end());
}

std::optional<Code> judge_approval(ByteView input) {
  const auto approval = request::decode_approval(input);
  if (!approval) return approval.error().code;
  return code_of(request::check_time(*approval, now));
}

}  // namespace

Table statements() {
  Table table{"statement",
              [](ByteView input) { return code_of(statement::decode(input)); },
              {good_statement(), certificate_statement([](Certificate&) {})},
              {}};
  const auto file = [&](const char* what, const std::function<void(File&)>& change, Code code) {
    table.rows.push_back({what, file_statement(change), code});
  };
  const auto certificate = [&](const char* what, const std::function<void(Certificate&)>& change,
                               Code code) {
    table.rows.push_back({what, certificate_statement(change), code});
  };
  table.rows = {
      {"nothing", {}, Code::malformed},
      {"a byte behind", followed_by(good_statement(), {0}), Code::malformed},
      {"the last byte missing", without_last(good_statement()), Code::malformed},
      {"65,537 bytes", followed_by(good_statement(), Bytes(65'537 - good_statement().size(), 0)),
       Code::too_large}};
  file(
      "version 2", [](File& f) { f.version = 2; }, Code::malformed);
  file(
      "kind 0", [](File& f) { f.kind = 0; }, Code::unknown_kind);
  file(
      "kind 8, kept for X.509", [](File& f) { f.kind = 8; }, Code::unknown_kind);
  file(
      "the body of another kind", [](File& f) { f.kind = 7; }, Code::malformed);
  file(
      "a root id of small order", [](File& f) { f.root_id = Bytes(32, 0); }, Code::unknown_root);
  file(
      "a root without a name", [](File& f) { f.root.clear(); }, Code::malformed);
  file(
      "a root named in capitals", [](File& f) { f.root = "Files"; }, Code::malformed);
  file(
      "a root name of 64 letters", [](File& f) { f.root.assign(64, 'a'); }, Code::malformed);
  file(
      "a profile with a slash", [](File& f) { f.profile = "a/b"; }, Code::malformed);
  file(
      "over before it begins", [](File& f) { f.not_after = now - 1; }, Code::malformed);
  file(
      "after the year 9999", [](File& f) { f.not_after = 253'402'300'800; }, Code::malformed);
  file(
      "a time that wraps around", [](File& f) { f.not_before = ~std::uint64_t{0}; },
      Code::malformed);
  file(
      "eight days", [](File& f) { f.not_after = now + 8 * 86'400; }, Code::life);
  file(
      "an unknown hash", [](File& f) { f.hash = 2; }, Code::malformed);
  file(
      "the namespace of our requests", [](File& f) { f.name_space = "quorate-request"; },
      Code::namespace_not_allowed);
  file(
      "the namespace of KRLs", [](File& f) { f.name_space = "krl"; }, Code::namespace_not_allowed);
  file(
      "no namespace", [](File& f) { f.name_space.clear(); }, Code::malformed);
  file(
      "a namespace with a blank", [](File& f) { f.name_space = "my file"; }, Code::malformed);
  file(
      "a namespace of 65 letters", [](File& f) { f.name_space.assign(65, 'a'); }, Code::too_large);
  file(
      "a label that turns the text around",
      [](File& f) {
        f.label =
            "a\xe2\x80\xae"
            "b";
      },
      Code::malformed);
  file(
      "a label with an escape", [](File& f) { f.label = "\x1b[1A"; }, Code::malformed);
  file(
      "a label of 256 letters", [](File& f) { f.label.assign(256, 'a'); }, Code::too_large);
  certificate(
      "a subject that is the root",
      [](Certificate& c) { c.subject = ed25519_key("ssh-ed25519", point(1)); },
      Code::subject_is_ca_key);
  certificate(
      "a subject of small order",
      [](Certificate& c) { c.subject = ed25519_key("ssh-ed25519", Bytes(32, 0)); },
      Code::key_not_allowed);
  certificate(
      "a principal that means everybody", [](Certificate& c) { c.principals = {"*"}; },
      Code::malformed);
  certificate(
      "no principals", [](Certificate& c) { c.principals.clear(); }, Code::malformed);
  certificate(
      "backdated by 301 s", [](Certificate& c) { c.valid_after = now - 301; },
      Code::validity_not_allowed);
  certificate(
      "valid before it is valid", [](Certificate& c) { c.valid_before = c.valid_after; },
      Code::validity_not_allowed);
  certificate(
      "an unknown extension", [](Certificate& c) { c.extensions = {"permit-all"}; },
      Code::option_not_allowed);
  certificate(
      "an extension twice",
      [](Certificate& c) {
        c.extensions = {"permit-pty", "permit-pty"};
      },
      Code::malformed);
  return table;
}

Table requests() {
  const Bytes good = request_of({{1, {1, 2}}, {1, {2}}, {2, good_approval()}});
  Table table{"request",
              [](ByteView input) { return code_of(request::decode(input)); },
              {good, request_of({})},
              {}};
  const auto row = [&](const char* what, const Bytes& input, Code code) {
    table.rows.push_back({what, input, code});
  };
  const auto lie_about = [](std::size_t at, std::uint8_t value) {
    return with_byte(request_of({}), at, value);
  };
  row("nothing", {}, Code::malformed);
  row("version 2", request_of({}, 2), Code::malformed);
  row("a byte behind", followed_by(good, {0}), Code::malformed);
  row("the last byte missing", without_last(good), Code::malformed);
  row("evidence out of order by type", request_of({{2, good_approval()}, {1, {1}}}),
      Code::malformed);
  row("evidence out of order by its bytes", request_of({{1, {2}}, {1, {1, 2}}}), Code::malformed);
  row("evidence twice", request_of({{1, {1}}, {1, {1}}}), Code::malformed);
  row("a statement whose length leads out of the request", lie_about(4, 0xff), Code::malformed);
  row("a statement of 16 MiB", lie_about(1, 0x01), Code::too_large);
  std::vector<Item> many;
  for (std::uint8_t i = 0; i < 17; ++i) many.push_back({1, {i}});
  row("17 pieces of evidence", request_of(many), Code::too_large);
  row("a signature of 4,097 bytes", request_of({{1, Bytes(4097, 1)}}), Code::too_large);
  row("an approval of 4,209 bytes", request_of({{2, Bytes(4209, 1)}}), Code::too_large);
  row("a token of 8,193 bytes", request_of({{3, Bytes(8193, 1)}}), Code::too_large);
  row("unknown evidence of 8,193 bytes", request_of({{9, Bytes(8193, 1)}}), Code::too_large);
  std::vector<Item> large;
  for (std::uint8_t i = 0; i < 16; ++i) large.push_back({3, Bytes(8192, i)});
  row("128 KiB of evidence", request_of(large), Code::too_large);
  return table;
}

Table approvals() {
  const Bytes good = good_approval();
  Table table{"approval", judge_approval, {good}, {}};
  const auto made = [](std::uint64_t time, std::uint64_t expires) {
    const auto bytes = request::encode(request::Approval{{1}, {2}, time, expires, {3}});
    return Bytes(bytes.begin(), bytes.end());
  };
  table.rows = {
      {"nothing", {}, Code::evidence_malformed},
      {"111 bytes", without_last(good), Code::evidence_malformed},
      {"113 bytes", followed_by(good, {0}), Code::evidence_malformed},
      {"after the year 9999", made(now, 253'402'300'800), Code::malformed},
      {"a time that wraps around", made(~std::uint64_t{0}, now), Code::malformed},
      {"not begun", made(now + 121, now + 3600), Code::approval_expired},
      {"over", made(now - 60, now), Code::approval_expired},
      {"over before it begins", made(now, now - 1), Code::approval_expired},
      {"eight days", made(now, now + 8 * 86'400), Code::approval_expired},
  };
  return table;
}

}  // namespace quorate::hostile

// Checkpoints as signed notes, and cosignatures. Those whose text is wrong are well signed.

#include <sodium.h>

#include "proto/record/checkpoint.h"
#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

const std::string origin = "demo/alpha";
const std::string dash = "\u2014 ";

record::Checkpoint checkpoint() { return {origin, {7, {1, 2, 3}}}; }

std::string base64(const Bytes& bytes) {
  constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
  out.pop_back();
  return out;
}

// The note's one signature line, over any text.
std::string line_over(const std::string& of_text, std::uint8_t signer = 1) {
  Bytes bytes;
  append(bytes, record::note_key_id(origin, key(signer).public_key()));
  append(bytes, key(signer).sign(bytes_of(of_text)));
  return dash + origin + " " + base64(bytes) + "\n";
}
std::string signed_note(const std::string& of_text) { return of_text + "\n" + line_over(of_text); }

}  // namespace

Table notes() {
  const std::string body = record::text(checkpoint());
  const std::string good = record::sign_note(checkpoint(), key(1));
  const std::string line = line_over(body);
  Table table{"checkpoint note",
              [](ByteView input) {
                return code_of(record::open_note(text_of(input), origin, key(1).public_key()));
              },
              {text(good), text(signed_note(body)),
               text(good + dash + "demo/witness " + base64(Bytes(76, 1)) + "\n")},
              {}};
  const auto row = [&](const char* what, const std::string& input, Code code = Code::malformed) {
    table.rows.push_back({what, text(input), code});
  };
  const auto body_with = [&](const char* what, std::string_view from, std::string_view to) {
    row(what, signed_note(replaced(body, from, to)));
  };
  row("nothing", "");
  row("a text without signatures", body);
  row("no empty line", body + line);
  row("no line feed at the end", good.substr(0, good.size() - 1));
  row("lines that end as on Windows", replaced(good, "\n7\n", "\r\n7\r\n"));
  row("an escape", signed_note(body + "\x1b[2J\n"));
  row("something behind", good + "more\n");
  row("an empty line behind", good + "\n", Code::signature_invalid);
  row("a hyphen for the dash", replaced(good, dash, "- "));
  row("two blanks behind the dash", replaced(good, dash, dash + " "));
  row("a signature without a name", body + "\n" + dash + line.substr(line.rfind(' ') + 1));
  row("a signature that is no base64", replaced(good, line, dash + origin + " ****\n"));
  row("a signature without padding", body + "\n" + dash + "demo/other AAAAAAE\n" + line);
  row("a signature of no bytes behind its key id",
      body + "\n" + dash + "demo/other AAAAAA==\n" + line);
  row(
      "65 signatures",
      [&] {
        std::string out = body + "\n";
        for (int i = 0; i < 65; ++i) out += line;
        return out;
      }(),
      Code::too_large);
  row("16 KiB and more", good + std::string(16'385 - good.size(), 'x'), Code::too_large);
  row("signed by somebody else", body + "\n" + line_over(body, 2), Code::signature_invalid);
  row("another text under the signature", replaced(body, "\n7\n", "\n8\n") + "\n" + line,
      Code::signature_invalid);
  row("a good signature and a wrong one of the same key",
      body + "\n" + line + line_over("something else\n"), Code::signature_invalid);
  row(
      "a signature of 63 bytes",
      [&] {
        Bytes bytes;
        append(bytes, record::note_key_id(origin, key(1).public_key()));
        bytes.resize(bytes.size() + 63);
        return body + "\n" + dash + origin + " " + base64(bytes) + "\n";
      }(),
      Code::signature_invalid);
  body_with("another origin in the text", "demo/alpha\n", "demo/beta\n");
  body_with("an origin with a blank behind", "demo/alpha\n", "demo/alpha \n");
  body_with("a size with a leading zero", "\n7\n", "\n07\n");
  body_with("a size with a sign", "\n7\n", "\n+7\n");
  body_with("a negative size", "\n7\n", "\n-7\n");
  body_with("a size in hex", "\n7\n", "\n0x7\n");
  body_with("no size", "\n7\n", "\n\n");
  body_with("a size of 2^64", "\n7\n", "\n18446744073709551616\n");
  body_with("a root without padding", "=\n", "\n");
  body_with("a root with loose bits", "A=\n", "B=\n");
  body_with("a root of 30 bytes", "AAA=\n", "\n");
  row("an extension line", signed_note(body + "extension\n"));
  row("no root", signed_note(origin + "\n7\n"));
  return table;
}

Table cosignatures() {
  const std::string good = record::sign_cosignature(checkpoint(), "demo/beta", key(2), 1000);
  Table table{"cosignature",
              [](ByteView input) {
                return code_of(record::open_cosignature(text_of(input), checkpoint(), "demo/beta",
                                                        key(2).public_key()));
              },
              {text(good)},
              {}};
  const auto row = [&](const char* what, const std::string& input, Code code) {
    table.rows.push_back({what, text(input), code});
  };
  record::Checkpoint larger = checkpoint();
  larger.tree.size = 8;
  row("nothing", "", Code::malformed);
  row("no line feed", good.substr(0, good.size() - 1), Code::malformed);
  row("two lines", good + good, Code::malformed);
  row("no dash", good.substr(dash.size()), Code::malformed);
  row("no name", replaced(good, "demo/beta ", ""), Code::malformed);
  row("no base64", dash + "demo/beta ****\n", Code::malformed);
  row("another name", replaced(good, "demo/beta", "demo/gamma"), Code::signature_invalid);
  row("by another key", record::sign_cosignature(checkpoint(), "demo/beta", key(3), 1000),
      Code::signature_invalid);
  row("of another tree", record::sign_cosignature(larger, "demo/beta", key(2), 1000),
      Code::signature_invalid);
  row("the node's own signature of the note", line_over(record::text(checkpoint())),
      Code::malformed);
  return table;
}

}  // namespace quorate::hostile

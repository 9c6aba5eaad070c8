// What arrives on a connection: frames, and the protobuf in them, written by hand.

#include "proto/wire/decode.h"
#include "proto/wire/frame.h"
#include "tests/hostile/table.h"
#include "tests/proto/wire/raw.h"

namespace quorate::hostile {
namespace {

using wire::raw::join;
using wire::raw::number;
using wire::raw::piece;

constexpr std::uint64_t id = 1;  // field numbers of Ask and Answer
constexpr std::uint64_t describe = 2;
constexpr std::uint64_t commit = 3;
constexpr std::uint64_t ceremony = 5;
constexpr std::uint64_t publish = 7;
constexpr std::uint64_t refused = 6;

// The whole of what was fed is one frame.
std::optional<Code> decode_frame(ByteView input) {
  wire::FrameReader reader;
  reader.feed(input);
  const auto message = reader.next();
  if (!message) return message.error().code;
  const auto behind = reader.next();
  return behind ? std::nullopt : std::optional(behind.error().code);
}

Bytes commit_ask(std::uint64_t count) {
  return join({number(id, 7),
               piece(commit, join({piece(1, Bytes(32, 1)), number(2, 3), number(3, count)}))});
}

Bytes repeated(const Bytes& part, std::size_t times) {
  Bytes out;
  for (std::size_t i = 0; i < times; ++i) append(out, part);
  return out;
}

// What every message refuses; `good` has an id and something else.
void of_every_message(Table& table, const Bytes& body) {
  const auto row = [&](const char* what, const Bytes& input, Code code = Code::malformed) {
    table.rows.push_back({what, input, code});
  };
  const Bytes good = join({number(id, 7), body});
  row("nothing", {});
  row("an id and nothing else", number(id, 7));
  row("the last byte missing", without_last(good));
  row("a lone zero behind", followed_by(good, {0}));
  row("an unknown field", join({good, number(15, 1)}));
  row("an unknown field with a large number", join({good, number(536'870'911, 1)}));
  row("the id behind the body", join({body, number(id, 7)}));
  row("the id twice", join({number(id, 6), good}));
  row("the body twice", join({good, body}));
  row("an id in a long varint", join({{0x08, 0x87, 0x00}, body}));
  row("an id of eleven bytes", join({{0x08}, Bytes(10, 0xff), {0x01}, body}));
  row("an id as text", join({piece(id, {7}), body}));
  row("an id of fixed size", join({{0x09}, Bytes(8, 7), body}));
  row("a group", join({number(id, 7), {0x13, 0x14}, body}));
  row("a body that leads out of the message", join({number(id, 7), {0x12, 0x7f}}));
  row("a body of four gigabytes", join({number(id, 7), {0x12, 0xff, 0xff, 0xff, 0xff, 0x0f}}));
  row("field number zero", join({{0x02, 0x00}, good}));
  row("more bytes than a frame has", Bytes(wire::longest_message + 1, 0), Code::too_large);
}

}  // namespace

Table frames() {
  const Bytes good = {0, 0, 0, 1, 'x'};
  Table table{"frame", decode_frame, {good, {0, 0, 0, 1}, {}}, {}};
  table.rows = {
      {"no length", {0, 0, 0, 0}, Code::malformed},
      {"no length, and bytes behind", {0, 0, 0, 0, 'x'}, Code::malformed},
      {"1 MiB and a byte", {0, 0x10, 0, 1}, Code::too_large},
      {"16 MiB", {1, 0, 0, 0}, Code::too_large},
      {"4 GiB", {0xff, 0xff, 0xff, 0xff}, Code::too_large},
      {"a TLS record", {0x16, 0x03, 0x01, 0x02, 0x00}, Code::too_large},
      {"HTTP", text("GET / HTTP/1.1\r\n\r\n"), Code::too_large},
      {"a good frame and one without length", followed_by(good, {0, 0, 0, 0}), Code::malformed},
  };
  return table;
}

Table asks() {
  Table table{"ask",
              [](ByteView input) { return code_of(wire::decode_ask(input)); },
              {join({number(id, 7), piece(describe, {})}), commit_ask(1)},
              {}};
  of_every_message(table, piece(describe, {}));
  const auto row = [&](const char* what, const Bytes& input, Code code = Code::malformed) {
    table.rows.push_back({what, input, code});
  };
  row("no id", piece(describe, {}));
  row("id 0, written", join({{0x08, 0x00}, piece(describe, {})}));
  row("two bodies", join({number(id, 7), piece(describe, {}), piece(commit, {})}));
  row("something inside an empty body", join({number(id, 7), piece(describe, number(1, 1))}));
  row("a default that is written", commit_ask(0));
  row("a ceremony's ask without a step", join({number(id, 7), piece(ceremony, {})}));
  row("a ceremony's ask with two steps",
      join({number(id, 7), piece(ceremony, join({piece(1, {}), piece(5, {})}))}));
  row("a type that is not UTF-8", join({number(id, 7), piece(publish, piece(1, {0xff, 0xfe}))}));
  row("a type with half a surrogate pair",
      join({number(id, 7), piece(publish, piece(1, {0xed, 0xa0, 0x80}))}));
  row("8,193 signatures of no length",
      join({number(id, 7), piece(publish, repeated({0x1a, 0x00}, 8193))}), Code::too_large);
  return table;
}

Table answers() {
  const Bytes reason = piece(refused, join({number(1, 100), piece(2, text("why"))}));
  Table table{"answer",
              [](ByteView input) { return code_of(wire::decode_answer(input)); },
              {join({number(id, 7), reason}), reason},
              {}};
  of_every_message(table, reason);
  const auto row = [&](const char* what, const Bytes& input, Code code = Code::malformed) {
    table.rows.push_back({what, input, code});
  };
  row("id 0, written", join({{0x08, 0x00}, reason}));
  row("a code of 33 bits", join({number(id, 7), piece(refused, number(1, 0x1'0000'0064))}));
  row("a reason that is not UTF-8",
      join({number(id, 7), piece(refused, join({number(1, 100), piece(2, {0xc3})}))}));
  row("fields out of order",
      join({number(id, 7), piece(refused, join({piece(2, text("why")), number(1, 100)}))}));
  row("8,193 pieces of evidence",
      join({number(id, 7), piece(refused, repeated({0x42, 0x00}, 8193))}), Code::too_large);
  return table;
}

}  // namespace quorate::hostile

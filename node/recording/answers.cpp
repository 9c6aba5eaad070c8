// What is kept of a node's answers: what anybody may know of them.

#include "node/recording/parts.h"
#include "node/recording/recording.h"

namespace quorate::recording {
namespace {

constexpr std::size_t most_answers = 4096;
constexpr std::size_t most_pairs = 1024;

using Kind = AnswerLine::Kind;

void keep(AnswerLine& line, const std::optional<node::Commitments>& fresh) {
  if (fresh) line.fresh = fresh->pairs;
}

AnswerLine line_of(const node::Description& /*answer*/) { return {Kind::description}; }
AnswerLine line_of(const node::CeremonyAnswer& /*answer*/) { return {Kind::ceremony}; }
AnswerLine line_of(const node::HistoryAnswer& /*answer*/) { return {Kind::history}; }
AnswerLine line_of(const node::Published& /*answer*/) { return {Kind::published}; }
AnswerLine line_of(const node::Cosigned& /*answer*/) { return {Kind::cosigned}; }

AnswerLine line_of(const node::Commitments& answer) {
  AnswerLine line{Kind::commitments};
  line.fresh = answer.pairs;
  return line;
}

// Not the partial itself: nothing that a replay could compare, for its share is another.
AnswerLine line_of(const node::PartialAnswer& answer) {
  AnswerLine line{Kind::partial};
  line.verdict = answer.verdict;
  keep(line, answer.fresh);
  return line;
}

AnswerLine line_of(const node::Refused& answer) {
  AnswerLine line{Kind::refused, number(answer.refusal.error.code), answer.refusal.error.message};
  line.verdict = answer.verdict;
  keep(line, answer.fresh);
  return line;
}

Result<std::vector<frost::Commitment>> read_pairs(layout::Reader& in) {
  QUORATE_TRY(const std::uint16_t count, in.count(most_pairs, "pairs"));
  std::vector<frost::Commitment> pairs;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const std::uint16_t signer, in.u16("signer"));
    const auto who = frost::Identifier::make(signer);
    if (!who) return fail(Code::malformed, "a commitment of the participant 0");
    QUORATE_TRY(const ed25519::Point hiding, read_point(in, "hiding commitment"));
    QUORATE_TRY(const ed25519::Point binding, read_point(in, "binding commitment"));
    pairs.push_back({*who, hiding, binding});
  }
  return pairs;
}

Result<AnswerLine> read_line(layout::Reader& in) {
  AnswerLine line;
  QUORATE_TRY(const std::uint8_t kind, in.u8("kind"));
  if (kind > static_cast<std::uint8_t>(Kind::cosigned)) {
    return fail(Code::malformed, "an answer of a kind that this release does not know");
  }
  line.kind = static_cast<Kind>(kind);
  QUORATE_TRY(line.code, in.u32("code"));
  QUORATE_TRY(line.reason, read_text(in, "reason"));
  QUORATE_TRY(line.fresh, read_pairs(in));
  QUORATE_TRY(line.verdict, read_bytes(in, "verdict"));
  return line;
}

}  // namespace

AnswerLine line_of(const std::optional<node::Answer>& answer) {
  if (!answer) return {};
  return std::visit([](const auto& what) { return line_of(what); }, *answer);
}

std::string_view name(AnswerLine::Kind kind) {
  switch (kind) {
    case Kind::parked: return "parked";
    case Kind::description: return "description";
    case Kind::commitments: return "commitments";
    case Kind::partial: return "partial";
    case Kind::ceremony: return "ceremony";
    case Kind::refused: return "refused";
    case Kind::history: return "history";
    case Kind::published: return "published";
    case Kind::cosigned: return "cosigned";
  }
  return {};
}

Bytes encode(const std::vector<AnswerLine>& answers) {
  layout::Writer out;
  out.count(answers.size());
  for (const AnswerLine& line : answers) {
    out.u8(static_cast<std::uint8_t>(line.kind)).u32(line.code).blob(bytes_of(line.reason));
    out.count(line.fresh.size());
    for (const frost::Commitment& pair : line.fresh) {
      out.u16(pair.signer.number()).raw(pair.hiding.bytes()).raw(pair.binding.bytes());
    }
    out.blob(line.verdict);
  }
  return std::move(out).bytes();
}

Result<std::vector<AnswerLine>> decode_answers(ByteView bytes) {
  layout::Reader in(bytes);
  QUORATE_TRY(const std::uint16_t count, in.count(most_answers, "answers"));
  std::vector<AnswerLine> answers;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(AnswerLine line, read_line(in));
    answers.push_back(std::move(line));
  }
  QUORATE_CHECK(in.finish("the answers"));
  return answers;
}

}  // namespace quorate::recording

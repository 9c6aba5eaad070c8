#include "node/server/rudeness.h"

#include "crypto/base/invariant.h"

namespace quorate::server {
namespace {

// SplitMix64's last steps: every bit of the input matters to every bit of the output.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

// What a decision is about, so that no two share their numbers.
enum class Matter : std::uint64_t { who, which_spell, refuse, how, delay };

std::uint64_t draw(const Rudeness& rudeness, Matter matter, std::uint64_t a, std::uint64_t b) {
  return mixed(mixed(mixed(mixed(rudeness.seed) ^ static_cast<std::uint64_t>(matter)) ^ a) ^ b);
}

// Whether this seat is among those that may be unwell in the turn: `unwell` neighbours around a
// place that the seed chooses, so that each node can work out all of them.
bool is_chosen(const Rudeness& rudeness, std::uint64_t turn) {
  QUORATE_INVARIANT(rudeness.seat < rudeness.nodes && rudeness.unwell < rudeness.nodes);
  const std::uint64_t first = draw(rudeness, Matter::who, turn, 0) % rudeness.nodes;
  const std::uint64_t distance = (rudeness.seat + rudeness.nodes - first) % rudeness.nodes;
  return distance < rudeness.unwell;
}

// One ask in so many, and never two in a row.
constexpr std::uint64_t refused_one_in = 4;

bool wants_to_refuse(const Rudeness& rudeness, AskKind kind, std::uint64_t count) {
  const std::uint64_t about = static_cast<std::uint64_t>(kind) * 1000 + rudeness.seat;
  return draw(rudeness, Matter::refuse, about, count) % refused_one_in == 0;
}

bool refuses(const Rudeness& rudeness, AskKind kind, std::uint64_t count) {
  return count % 2 == 1 && wants_to_refuse(rudeness, kind, count / 2);
}

}  // namespace

Spell spell_at(const Rudeness& rudeness, std::uint64_t time_ms) {
  const std::uint64_t turn = time_ms / turn_ms;
  if (!is_chosen(rudeness, turn)) return Spell::well;
  const std::uint64_t into = time_ms % turn_ms;
  const std::uint64_t kind = draw(rudeness, Matter::which_spell, turn, rudeness.seat) % 4;
  if (kind == 0) return Spell::well;  // a day without trouble is part of it
  if (kind == 1) return into < longest_away_ms ? Spell::away : Spell::well;
  return into < custody_gone_ms ? Spell::no_custody : Spell::well;
}

Deed deed(const Rudeness& rudeness, std::uint64_t time_ms, AskKind kind, std::uint64_t count) {
  using What = Deed::What;
  const std::uint64_t about = static_cast<std::uint64_t>(kind) * 1000 + rudeness.seat;
  const std::uint64_t how = draw(rudeness, Matter::how, about, count);
  const std::uint64_t delay = draw(rudeness, Matter::delay, about, count);
  // Ceremonies, descriptions and ledgers: nobody has to be tried by those.
  if (kind == AskKind::other) {
    return {What::pass, static_cast<std::uint32_t>(how % 4 == 0 ? delay % longest_delay_ms : 0)};
  }
  if (spell_at(rudeness, time_ms) == Spell::no_custody) return {What::no_custody, 0};
  if (refuses(rudeness, kind, count)) {
    const bool forgets = kind == AskKind::sign && how % 4 != 0;
    return {forgets ? What::nonce_unknown : What::busy, 0};
  }
  switch (how % 6) {
    case 0:
    case 1: return {What::pass, static_cast<std::uint32_t>(delay % longest_delay_ms)};
    case 2: return {What::hold, 0};
    default: return {What::pass, 0};
  }
}

}  // namespace quorate::server

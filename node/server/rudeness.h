// What a rude node does with the next ask: the faults of the simulator within the rules, for those
// who write clients and want to meet such days early (`quorate dev up --rude`). A pure function of
// seed, seat, time and count; rude_service.h acts on it.
//
// Rudeness refuses, delays or stays away. It has no say in what is signed, and skips no check.
//
// Time is cut into turns, and each turn ends in a rest in which everybody is well. In a turn at
// most n - t nodes may be unwell (away, or without custody), the same ones by everybody's
// reckoning, since all derive it from one seed. The others answer late, in another order, have
// forgotten a nonce, or are busy for a moment: a client that asks again as the protocol says gets
// its signature from them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quorate::server {

struct Rudeness {
  std::uint64_t seed = 0;    // the quorum's
  std::uint16_t seat = 0;    // this node's, from 0
  std::uint16_t nodes = 1;   // n
  std::uint16_t unwell = 0;  // n - t: how many may be unwell at the same time
};

enum class AskKind { commit, sign, other };

// For as long as a turn's trouble lasts.
enum class Spell { well, away, no_custody };

struct Deed {
  enum class What {
    pass,           // to the node, and the answer `delay_ms` late
    hold,           // the same, and the answer waits for the client's next one, or a while
    nonce_unknown,  // refused, as after a restart
    busy,           // refused, with a second to wait
    no_custody,     // refused
  };
  What what = What::pass;
  std::uint32_t delay_ms = 0;

  friend bool operator==(const Deed&, const Deed&) = default;
};

inline constexpr std::uint64_t turn_ms = 4000;
inline constexpr std::uint64_t longest_away_ms = 1500;
inline constexpr std::uint64_t custody_gone_ms = 1000;
inline constexpr std::uint32_t longest_delay_ms = 400;
inline constexpr std::uint32_t longest_hold_ms = 250;
inline constexpr std::uint32_t busy_wait_s = 1;

// What befalls this node at that time (milliseconds of a clock that all nodes share).
Spell spell_at(const Rudeness& rudeness, std::uint64_t time_ms);

// What to do with the `count`-th ask of this kind, from 0, while the node is well or without
// custody. Two neighbouring asks are never refused: what comes again, passes.
Deed deed(const Rudeness& rudeness, std::uint64_t time_ms, AskKind kind, std::uint64_t count);

}  // namespace quorate::server

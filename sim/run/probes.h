// The names of all marks in the cores (crypto/base/probe.h), so that a swarm can say which it never
// reached. A test holds this list against the sources.

#pragma once

#include <array>
#include <string_view>

namespace quorate::sim {

// QUORATE_REACHED: rare states.
inline constexpr std::array<std::string_view, 46> reached_probes = {
    "audit: checkpoints contradict each other",
    "ceremonies: active without a share",
    "ceremonies: complained",
    "ceremonies: complaint judged",
    "ceremonies: confirmed and not active at a start",
    "ceremonies: deals came again",
    "ceremonies: expired",
    "ceremonies: other inputs after an answer",
    "ceremonies: superseded",
    "ceremonies: too many open",
    "ceremonies: two messages of one member",
    "coordinator: asked again over a new connection",
    "coordinator: commitments cancel each other",
    "coordinator: deadline",
    "coordinator: last session opened",
    "coordinator: member convicted",
    "coordinator: node forgot too often",
    "coordinator: node was busy",
    "coordinator: nonce_unknown tolerated",
    "coordinator: partial for a dead session",
    "coordinator: partial of another session",
    "coordinator: partial verified by itself",
    "coordinator: second session beside an open one",
    "core: approval came out again under another policy or lists",
    "core: approval pending",
    "core: commit failed",
    "core: commitment spent on disk",
    "core: parked until a provider's keys are there",
    "core: refusal only counted",
    "core: standing verdict used again",
    "core: token away when the verdict was written",
    "core: too many sessions",
    "core: too much evidence of strangers",
    "cosigner: contradiction",
    "cosigner: older than what was seen",
    "custody: share rotten",
    "custody: wrong partial caught",
    "database: moved to a new generation",
    "database: poisoned",
    "database: transaction lost",
    "journal: clock behind",
    "journal: judged by the latest record",
    "ledger: read again after a roll-back",
    "pool: clock jumped",
    "pool: full",
    "pool: pair evicted",
};

// QUORATE_SOMETIMES: the unlikely side of a choice that is right either way.
inline constexpr std::array<std::string_view, 9> choice_probes = {
    "cache: dropped",
    "coordinator: other order of equals",
    "coordinator: shortest hedge",
    "core: batch of one",
    "core: busy",
    "core: no fresh pairs",
    "database: statement dropped",
    "ledger: one leaf at a time",
    "pool: evicts early",
};

// QUORATE_SOMETIMES as well, and no choice: something breaks, and the node refuses what it was
// asked. Who lets one happen counts it among the faults of that node.
inline constexpr std::array<std::string_view, 1> fault_probes = {
    "fault: custody computes wrongly",
};

}  // namespace quorate::sim

// What an operator writes down of a quorum: its nodes, what fails and how often, how far away they
// are. docs/scenarios/README.md has every key. Read strictly: a misspelt key would silently mean
// that something never fails.
//
//   QUORATE_TRY(const Scenario scenario, load(text, "three-sites.toml", files));
//
// Everything is an integer in nanoseconds, so that a seed gives the same years everywhere.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "sim/world/queue.h"

namespace quorate::sim::availability {

inline constexpr Time week = 7 * day;
inline constexpr Time year = 8766 * hour;
inline constexpr std::size_t nodes_limit = 16;
inline constexpr std::size_t shared_limit = 10;

// How long something lasts.
struct Spread {
  enum class Shape { exponential, fixed, log_normal, incidents };
  Shape shape = Shape::exponential;
  Time mean = 0;
  std::vector<Time> seen = {};  // of `incidents`: one of these, each as likely
};

// Up for a while, down for a while, and again.
struct Breaking {
  Spread up;
  Spread down;
};

// Begins at `at` of a clock whose week begins on Monday, and every `every` from there.
struct Maintenance {
  Time every;
  Time lasts;
  std::optional<Time> at;  // none: the nodes take turns
  bool careful = false;    // is put off to its next turn while another node is away
};

struct Slowness {
  std::uint64_t factor;            // everything takes so many times longer
  std::optional<Breaking> phases;  // none: always
};

struct Node {
  std::string name;
  std::string site;
  std::string operator_name;
  std::optional<Breaking> host;
  std::optional<Breaking> hsm;  // the node is up, but its token is gone
  std::optional<Maintenance> maintenance;
  std::optional<Slowness> slow;
  bool lies = false;  // sends wrong partial signatures
  Time rtt = 10 * millisecond;
  Time jitter = 0;  // mean of what is added to each round trip
  Time sign = millisecond;
  Time fsync = 2 * millisecond;
};

// Takes several nodes down together.
struct Shared {
  std::string name;
  std::string kind;  // in the operator's words: site, operator, provider, ...
  std::vector<std::size_t> nodes;
  Breaking breaking;
};

// A new release on one node after the other. Some releases are broken: their nodes stay away until
// somebody notices and takes the old release back everywhere.
struct Upgrade {
  Time every;
  Time step;   // from one node to the next
  Time lasts;  // of one node
  Time noticed;
  std::uint64_t botched_percent;
};

enum class Client {
  gateway,  // keeps connections and commitments: one round trip
  command,  // connects, asks for commitments, asks for signatures, and is gone
};

struct Load {
  std::uint64_t requests = 1;  // in `in`
  Time in = second;
  std::uint64_t burst = 0;  // so many at once now and then; 0: none
  Time deadline = 5 * second;
  Client client = Client::gateway;

  Time spacing() const { return in / requests; }
};

struct Threshold {
  std::uint16_t threshold;
  std::uint16_t members;

  friend bool operator==(const Threshold&, const Threshold&) = default;
};

struct Scenario {
  std::string file;
  std::string title;  // `title` of the file, else its name
  std::uint16_t threshold;
  std::vector<Node> nodes;
  std::vector<Shared> shared;
  std::optional<Upgrade> upgrade;
  Load load;
  std::uint64_t years = 20;
  std::uint64_t seeds = 32;
  std::vector<Threshold> compare;
};

// Brings the text of a file that a scenario names (a list of incidents), by the name as written.
using Files = std::function<Result<std::string>(const std::string& name)>;

// `configuration`: which line, and what was expected there.
[[nodiscard]] Result<Scenario> load(std::string_view text, const std::string& file,
                                    const Files& files = {});

// "2of3".
[[nodiscard]] std::optional<Threshold> threshold_of(std::string_view text);

// "12ms", "4h", "30d", "1y", "2.5ms"; digits and one of ns us ms s m h d w y.
[[nodiscard]] std::optional<Time> duration_of(std::string_view text);

}  // namespace quorate::sim::availability

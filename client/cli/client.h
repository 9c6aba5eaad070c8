// A client at work: its home, its roster, and, once asked for, its connections.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/cli/arguments.h"
#include "client/cli/console.h"
#include "client/cli/exit.h"
#include "client/driver/description.h"
#include "client/driver/quorum.h"
#include "client/home/home.h"
#include "client/home/known_roots.h"
#include "client/home/roster.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::cli {

class Client {
 public:
  // `usage` where --nodes names one that the roster does not have.
  [[nodiscard]] static Outcome<Client> open(const Common& common, const Console& console);

  const home::Home& home() const { return home_; }
  const home::Roster& roster() const { return roster_; }
  home::KnownRoots known_roots() const { return home::KnownRoots(home_); }
  const Common& common() const { return common_; }
  const Console& console() const { return console_; }
  driver::Progress progress() const;

  // Begins to connect to the nodes of --nodes, or all, when first called.
  [[nodiscard]] Outcome<driver::Quorum*> quorum();

  // The root as it is pinned here. The first time, what a threshold of its members say alike is
  // pinned: that takes a round trip.
  [[nodiscard]] Outcome<ceremony::EpochRecord> root(const std::string& name);

  // Pins every root that its members agree on and that is not pinned yet. A root that is described
  // otherwise than it is pinned is a loud refusal.
  [[nodiscard]] Outcome<Done> learn_roots(const std::vector<driver::NodeDescription>& answers);

 private:
  Client(home::Home home, home::Roster roster, std::vector<home::RosterNode> asked, Common common,
         const Console& console);
  Outcome<ceremony::EpochRecord> learn_root(const std::string& name);

  home::Home home_;
  home::Roster roster_;
  std::vector<home::RosterNode> asked_;
  Common common_;
  Console console_;
  std::unique_ptr<driver::Quorum> quorum_;
};

// `bravo`, or the beginning of the key of a member that the roster does not have.
std::string node_name(const home::Roster& roster, const ed25519::Point& identity);

std::uint64_t now_s();

}  // namespace quorate::cli

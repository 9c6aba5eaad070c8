// The nodes of one choice: real cores with a root that they made together, each over a simulated
// disk and token. Asked one thing at a time; how long it takes, and who is there to be asked, is
// the business of requests.h.
//
// One at a time in a process, as SQLite's random numbers are the process's.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/coordinator/coordinator.h"
#include "sim/actors/setting.h"
#include "sim/availability/quorum.h"

namespace quorate::sim::availability {

class Cores {
 public:
  // Runs the ceremony.
  [[nodiscard]] static Result<std::unique_ptr<Cores>> make(const Quorum& quorum, Seed seed);
  virtual ~Cores() = default;

  virtual const ceremony::EpochRecord& record() const = 0;
  virtual frost::Identifier member(std::size_t node) const = 0;
  virtual std::size_t node_of(frost::Identifier member) const = 0;
  // A new request with its evidence, which every node's policy allows.
  virtual Request request(std::uint64_t now_ms) = 0;
  virtual coordinator::Task task(const Request& request) const = 0;

  virtual void set_token(std::size_t node, bool is_there) = 0;
  virtual coordinator::Event commitments(std::size_t node, std::uint32_t count,
                                         std::uint64_t now_ms) = 0;
  // A node that lies adds one to its partial signature.
  virtual coordinator::Event partial(std::size_t node, const Request& request,
                                     const std::vector<frost::Commitment>& session,
                                     std::uint64_t now_ms) = 0;
};

}  // namespace quorate::sim::availability

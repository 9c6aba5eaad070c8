// Minimal cut sets: which failures together stop signing, so that none of them may be left out.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/availability/quorum.h"
#include "sim/availability/report.h"
#include "sim/availability/timeline.h"

namespace quorate::sim::availability {

class Cuts {
 public:
  // Single failures first, then pairs, and so on; at most 2,000.
  explicit Cuts(const Quorum& quorum);

  // Signing stood still for so long with these causes there: the time goes in equal parts to the
  // cuts that are complete among them.
  void blame(const Timeline& timeline, Time time);

  // By size, and within a size by minutes. `years`: simulated, in all.
  std::vector<Cut> ranked(double years) const;

 private:
  struct Part {
    std::string name;
    std::string title;    // with its kind, where it is no node
    std::uint32_t kills;  // nodes, a bit each
    std::vector<std::size_t> causes;
  };
  struct Found {
    std::uint32_t parts;
    double time;
  };
  void find(std::size_t size, std::size_t from, std::uint32_t parts);
  bool stops(std::uint32_t parts) const;
  std::string text(const Found& found) const;

  const Quorum* quorum_;
  std::vector<Part> parts_;
  std::vector<Found> found_;
};

}  // namespace quorate::sim::availability

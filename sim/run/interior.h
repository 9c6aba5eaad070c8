// Listens to the probes in the cores: notes what was reached, and chooses the unlikely side of
// interior choices: each is open for one seed of four, and then taken one time of four.

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "crypto/base/probe.h"
#include "sim/world/stream.h"

namespace quorate::sim {

#if QUORATE_PLANT
class Interior final : public probe::Listener {
 public:
  Interior(Seed seed, bool is_on) : seed_(seed), is_on_(is_on) { probe::listen(this); }
  ~Interior() override { probe::listen(nullptr); }
  Interior(const Interior&) = delete;
  Interior& operator=(const Interior&) = delete;

  void reached(const char* name) override {
    if (!reached_.contains(std::string_view(name))) reached_.emplace(name);
  }
  bool sometimes(const char* name) override {
    // Whoever is busy without cause, again and again, keeps clients waiting longer and longer.
    const bool hinders =
        std::string_view(name).starts_with("fault:") || std::string_view(name) == "core: busy";
    if (!is_on_ || (hinders && is_calm_)) return false;
    auto found = sites_.find(std::string_view(name));
    if (found == sites_.end()) {
      Site site{Stream(seed_, std::string("interior/") + name)};
      site.is_open = site.stream.chance(one_in(4));
      found = sites_.emplace(name, site).first;
    }
    Site& site = found->second;
    return site.is_open && site.stream.chance(one_in(4));
  }
  // No faults any more, nor anything that keeps clients waiting; choices go on.
  void calm() { is_calm_ = true; }
  std::set<std::string> reached_names() const { return {reached_.begin(), reached_.end()}; }

 private:
  struct Site {
    Stream stream;
    bool is_open = false;
  };
  Seed seed_;
  bool is_on_;
  bool is_calm_ = false;
  std::set<std::string, std::less<>> reached_;
  std::map<std::string, Site, std::less<>> sites_;
};
#else
class Interior {
 public:
  Interior(Seed /*seed*/, bool /*is_on*/) {}
  void calm() {}
  std::set<std::string> reached_names() const { return {}; }
};
#endif

}  // namespace quorate::sim

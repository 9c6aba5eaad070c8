// A policy in words: what it takes, and what whoever holds one root, one operator or a pair of them
// could do. For `quorate policy lint`, and for people who would rather not think in sets.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "proto/attestation/policy.h"

namespace quorate::attestation {

// The root's own profile is convinced by tokens of this issuer, and by nothing besides.
struct LeansOn {
  std::string root;
  std::string issuer;
};

struct Lint {
  enum class Complete { no, yes };

  std::size_t fewest = 0;                     // roots that must vouch, at least
  std::vector<std::string> single_roots;      // that open the door alone, with what leans on them
  std::vector<std::string> single_operators;  // all of whose roots together do
  std::vector<std::set<std::string>> pairs;   // of roots, neither of which does alone
  std::vector<std::set<std::string>> operator_pairs;
  std::vector<std::string> indispensable;  // roots without which nobody gets in
  std::vector<std::set<std::string>>
      smallest;  // sets of roots that are enough, and need each other
  // Rules have more such sets than can be counted. `no`: there are others, larger than those here.
  Complete complete = Complete::yes;
  std::vector<std::string> notes;  // roots that are one in disguise, and the like; sentences
};

inline constexpr std::size_t lint_set_limit = 64;       // of `smallest`
inline constexpr std::size_t lint_work_limit = 20'000;  // sets that are looked at for it

[[nodiscard]] Lint lint(const Policy& policy, const std::vector<LeansOn>& leans = {});

// Lines that end with a line feed, the verdict first.
std::string in_words(const Lint& lint, const Policy& policy);

}  // namespace quorate::attestation

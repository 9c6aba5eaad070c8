// blame/: the proofs against nodes that lied to this client, each a file that anybody can check
// (`quorate audit verify --blame FILE`). A node that stands here is asked last, until an operator
// knows why it lied and clears it: its files then go to blame/cleared/, since they stay true.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "client/home/home.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/point.h"
#include "proto/blame/blame.h"

namespace quorate::home {

inline constexpr std::size_t blames_of_a_node = 8;  // one would do

struct Blame {
  Path file;
  ed25519::Point liar;  // its identity key
  blame::WrongPartial evidence;
};

class Blames {
 public:
  explicit Blames(const Home& home) : folder_(home.blames()) {}

  // Writes the evidence, which must hold: fails as blame::judge() does, and with `io`. The file is
  // named after the root, the liar and the evidence; the same evidence again changes nothing. A
  // node that stands here blames_of_a_node times gets no further file: the answer is then empty.
  [[nodiscard]] Result<Path> keep(const blame::WrongPartial& evidence) const;

  // All that hold, by file name. What is damaged, or proves nothing, is passed over.
  [[nodiscard]] Result<std::vector<Blame>> list() const;
  // Whom list() names.
  [[nodiscard]] Result<std::set<ed25519::Point>> liars() const;

  // How many files went to cleared/. `io`.
  [[nodiscard]] Result<std::size_t> clear(const ed25519::Point& liar) const;

 private:
  Path folder_;
};

// Whose ending is read: at most 4 MiB and its armour. `io`, `too_large`, `malformed`, ...; the
// message names the file.
[[nodiscard]] Result<blame::WrongPartial> read_blame(const Path& path);

}  // namespace quorate::home

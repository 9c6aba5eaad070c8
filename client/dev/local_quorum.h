// A quorum on this machine, to try: made once, then started and stopped as often as one likes.
//
//   QUORATE_TRY(const Lock lock, Lock::take(place));
//   if (!is_made(place)) QUORATE_CHECK(make(place, wish, progress));
//   QUORATE_TRY(std::vector<LocalNode> nodes, start(place, progress));      all answer
//   ...
//   QUORATE_TRY(std::vector<StoppedNode> stopped, stop(place));
//
// The nodes are processes of their own (`quorate-node run DIR`), each with its own token and PIN,
// and go on when this program ends. What they know of each other is nothing; the client's home
// holds the roster. Roots are not made here.

#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/dev/place.h"
#include "client/home/roster.h"
#include "crypto/base/entropy.h"
#include "crypto/base/result.h"

namespace quorate::dev {

using Progress = std::function<void(const std::string&)>;

enum class Custody { pkcs11, file };

struct Wish {
  std::size_t nodes = 3;
  Custody custody = Custody::pkcs11;
};

// Nodes that are late, refuse, and stay away for a while, within the rules (docs/rude-quorum.md):
// for those who write clients. At most `unwell` of them are so at once that they can't sign.
struct Rude {
  std::uint64_t seed;
  std::size_t unwell;
};

struct LocalNode {
  std::string name;
  home::Address address;
  pid_t process;
  bool was_running;  // before start()
};

struct StoppedNode {
  std::string name;
  enum class How { was_not_running, on_request, by_force } how;
};

// One `up` or `down` at a time in one place.
class Lock {
 public:
  // Creates the folder where it is missing. `usage` while another one is at work there.
  [[nodiscard]] static Result<Lock> take(const Place& place);
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&&) = delete;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock();

 private:
  explicit Lock(int file) : file_(file) {}
  int file_;
};

// Whether make() ran to its end here.
[[nodiscard]] bool is_made(const Place& place);

// The client's home with its keys, the nodes' folders, and the roster, in this order: with the
// roster it is made. `usage` where an earlier make() broke off, `tool_failed`, `io`.
[[nodiscard]] Status make(const Place& place, const Wish& wish, Entropy& entropy,
                          const Progress& progress);

// Starts what does not run, and returns when every node answers and has its keys at hand. Another
// port where somebody else has taken a node's own meanwhile. Whatever fails (`tool_failed`, `io`,
// `timed_out`), the nodes that were started here are stopped again; the message has the end of the
// log. `usage` where nodes are to be rude and some run already.
[[nodiscard]] Result<std::vector<LocalNode>> start(const Place& place,
                                                   const std::optional<Rude>& rude,
                                                   const Progress& progress);

// Stops every node that runs here, and waits until it has ended.
[[nodiscard]] Result<std::vector<StoppedNode>> stop(const Place& place);

}  // namespace quorate::dev

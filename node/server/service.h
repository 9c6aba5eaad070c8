// What stands behind the door.

#pragma once

#include <functional>

#include "crypto/ed25519/point.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::server {

class Service {
 public:
  using Reply = std::function<void(wire::v1::Answer)>;

  virtual ~Service() = default;

  // Called on the server's thread, which must not be kept: a disk or a token belongs elsewhere
  // (worker.h). `client` is the key of the channel the ask came in on. `reply` may be called once,
  // from any thread, also after the client has gone, as long as the server's io_context lives. It
  // sets the answer's id.
  virtual void ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) = 0;
};

}  // namespace quorate::server

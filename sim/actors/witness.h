// Whoever looks on: told of everything as it happens, changes nothing. The properties are checked
// by what stands behind this.

#pragma once

#include <string>

#include "client/ceremony/leader.h"
#include "client/coordinator/coordinator.h"
#include "node/core/core.h"
#include "sim/disk/disk.h"

namespace quorate::sim {

class NodeHost;
class ClientHost;

// A request as its client knows it.
struct Request {
  std::uint64_t number;  // of the run
  ceremony::EpochRecord root;
  Bytes statement;
  Bytes bytes;         // with the evidence
  Bytes to_be_signed;  // built by the client
};

class Witness {
 public:
  virtual ~Witness() = default;
  // A core was handed these asks and gave these answers, which nobody has seen yet.
  virtual void judged(NodeHost& /*node*/, std::span<const node::Asked> /*asks*/,
                      std::span<const std::optional<node::Answer>> /*answers*/) {}
  // An answer of the node's core leaves it, just now. What a liar makes of it comes after.
  virtual void leaves(NodeHost& /*node*/, const node::Asked& /*ask*/,
                      const node::Answer& /*answer*/) {}
  // Bytes on the wire that a node sent, whoever made them.
  virtual void sent(NodeHost& /*node*/, ByteView /*frame*/) {}
  virtual void crashed(NodeHost& /*node*/, Cut /*cut*/) {}
  virtual void started(NodeHost& /*node*/) {}
  virtual void failed_to_start(NodeHost& /*node*/, const Error& /*why*/) {}
  virtual void requested(ClientHost& /*client*/, const Request& /*request*/) {}
  virtual void signed_by_quorum(ClientHost& /*client*/, const Request& /*request*/,
                                const coordinator::Finished& /*end*/, std::size_t /*sessions*/) {}
  virtual void gave_up(ClientHost& /*client*/, const Request& /*request*/,
                       const coordinator::Report& /*report*/) {}
  // A client asked one node this often for one request.
  virtual void pressed(ClientHost& /*client*/, const Request& /*request*/, std::size_t /*asks*/) {}
  virtual void created(ClientHost& /*client*/, const leader::Finished& /*end*/) {}
  virtual void broke_off(ClientHost& /*client*/, const ceremony::Id& /*id*/,
                         const leader::Report& /*report*/) {}
};

}  // namespace quorate::sim

// A node for tests of the client's drivers: the real door (node/server) with a hand-written core
// behind it, which holds a share that the test dealt.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "client/home/roster.h"
#include "crypto/ed25519/signing_key.h"
#include "crypto/frost/signer.h"
#include "node/server/server.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/statement/statement.h"
#include "tests/support/dealer.h"

namespace quorate::testing {

enum class Manner { honest, refuses, waits, lies, silent };

class FakeNode final : public server::Service {
 public:
  FakeNode(frost::Share share, ceremony::EpochRecord record, ed25519::SigningKey identity,
           std::uint64_t seed);

  void ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) override;

  const ed25519::SigningKey& identity() const { return identity_; }

  // Read by the node's thread: set before it is asked.
  std::atomic<Manner> manner = Manner::honest;
  // While it is above 0 each `sign` ends the connection instead of being answered.
  std::atomic<int> drops = 0;
  std::atomic<int> commits = 0;  // how often it was asked for commitments
  std::atomic<int> signs = 0;    // how often it judged a request
  std::function<void()> drop;    // ends its connections

 private:
  wire::v1::Answer describe() const;
  wire::v1::Answer commit();
  wire::v1::Answer sign(const wire::v1::SignRequest& message);
  wire::v1::Answer wait_for_approval(const statement::Statement& statement);
  std::string origin() const;  // of the ledger that it would have

  frost::Share share_;
  ceremony::EpochRecord record_;
  ed25519::SigningKey identity_;
  SeededEntropy entropy_;
  std::map<ed25519::Point, frost::NoncePair> pool_;
};

// A dealt 2-of-3 root, and its three nodes, each behind a port of loopback, on one thread.
class FakeQuorum {
 public:
  FakeQuorum();
  ~FakeQuorum();
  FakeQuorum(const FakeQuorum&) = delete;
  FakeQuorum& operator=(const FakeQuorum&) = delete;

  FakeNode& node(std::size_t index) { return *nodes_[index]; }
  const ceremony::EpochRecord& record() const { return *record_; }
  home::Roster roster() const;
  const ed25519::SigningKey& client() const { return *client_; }

  // Nobody listens there any more.
  void stop(std::size_t index);
  // Somebody does again, at the same port.
  void start(std::size_t index);

 private:
  void on_loop(const std::function<void()>& what);
  std::unique_ptr<server::Server> serve(std::size_t index, std::uint16_t port);

  std::optional<ceremony::EpochRecord> record_;
  std::optional<ed25519::SigningKey> client_;
  boost::asio::io_context loop_{1};
  std::vector<std::unique_ptr<FakeNode>> nodes_;
  std::vector<std::unique_ptr<server::Server>> servers_;
  std::vector<std::uint16_t> ports_;
  std::atomic<bool> is_client_known_ = true;
  std::thread thread_;
};

}  // namespace quorate::testing

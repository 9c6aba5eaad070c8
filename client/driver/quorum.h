// The nodes of a roster, reached from one thread: links to all of them, one loop, and a clock for
// the cores.
//
//   QUORATE_TRY(const auto quorum, Quorum::make(identity, nodes));   begins to connect to all
//   describe(*quorum, ...)          description.h     what each says of itself
//   Signing signing(*quorum, ...)   signing.h         one signature
//   lead(*quorum, ...)              leading.h         one ceremony
//
// One of these at a time.

#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "client/coordinator/commitment_cache.h"
#include "client/coordinator/latency.h"
#include "client/driver/link.h"
#include "client/home/roster.h"
#include "crypto/base/result.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/channel/context.h"

namespace quorate::driver {

using Milliseconds = std::chrono::milliseconds;
// What is going on, for a person: called about once a second while something is waited for.
using Progress = std::function<void(const std::string&)>;

class Quorum {
 public:
  // The nodes have identities of their own (a roster's). Fails with `internal` when OpenSSL does.
  [[nodiscard]] static Result<std::unique_ptr<Quorum>> make(const ed25519::SigningKey& identity,
                                                            std::vector<home::RosterNode> nodes,
                                                            Pace pace = {});
  ~Quorum();  // NOLINT(bugprone-exception-escape): no handler of ours throws
  Quorum(const Quorum&) = delete;
  Quorum& operator=(const Quorum&) = delete;

  boost::asio::io_context& loop() { return loop_; }
  const std::vector<std::unique_ptr<Link>>& links() const { return links_; }
  const ed25519::Point& identity() const { return context_.identity(); }  // our own
  Link* find(const ed25519::Point& identity) const;

  // What signing learns from request to request, for as long as the connections live: who answers
  // quickly, and commitments that came ahead.
  coordinator::Latencies& latencies() { return latencies_; }
  coordinator::CommitmentCache& commitments() { return commitments_; }

  // Since some moment in the past, never going back.
  static std::uint64_t now_ms();

  // Runs the loop until the condition, which events on the loop make true, holds.
  void run_until(const std::function<bool()>& is_done);
  // Runs the loop until the file can be read. The descriptor stays the caller's.
  void run_until_readable(int descriptor);

  // Runs the loop for that long.
  void run_for(Milliseconds time);

  // `bravo (connection refused), charlie`: whose answers are outstanding.
  std::string awaited() const;

 private:
  explicit Quorum(channel::Context context);

  channel::Context context_;
  boost::asio::io_context loop_{1};
  std::vector<std::unique_ptr<Link>> links_;
  coordinator::Latencies latencies_;
  coordinator::CommitmentCache commitments_;
};

}  // namespace quorate::driver

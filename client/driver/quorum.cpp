#include "client/driver/quorum.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include "crypto/base/invariant.h"

namespace quorate::driver {

Quorum::Quorum(channel::Context context) : context_(std::move(context)) {}

// What the connections still have to say to each other ends with them.
Quorum::~Quorum() {  // NOLINT(bugprone-exception-escape): no handler of ours throws
  links_.clear();
  loop_.restart();
  loop_.poll();
}

Result<std::unique_ptr<Quorum>> Quorum::make(const ed25519::SigningKey& identity,
                                             std::vector<home::RosterNode> nodes, Pace pace) {
  QUORATE_TRY(channel::Context context, channel::Context::make(channel::Side::client, identity));
  std::unique_ptr<Quorum> quorum(new Quorum(std::move(context)));
  for (home::RosterNode& node : nodes) {
    quorum->links_.push_back(
        std::make_unique<Link>(quorum->loop_, quorum->context_, std::move(node), pace));
  }
  for (const auto& link : quorum->links_) link->connect();
  return quorum;
}

Link* Quorum::find(const ed25519::Point& identity) const {
  for (const auto& link : links_) {
    if (link->node().identity == identity) return link.get();
  }
  return nullptr;
}

std::uint64_t Quorum::now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Milliseconds>(since).count());
}

void Quorum::run_until(const std::function<bool()>& is_done) {
  loop_.restart();
  while (!is_done()) QUORATE_INVARIANT(loop_.run_one() == 1);  // somebody always waits for a timer
}

void Quorum::run_until_readable(int descriptor) {
  boost::asio::posix::stream_descriptor watched(loop_, descriptor);
  bool is_readable = false;
  watched.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [&](boost::system::error_code) { is_readable = true; });
  run_until([&] { return is_readable; });
  watched.release();
}

void Quorum::run_for(Milliseconds time) {
  loop_.restart();
  loop_.run_for(time);
}

std::string Quorum::awaited() const {
  std::string text;
  for (const auto& link : links_) {
    if (!link->is_awaited() && !link->trouble()) continue;
    text += (text.empty() ? "" : ", ") + link->node().name;
    if (link->trouble()) text += " (" + link->trouble()->message + ")";
  }
  return text;
}

}  // namespace quorate::driver

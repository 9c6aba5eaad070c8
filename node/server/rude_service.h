// A Service in front of another, which is rude as rudeness.h says: answers late, in another order,
// or refuses in the node's place. What it lets through, the node judges as ever.
//
//   RudeService rude(io, rudeness, worker);
//   server = Server::open(io, ..., rude);
//   rude.watch([&](bool is_away) { ... });      stay away, or come back
//
// From the server's thread. Says of itself in each Description what it has done so far.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "node/server/rudeness.h"
#include "node/server/service.h"

namespace quorate::server {

class RudeService : public Service {
 public:
  // Both outlive it.
  RudeService(boost::asio::io_context& io, const Rudeness& rudeness, Service& behind);
  ~RudeService() override;
  RudeService(const RudeService&) = delete;
  RudeService& operator=(const RudeService&) = delete;

  void ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) override;

  enum class Presence { away, back };
  // Tells whenever the node goes away and comes back, from now on until stop().
  void watch(std::function<void(Presence)> changed);
  void stop();

  // `rude, seed 7: late 12, held 3, nonce refused 2, busy 1, custody gone 4, away 2`
  std::string summary() const;

 private:
  struct Held;
  using Answer = wire::v1::Answer;

  void refuse(const Deed& deed, const Reply& reply);
  void pass(const Deed& deed, const ed25519::Point& client, wire::v1::Ask ask, Reply reply);
  void on_answer(const Deed& deed, const ed25519::Point& client, Answer answer, const Reply& reply);
  void send_later(std::uint32_t delay_ms, Answer answer, const Reply& reply);
  void hold(const ed25519::Point& client, Answer answer, const Reply& reply);
  void release(const ed25519::Point& client);
  void look();

  boost::asio::io_context& io_;
  const Rudeness rudeness_;
  Service& behind_;
  boost::asio::steady_timer looking_;
  std::function<void(Presence)> changed_;
  bool is_away_ = false;
  bool is_in_use_ = false;  // somebody has asked for a signature: until then roots are being made
  std::map<AskKind, std::uint64_t> counts_;
  std::map<Deed::What, std::uint64_t> deeds_;
  std::uint64_t late_ = 0;
  std::uint64_t absences_ = 0;
  std::map<ed25519::Point, std::shared_ptr<Held>> held_;  // at most one for each client
  std::shared_ptr<RudeService*> alive_;                   // callbacks may come after its end
};

}  // namespace quorate::server

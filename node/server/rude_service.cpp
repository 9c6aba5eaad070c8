#include "node/server/rude_service.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "node/server/refusal.h"

namespace quorate::server {
namespace {

constexpr std::chrono::milliseconds between_looks(50);

// The nodes of a quorum share one machine, and so one clock that never goes back.
std::uint64_t now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

AskKind kind_of(const wire::v1::Ask& ask) {
  if (ask.has_commit()) return AskKind::commit;
  return ask.has_sign() ? AskKind::sign : AskKind::other;
}

}  // namespace

// An answer that lets another one of its client go first.
struct RudeService::Held {
  Held(boost::asio::io_context& io, Answer held, Reply to)
      : timer(io), answer(std::move(held)), reply(std::move(to)) {}
  boost::asio::steady_timer timer;
  Answer answer;
  Reply reply;
};

RudeService::RudeService(boost::asio::io_context& io, const Rudeness& rudeness, Service& behind)
    : io_(io),
      rudeness_(rudeness),
      behind_(behind),
      looking_(io),
      alive_(std::make_shared<RudeService*>(this)) {}

RudeService::~RudeService() = default;

void RudeService::ask(const ed25519::Point& client, wire::v1::Ask ask, Reply reply) {
  const AskKind kind = kind_of(ask);
  is_in_use_ = is_in_use_ || kind != AskKind::other;
  const Deed what = deed(rudeness_, now_ms(), kind, counts_[kind]++);
  ++deeds_[what.what];
  switch (what.what) {
    case Deed::What::nonce_unknown:
    case Deed::What::busy:
    case Deed::What::no_custody: refuse(what, reply); return;
    case Deed::What::pass:
    case Deed::What::hold: pass(what, client, std::move(ask), std::move(reply)); return;
  }
}

void RudeService::refuse(const Deed& deed, const Reply& reply) {
  if (deed.what == Deed::What::nonce_unknown) {
    reply(refusal({Code::nonce_unknown, "this rude node pretends to have forgotten the nonce"}));
    return;
  }
  if (deed.what == Deed::What::no_custody) {
    reply(refusal({Code::custody_unavailable,
                   "this rude node pretends that its token is away; it is back in a second"}));
    return;
  }
  Answer answer = refusal({Code::busy, "this rude node pretends to be busy; ask again in " +
                                           std::to_string(busy_wait_s) + " s"});
  answer.mutable_refused()->set_wait_s(busy_wait_s);
  reply(std::move(answer));
}

void RudeService::pass(const Deed& deed, const ed25519::Point& client, wire::v1::Ask ask,
                       Reply reply) {
  behind_.ask(client, std::move(ask),
              [deed, client, reply = std::move(reply), executor = io_.get_executor(),
               weak = std::weak_ptr<RudeService*>(alive_)](Answer answer) {
                boost::asio::post(executor, [=, answer = std::move(answer)]() mutable {
                  const auto self = weak.lock();
                  if (!self) return;
                  (*self)->on_answer(deed, client, std::move(answer), reply);
                });
              });
}

void RudeService::on_answer(const Deed& deed, const ed25519::Point& client, Answer answer,
                            const Reply& reply) {
  if (answer.has_description()) answer.mutable_description()->set_rude(summary());
  if (deed.delay_ms > 0) {
    ++late_;
    send_later(deed.delay_ms, std::move(answer), reply);
  } else if (deed.what == Deed::What::hold && !held_.contains(client)) {
    hold(client, std::move(answer), reply);
  } else {
    reply(std::move(answer));
    release(client);
  }
}

void RudeService::send_later(std::uint32_t delay_ms, Answer answer, const Reply& reply) {
  const auto timer = std::make_shared<boost::asio::steady_timer>(io_);
  timer->expires_after(std::chrono::milliseconds(delay_ms));
  timer->async_wait([timer, reply, answer = std::move(answer)](
                        const boost::system::error_code& /*cancelled*/) { reply(answer); });
}

void RudeService::hold(const ed25519::Point& client, Answer answer, const Reply& reply) {
  const auto held = std::make_shared<Held>(io_, std::move(answer), reply);
  held_.emplace(client, held);
  held->timer.expires_after(std::chrono::milliseconds(longest_hold_ms));
  held->timer.async_wait([weak = std::weak_ptr<RudeService*>(alive_), client,
                          held](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self) (*self)->release(client);
  });
}

void RudeService::release(const ed25519::Point& client) {
  const auto found = held_.find(client);
  if (found == held_.end()) return;
  const std::shared_ptr<Held> held = found->second;
  held_.erase(found);
  held->timer.cancel();
  held->reply(std::move(held->answer));
}

void RudeService::watch(std::function<void(Presence)> changed) {
  changed_ = std::move(changed);
  look();
}

void RudeService::stop() {
  changed_ = {};
  looking_.cancel();
}

void RudeService::look() {
  if (!changed_) return;
  const bool is_away = is_in_use_ && spell_at(rudeness_, now_ms()) == Spell::away;
  if (is_away != is_away_) {
    is_away_ = is_away;
    if (is_away) ++absences_;
    changed_(is_away ? Presence::away : Presence::back);
  }
  looking_.expires_after(between_looks);
  looking_.async_wait(
      [weak = std::weak_ptr<RudeService*>(alive_)](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) (*self)->look();
      });
}

std::string RudeService::summary() const {
  const auto count = [this](Deed::What what) {
    const auto found = deeds_.find(what);
    return std::to_string(found == deeds_.end() ? 0 : found->second);
  };
  return "seed " + std::to_string(rudeness_.seed) + ": late " + std::to_string(late_) + ", held " +
         count(Deed::What::hold) + ", nonce refused " + count(Deed::What::nonce_unknown) +
         ", busy " + count(Deed::What::busy) + ", custody gone " + count(Deed::What::no_custody) +
         ", away " + std::to_string(absences_);
}

}  // namespace quorate::server

// A timer whose callback never outlives it. A steady_timer's may: one that has expired already
// can't be cancelled any more, and runs when the loop comes to it, on whatever is left of its
// owner.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace quorate::driver {

class Timer {
 public:
  explicit Timer(boost::asio::io_context& loop) : timer_(loop) {}

  // In place of whatever was to come before.
  void after(std::chrono::milliseconds time, std::function<void()> expired) {
    expired_ = std::make_shared<std::function<void()>>(std::move(expired));
    timer_.expires_after(time);
    timer_.async_wait([weak = std::weak_ptr(expired_)](const boost::system::error_code& cancelled) {
      const auto callback = weak.lock();  // gone with the timer
      if (!cancelled && callback) (*callback)();
    });
  }
  void cancel() {
    expired_.reset();
    timer_.cancel();
  }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> expired_;
};

}  // namespace quorate::driver

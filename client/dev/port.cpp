#include "client/dev/port.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace quorate::dev {
namespace {

using boost::asio::ip::tcp;

// As the node itself will bind: a port whose last connections are still fading away is free.
boost::system::error_code bind(tcp::acceptor& acceptor, std::uint16_t port) {
  boost::system::error_code failed;
  acceptor.open(tcp::v4(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind({boost::asio::ip::address_v4::loopback(), port}, failed);
  if (!failed) acceptor.listen(1, failed);
  return failed;
}

}  // namespace

Result<std::vector<std::uint16_t>> free_ports(std::size_t count) {
  boost::asio::io_context loop;
  std::vector<tcp::acceptor> held;  // until all are found, so that they differ
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < count; ++i) {
    held.emplace_back(loop);
    boost::system::error_code failed = bind(held.back(), 0);
    const std::uint16_t port = failed ? 0 : held.back().local_endpoint(failed).port();
    if (failed) return fail(Code::io, "no free port on 127.0.0.1: " + failed.message());
    ports.push_back(port);
  }
  return ports;
}

bool is_free(std::uint16_t port) {
  boost::asio::io_context loop;
  tcp::acceptor acceptor(loop);
  return !bind(acceptor, port);
}

}  // namespace quorate::dev

#include "tests/end_to_end/port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace quorate::testing {

std::string free_port() {
  const int socket_number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool is_bound =
      bind(socket_number, generic, size) == 0 && getsockname(socket_number, generic, &size) == 0;
  close(socket_number);
  if (!is_bound) throw std::runtime_error("no free port");
  return std::to_string(ntohs(address.sin_port));
}

bool is_open(const std::string& port) {
  const int socket_number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  const bool is_connected =
      connect(socket_number, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(socket_number);
  return is_connected;
}

}  // namespace quorate::testing

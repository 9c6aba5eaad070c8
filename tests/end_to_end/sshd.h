// The stock sshd on a free port of loopback, which trusts one CA and nothing else.

#pragma once

#include <sys/types.h>

#include <string>

#include "tests/end_to_end/shell.h"

namespace quorate::testing {

class Sshd {
 public:
  // Listens when it is made. Whoever has a certificate of the CA for `principal` logs in as the
  // user that runs the test.
  Sshd(const Shell& shell, const std::string& ca_file, const std::string& principal);
  ~Sshd();
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

  // The line that logs in with the key file (and KEY-cert.pub beside it, as ssh finds it) and runs
  // the command there.
  std::string login(const std::string& key, const std::string& command) const;
  std::string log() const;

 private:
  const Shell& shell_;
  std::string port_;
  pid_t process_ = -1;
};

}  // namespace quorate::testing

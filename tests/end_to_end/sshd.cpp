#include "tests/end_to_end/sshd.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "tests/end_to_end/port.h"

namespace quorate::testing {

Sshd::Sshd(const Shell& shell, const std::string& ca_file, const std::string& principal)
    : shell_(shell), port_(free_port()) {
  const std::string folder = shell.folder().string();
  shell("rm -f host_key*; ssh-keygen -q -t ed25519 -N '' -f host_key");
  shell.write("principals", principal + "\n");
  shell.write("known_hosts", "[127.0.0.1]:" + port_ + " " + shell.read("host_key.pub"));
  shell.write("sshd_config", "Port " + port_ + "\nListenAddress 127.0.0.1\nHostKey " + folder +
                                 "/host_key\nTrustedUserCAKeys " + folder + "/" + ca_file +
                                 "\nAuthorizedPrincipalsFile " + folder +
                                 "/principals\nAuthorizedKeysFile none\nAuthenticationMethods "
                                 "publickey\nUsePAM no\nStrictModes no\nPidFile none\n"
                                 "LogLevel VERBOSE\n");
  // As root it wants this folder, which only the system's own service makes.
  if (geteuid() == 0) shell("mkdir -p -m 0755 /run/sshd");
  process_ = fork();
  if (process_ == 0) {
    const std::string log = folder + "/sshd.log";
    const std::string config = folder + "/sshd_config";
    execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-E", log.c_str(), "-f", config.c_str(),
          static_cast<char*>(nullptr));
    _exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_open(port_)) {
    const bool has_ended = waitpid(process_, nullptr, WNOHANG) == process_;
    if (has_ended || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("sshd does not listen: " + log());
    }
  }
}

Sshd::~Sshd() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

std::string Sshd::login(const std::string& key, const std::string& command) const {
  return "ssh -F none -p " + port_ + " -i " + key +
         " -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o UserKnownHostsFile=" +
         (shell_.folder() / "known_hosts").string() +
         " -o GlobalKnownHostsFile=none \"$(id -un)\"@127.0.0.1 '" + command + "'";
}

std::string Sshd::log() const { return shell_.read("sshd.log"); }

}  // namespace quorate::testing

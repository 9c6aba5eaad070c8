// Evidence by people's own keys: stock `ssh-keygen -Y sign` makes it, so that keys in an agent,
// with a passphrase or on a FIDO token work as they always do, and no private key is ever read
// here.
//
//   QUORATE_TRY(SshKeygen signing, SshKeygen::start({requester_namespace, key, statement}));
//   ... connect, ask for commitments ...
//   QUORATE_TRY(const ssh::Sshsig evidence, signing.wait());
//
// The tool asks for a passphrase or a touch on the terminal by itself.

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/sshsig.h"

namespace quorate::evidence {

struct ToSign {
  std::string name_space;     // request::requester_namespace, ceremony::proposal_namespace, ...
  std::filesystem::path key;  // a private key, or a public one whose other half an agent holds
  Bytes message;
  std::string tool = "ssh-keygen";  // looked for in PATH
};

// An open file, closed once.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int number() const { return number_; }

 private:
  int number_;
};

// The tool at work. Dropped before wait(), it is told to end and waited for.
class SshKeygen {
 public:
  // Fails with `tool_failed` (the tool does not start, or is not installed), `configuration` (no
  // such key), `io`.
  [[nodiscard]] static Result<SshKeygen> start(ToSign to_sign);

  SshKeygen(SshKeygen&& other) noexcept;
  SshKeygen& operator=(SshKeygen&&) = delete;
  SshKeygen(const SshKeygen&) = delete;
  SshKeygen& operator=(const SshKeygen&) = delete;
  ~SshKeygen();

  // Becomes readable when the tool has ended, so that an event loop can wait for it; stays ours.
  int pidfd() const { return pidfd_.number(); }

  // Waits for the end. The signature was parsed strictly and verified, under its own key, over the
  // message and in the namespace. Fails with `tool_failed`; the message holds what the tool said,
  // unless it said that to the terminal itself. Call it once.
  [[nodiscard]] Result<ssh::Sshsig> wait();

 private:
  SshKeygen(ToSign to_sign, pid_t child, Descriptor pidfd, Descriptor out, Descriptor complaints);

  ToSign to_sign_;
  pid_t child_;  // -1 when it was waited for
  Descriptor pidfd_;
  Descriptor out_;         // what it writes
  Descriptor complaints_;  // its standard error; none where that is the terminal
};

// start() and wait() in one.
[[nodiscard]] Result<ssh::Sshsig> sign(ToSign to_sign);

}  // namespace quorate::evidence

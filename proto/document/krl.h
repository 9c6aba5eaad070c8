// OpenSSH's key revocation list, as sshd reads it from RevokedKeys. formats.md section 4; OpenSSH's
// PROTOCOL.krl. Written unsigned; it is signed from outside, by an SSHSIG with the namespace `krl`.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "proto/document/ssh_key.h"

namespace quorate::ssh {

struct RevokedCertificates {
  PublicKey ca;
  std::set<std::uint64_t> serials;
  std::set<std::string> key_ids;
};

struct Krl {
  std::uint64_t version;    // the list's number
  std::uint64_t generated;  // unix seconds
  std::string comment;
  std::vector<RevokedCertificates> roots;  // in the order of their root ids, each once
  std::set<ByteArray<32>> keys;            // SHA-256 of public blobs

  // Parts without content are left out. Fails with `malformed` for a serial 0: a KRL that has one
  // is invalid to sshd as a whole, and it then denies everybody.
  [[nodiscard]] Result<Bytes> bytes() const;
};

}  // namespace quorate::ssh

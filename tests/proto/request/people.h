// People who sign evidence, and a request that they agree on.

#pragma once

#include <map>
#include <string>

#include <sodium.h>

#include "proto/document/sshsig.h"
#include "proto/request/approval.h"
#include "proto/request/judgement.h"
#include "proto/request/request.h"
#include "tests/proto/statement/statements.h"

namespace quorate::testing {

inline ed25519::SigningKey requester_key() {
  return signing_key(requests().at("keys").at("requester_seed"));
}
inline ed25519::SigningKey approver_key() {
  return signing_key(requests().at("keys").at("approver_seed"));
}

// As `ssh-keygen -Y sign` does it.
inline Bytes sshsig(const ed25519::SigningKey& key, std::string_view name_space, ByteView message) {
  ByteArray<64> digest;
  crypto_hash_sha512(digest.data(), message.data(), message.size());
  const ed25519::Signature signature = key.sign(ssh::signed_data(name_space, digest));
  return ssh::file_signature(name_space, key.public_key(), signature).blob();
}

inline request::Evidence asked_by(const ed25519::SigningKey& key, ByteView statement) {
  return {request::requester, sshsig(key, request::requester_namespace, statement)};
}

inline request::Evidence approved_by(const ed25519::SigningKey& key,
                                     const request::Approval& approval) {
  const auto bytes = request::encode(approval);
  return {request::approval, joined({bytes, sshsig(key, request::approval_namespace, bytes)})};
}

inline request::Approval approval_of(const statement::Statement& statement) {
  return {.request_id = statement::request_id(statement::encode(statement)),
          .root_id = statement.root_id,
          .time = statement.not_before,
          .expires = statement.not_after,
          .shown = request::shown_hash("shown")};
}

// The vectors' people by their keys.
class KnownPeople final : public request::People {
 public:
  KnownPeople() {
    persons_.emplace(ssh::PublicKey::of(requester_key().public_key()), "alice");
    persons_.emplace(ssh::PublicKey::of(approver_key().public_key()), "bob");
  }
  void rename_approver(const std::string& name) {
    persons_.at(ssh::PublicKey::of(approver_key().public_key())) = name;
  }
  void forget_approver() { persons_.erase(ssh::PublicKey::of(approver_key().public_key())); }

  std::optional<std::string> person_of(const ssh::PublicKey& key) const override {
    const auto found = persons_.find(key);
    if (found == persons_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<ssh::PublicKey, std::string> persons_;
};

inline request::Request request_with(ByteView statement,
                                     const std::vector<request::Evidence>& evidence) {
  request::Request request{Bytes(statement.begin(), statement.end()), {}};
  for (const request::Evidence& one : evidence) {
    EXPECT_TRUE(request::add(request, one).has_value());
  }
  return request;
}

}  // namespace quorate::testing

// Who is revoked, by the lists that a gateway holds. The caller has checked each list's signature.

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/result.h"
#include "proto/statement/revocation_list.h"

namespace quorate::attestation {

class Revocations {
 public:
  // All lists of one name that the gateway holds, in any order, at least one. Of the newest number
  // there may be two, which were signed by sets of nodes that do not know each other: the entries
  // of both count. `malformed` where there is none, or one with another name.
  [[nodiscard]] static Result<Revocations> of(
      const std::vector<statement::RevocationContents>& lists);

  const std::string& list() const { return list_; }
  std::uint64_t number() const { return issued_.rbegin()->first; }
  std::uint64_t next_update() const { return next_update_; }
  // A list that has not been followed up says nothing about today: deny, not allow.
  bool is_stale(std::uint64_t now_s) const { return now_s >= next_update_; }
  // Whether, when something was issued, there was a newer list than the one of this number.
  bool was_superseded(std::uint64_t number, std::uint64_t issued_s) const;
  bool names(statement::RevocationType type, std::string_view value) const;

 private:
  std::string list_;
  std::uint64_t next_update_ = 0;  // the earliest of the newest number
  std::map<std::uint64_t, std::uint64_t> issued_;
  std::set<std::pair<statement::RevocationType, std::string>, std::less<>> entries_;
};

}  // namespace quorate::attestation

// P10: what is secret of an honest node stands nowhere that others could read: not on its disk, not
// on the wire, not in a log. Looks for many secrets in many bytes at once, in every form in which a
// careless hand would write one down: as it is, backwards, in hex, in base64.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"

namespace quorate::sim {

class Secrets {
 public:
  // At least 16 bytes: shorter ones turn up by themselves.
  void add(std::string name, ByteView secret);
  // The name and form of a secret that stands in these bytes.
  std::optional<std::string> find(ByteView bytes) const;
  std::size_t forms() const { return forms_.size(); }

 private:
  struct Form {
    std::string name;
    Bytes bytes;
  };
  void add_form(std::string name, Bytes bytes);

  std::vector<Form> forms_;
  std::multimap<std::uint64_t, std::size_t> by_start_;                     // the first eight bytes
  std::vector<bool> may_start_ = std::vector<bool>(std::size_t{1} << 16);  // by a hash of those
};

}  // namespace quorate::sim

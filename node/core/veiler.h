// Draws the salts of the veils in one record, and remembers what each covers. Inside node/core
// only.

#pragma once

#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/entropy.h"
#include "node/store/verdicts.h"
#include "proto/record/veil.h"

namespace quorate::node {

class Veiler {
 public:
  explicit Veiler(Entropy& entropy) : entropy_(entropy) {}

  record::Hash veil(ByteView text) {
    record::Salt salt;
    entropy_.fill(salt);
    const record::Hash hash = record::veil(salt, text);
    texts_.push_back({hash, salt, Bytes(text.begin(), text.end())});
    return hash;
  }
  const std::vector<store::VeiledText>& texts() const { return texts_; }

 private:
  Entropy& entropy_;
  std::vector<store::VeiledText> texts_;
};

}  // namespace quorate::node

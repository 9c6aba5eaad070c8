// How often a profile may be used: token buckets. The policy asks whether a bucket would still give
// one; who approves takes it.

#pragma once

#include <cstdint>
#include <string>

#include "crypto/base/result.h"
#include "node/store/buckets.h"

namespace quorate::policy {

using store::Rate;

struct Charge {
  std::string bucket;  // `PROFILE` or `PROFILE/PERSON`
  Rate rate;

  friend bool operator==(const Charge&, const Charge&) = default;
};

class Limits {
 public:
  virtual ~Limits() = default;
  // Milliseconds until the bucket would give one; 0: now. Fails with `io`.
  [[nodiscard]] virtual Result<std::uint64_t> wait_ms(const Charge& charge) const = 0;
};

// Every bucket is full: for a look without a database, and for a request that was charged before.
class NoLimits final : public Limits {
 public:
  [[nodiscard]] Result<std::uint64_t> wait_ms(const Charge& /*charge*/) const override { return 0; }
};

// The node's own buckets, at one moment.
class StoredLimits final : public Limits {
 public:
  StoredLimits(store::Buckets& buckets, std::uint64_t now_ms) : buckets_(buckets), now_(now_ms) {}
  [[nodiscard]] Result<std::uint64_t> wait_ms(const Charge& charge) const override {
    return buckets_.wait_ms(charge.bucket, charge.rate, now_);
  }

 private:
  store::Buckets& buckets_;
  std::uint64_t now_;
};

}  // namespace quorate::policy

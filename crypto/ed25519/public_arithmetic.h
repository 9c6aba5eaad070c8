// Arithmetic on public points: commitments, verification shares, group keys. The one place where a
// fast variable-time multi-scalar multiplication may stand, so nothing secret may enter: the type
// takes Scalar, never SecretScalar, and the name says what it is.
//
//   Result<Point> r = PublicSum().add(hiding).add_product(factor, binding).value_vartime();

#pragma once

#include <vector>

#include "crypto/ed25519/point.h"
#include "crypto/ed25519/scalar.h"

namespace quorate::ed25519 {

class PublicSum {
 public:
  PublicSum& add(const Point& point);
  PublicSum& add_product(const Scalar& scalar, const Point& point);
  PublicSum& add_base_product(const Scalar& scalar);

  // The sum. Fails with `identity_reached`: a Point can't hold the identity, and where the
  // summands came from the wire somebody may have aimed at it.
  [[nodiscard]] Result<Point> value_vartime() const;
  // Whether the sum is the identity: how an equation left = right is checked as left - right = 0.
  [[nodiscard]] bool is_identity_vartime() const;

 private:
  ByteArray<32> encoding_vartime() const;

  struct Term {
    Scalar scalar;
    Point point;
  };
  std::vector<Point> points_;
  std::vector<Term> terms_;
  Scalar base_;
};

}  // namespace quorate::ed25519

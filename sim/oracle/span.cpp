#include "sim/oracle/span.h"

#include <algorithm>
#include <optional>

#include "crypto/base/invariant.h"
#include "crypto/ed25519/public_arithmetic.h"

namespace quorate::sim {

using ed25519::Point;
using ed25519::Scalar;

namespace {

// Forms are for the transparent group: the real one's scalars are larger.
Residue residue_of(const Scalar& scalar) {
  const std::optional<Residue> residue = Residue::parse(scalar.bytes());
  QUORATE_INVARIANT(residue.has_value());
  return *residue;
}

}  // namespace

LinearForm& LinearForm::add(const Point& image, const Scalar& factor) {
  // No Point is the identity, but where a planted bug lets it in. Its secret is zero.
  if (ed25519::PublicSum().add(image).is_identity_vartime()) return *this;
  terms_.emplace_back(image, residue_of(factor));
  return *this;
}

LinearForm& LinearForm::add(const LinearForm& other, const Scalar& factor) {
  const Residue by = residue_of(factor);
  terms_.reserve(terms_.size() + other.terms_.size());
  const std::size_t count = other.terms_.size();  // `other` may be this form
  for (std::size_t i = 0; i < count; ++i) {
    terms_.emplace_back(other.terms_[i].first, by * other.terms_[i].second);
  }
  return *this;
}

LinearForm dealt_share(const dkg::Commitments& deal, frost::Identifier place) {
  LinearForm form;
  Scalar power = Scalar::of(1);
  for (const Point& image : deal) {
    form.add(image, power);
    power = power * Scalar::of(place.number());
  }
  return form;
}

LinearForm share_form(std::span<const dkg::Commitments> deals, frost::Identifier place) {
  LinearForm form;
  for (const dkg::Commitments& deal : deals) form.add(dealt_share(deal, place), Scalar::of(1));
  return form;
}

LinearForm root_form(std::span<const dkg::Commitments> deals) {
  LinearForm form;
  for (const dkg::Commitments& deal : deals) form.add(deal.front(), Scalar::of(1));
  return form;
}

LinearForm partial_form(const frost::Package& package, frost::Identifier signer,
                        const LinearForm& share) {
  const frost::Commitment* nonces = package.find(signer);
  QUORATE_INVARIANT(nonces != nullptr);
  const frost::BindingFactors factors = frost::binding_factors(package);
  const Result<Point> commitment = frost::group_commitment(package, factors);
  QUORATE_INVARIANT(commitment.has_value());  // else nobody answers
  const Scalar c = frost::challenge(*commitment, package.group_key(), package.message());
  return LinearForm()
      .add(nonces->hiding, Scalar::of(1))
      .add(nonces->binding, factors.at(signer))
      .add(share, frost::lagrange_coefficient(package, signer) * c);
}

namespace {

// One term for each secret, the newest first, none with the factor zero.
template <typename Row>
void put_in_order(Row& row) {
  std::sort(row.begin(), row.end(),
            [](const auto& a, const auto& b) { return a.secret > b.secret; });
  auto out = row.begin();
  for (auto term = row.begin(); term != row.end();) {
    auto sum = *term;
    for (++term; term != row.end() && term->secret == sum.secret; ++term) {
      sum.factor = sum.factor + term->factor;
    }
    if (!sum.factor.is_zero()) *out++ = sum;
  }
  row.erase(out, row.end());
}

// row - factor * known. Both are in order.
template <typename Row>
Row difference(const Row& row, Residue factor, const Row& known) {
  Row out;
  out.reserve(row.size() + known.size());
  auto ours = row.begin();
  auto theirs = known.begin();
  while (ours != row.end() || theirs != known.end()) {
    const bool takes_ours =
        theirs == known.end() || (ours != row.end() && ours->secret >= theirs->secret);
    const bool takes_theirs =
        ours == row.end() || (theirs != known.end() && theirs->secret >= ours->secret);
    auto term = takes_ours ? *ours : *theirs;
    const Residue before = takes_ours ? ours->factor : Residue();
    term.factor = takes_theirs ? before - factor * theirs->factor : before;
    if (takes_ours) ++ours;
    if (takes_theirs) ++theirs;
    if (!term.factor.is_zero()) out.push_back(term);
  }
  return out;
}

}  // namespace

// Only the newest secret is looked at: one that no row is solved for can't be cancelled by the rows
// of older secrets, so that the form as a whole does not follow.
Span::Row Span::reduced(Row row) const {
  put_in_order(row);
  while (!row.empty() && !rows_[row.front().secret].empty()) {
    row = difference(row, row.front().factor, rows_[row.front().secret]);
  }
  return row;
}

void Span::learn(const LinearForm& form) {
  Row row;
  row.reserve(form.terms().size());
  // From the back, where partial_form() has the share: it shall be older than the nonces.
  for (auto term = form.terms().rbegin(); term != form.terms().rend(); ++term) {
    const auto next = static_cast<std::uint32_t>(numbers_.size());
    row.push_back({numbers_.try_emplace(term->first, next).first->second, term->second});
  }
  rows_.resize(numbers_.size());

  row = reduced(std::move(row));
  if (row.empty()) return;
  const Residue by = row.front().factor.inverted();
  for (Term& term : row) term.factor = by * term.factor;
  const std::uint32_t newest = row.front().secret;
  rows_[newest] = std::move(row);
  ++dimension_;
}

bool Span::is_known(const LinearForm& form) const {
  Row row;
  std::map<Point, Residue> never_seen;
  for (const auto& [image, factor] : form.terms()) {
    const auto number = numbers_.find(image);
    if (number != numbers_.end()) {
      row.push_back({number->second, factor});
    } else {
      never_seen[image] = never_seen[image] + factor;
    }
  }
  return reduced(std::move(row)).empty() &&
         std::all_of(never_seen.begin(), never_seen.end(),
                     [](const auto& term) { return term.second.is_zero(); });
}

}  // namespace quorate::sim

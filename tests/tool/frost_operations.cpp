// point.*, scalar.*, frost.*: RFC 9591 with every random value given.

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/frost/aggregator.h"
#include "crypto/frost/signer.h"
#include "tests/tool/fields.h"
#include "tests/tool/operation.h"

namespace quorate::primitives {

using ed25519::Point;
using ed25519::Scalar;
using frost::Commitment;
using frost::Identifier;
using frost::NoncePair;
using frost::Package;
using frost::Partial;
using frost::Quorum;
using frost::Share;
using nlohmann::json;

namespace {

// No epoch appears in the table: everything here happens in this one.
constexpr frost::Epoch the_epoch{1};

// The 64 bytes that the caller gave, in order. generate() takes exactly those, unless H3 of them is
// zero, which nobody can find.
class GivenBytes final : public Entropy {
 public:
  explicit GivenBytes(const ByteArray<64>& bytes) : bytes_(bytes) {}
  void fill(std::span<std::uint8_t> out) override {
    QUORATE_INVARIANT(out.size() <= bytes_.size() - used_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
  }

 private:
  ByteArray<64> bytes_;
  std::size_t used_ = 0;
};

Result<std::vector<Commitment>> read_commitments(const Fields& fields) {
  QUORATE_TRY(const json* const entries, fields.list("commitments"));
  std::vector<Commitment> commitments;
  for (const json& entry : *entries) {
    QUORATE_TRY(const Fields one, Fields::of(entry, {"identifier", "hiding", "binding"}));
    QUORATE_TRY(const Identifier signer, one.identifier("identifier"));
    QUORATE_TRY(const Point hiding, one.point("hiding"));
    QUORATE_TRY(const Point binding, one.point("binding"));
    commitments.push_back({signer, hiding, binding});
  }
  return commitments;
}

// The sizes first: nothing is computed for a quorum that cannot be one.
Result<Package> make_package(std::uint16_t threshold, const Point& group_key,
                             std::vector<Identifier> members, Bytes message,
                             std::vector<Commitment> commitments) {
  QUORATE_CHECK(frost::check_sizes(threshold, members.size()));
  const Quorum quorum{the_epoch, threshold, group_key, std::move(members)};
  return Package::make(quorum, std::move(message), std::move(commitments));
}

Answer parse_point(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "point"}));
  QUORATE_TRY(const Point point, fields.point("point"));
  return json{{"point", to_hex(point.bytes())}};
}

Answer parse_scalar(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "scalar"}));
  QUORATE_TRY(const Scalar scalar, fields.scalar("scalar"));
  return json{{"scalar", to_hex(scalar.bytes())}};
}

Result<Share> read_share(const Fields& fields) {
  QUORATE_TRY(const Identifier holder, fields.identifier("identifier"));
  QUORATE_TRY(ed25519::SecretScalar secret, fields.secret("share"));
  return Share{holder, the_epoch, std::move(secret)};
}

Answer commit(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "identifier", "share", "random"}));
  QUORATE_TRY(const Share share, read_share(fields));
  QUORATE_TRY(const auto random, fields.array<64>("random"));
  GivenBytes given(random);
  const Commitment commitment = NoncePair::generate(share, given).commitment();
  return json{{"hiding", to_hex(commitment.hiding.bytes())},
              {"binding", to_hex(commitment.binding.bytes())}};
}

Answer sign(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "identifier", "share", "random", "group_key", "threshold",
                                   "members", "message", "commitments"}));
  QUORATE_TRY(const Share share, read_share(fields));
  QUORATE_TRY(const auto random, fields.array<64>("random"));
  QUORATE_TRY(const Point group_key, fields.point("group_key"));
  QUORATE_TRY(const std::uint16_t threshold, fields.small("threshold"));
  QUORATE_TRY(const std::vector<Identifier> members, fields.identifiers("members"));
  QUORATE_TRY(const Bytes message, fields.bytes("message"));
  QUORATE_TRY(std::vector<Commitment> commitments, read_commitments(fields));
  QUORATE_TRY(const Package package,
              make_package(threshold, group_key, members, message, std::move(commitments)));
  GivenBytes given(random);
  QUORATE_TRY(const Partial partial,
              frost::sign(share, NoncePair::generate(share, given), package));
  QUORATE_TRY(const Point r, frost::group_commitment(package, frost::binding_factors(package)));
  return json{{"partial", to_hex(partial.value.bytes())}, {"r", to_hex(r.bytes())}};
}

Answer check_partial(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "identifier", "partial", "verification_share", "group_key",
                                   "message", "commitments"}));
  QUORATE_TRY(const Identifier signer, fields.identifier("identifier"));
  QUORATE_TRY(const Scalar value, fields.scalar("partial"));
  QUORATE_TRY(const Point verification_share, fields.point("verification_share"));
  QUORATE_TRY(const Point group_key, fields.point("group_key"));
  QUORATE_TRY(const Bytes message, fields.bytes("message"));
  QUORATE_TRY(const std::vector<Commitment> commitments, read_commitments(fields));
  std::vector<Identifier> signers;
  for (const Commitment& commitment : commitments) signers.push_back(commitment.signer);
  QUORATE_TRY(const Package package,
              make_package(static_cast<std::uint16_t>(std::min<std::size_t>(signers.size(), 65)),
                           group_key, signers, message, commitments));
  if (package.find(signer) == nullptr) {
    return fail(Code::unknown_participant, "the signer has no commitment in the list");
  }
  // check() has one word for everything; a sum that is the identity is not the signer's doing.
  const auto r = frost::group_commitment(package, frost::binding_factors(package));
  if (!r) return tl::unexpected(r.error());
  if (!frost::check({signer, value}, package, verification_share)) {
    return tl::unexpected(
        Failure({Code::partial_invalid, "the partial signature does not verify"}, {signer}));
  }
  return json{{"valid", true}};
}

Result<frost::VerificationShares> read_verification_shares(const Fields& fields) {
  QUORATE_TRY(const json* const entries, fields.list("verification_shares"));
  frost::VerificationShares shares;
  std::vector<Identifier> order;
  for (const json& entry : *entries) {
    QUORATE_TRY(const Fields one, Fields::of(entry, {"identifier", "point"}));
    QUORATE_TRY(const Identifier member, one.identifier("identifier"));
    QUORATE_TRY(const Point point, one.point("point"));
    order.push_back(member);
    shares.emplace(member, point);
  }
  QUORATE_CHECK(check_ascending(order, "verification_shares"));
  return shares;
}

Result<std::vector<Partial>> read_partials(const Fields& fields) {
  QUORATE_TRY(const json* const entries, fields.list("partials"));
  std::vector<Partial> partials;
  for (const json& entry : *entries) {
    QUORATE_TRY(const Fields one, Fields::of(entry, {"identifier", "partial"}));
    QUORATE_TRY(const Identifier signer, one.identifier("identifier"));
    QUORATE_TRY(const Scalar value, one.scalar("partial"));
    partials.push_back({signer, value});
  }
  return partials;
}

Answer aggregate(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "group_key", "threshold", "message", "commitments",
                                   "partials", "verification_shares"}));
  QUORATE_TRY(const Point group_key, fields.point("group_key"));
  QUORATE_TRY(const std::uint16_t threshold, fields.small("threshold"));
  QUORATE_TRY(const Bytes message, fields.bytes("message"));
  QUORATE_TRY(std::vector<Commitment> commitments, read_commitments(fields));
  QUORATE_TRY(const std::vector<Partial> partials, read_partials(fields));
  QUORATE_TRY(const frost::VerificationShares shares, read_verification_shares(fields));
  std::vector<Identifier> members;
  for (const auto& [member, point] : shares) members.push_back(member);
  QUORATE_TRY(const Package package,
              make_package(threshold, group_key, members, message, std::move(commitments)));
  const auto signature = frost::aggregate(partials, package, shares);
  if (!signature) {
    return tl::unexpected(Failure(signature.error().error, signature.error().guilty));
  }
  return json{{"signature", to_hex(*signature)}};
}

Answer verify(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "group_key", "message", "signature"}));
  QUORATE_TRY(const Point group_key, fields.point("group_key"));
  QUORATE_TRY(const Bytes message, fields.bytes("message"));
  QUORATE_TRY(const Bytes signature, fields.bytes("signature"));
  if (!ed25519::verifies(group_key, message, signature)) {
    return fail(Code::signature_invalid, "the signature does not verify");
  }
  return json{{"valid", true}};
}

Answer lagrange(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "identifier", "set"}, {"x"}));
  QUORATE_TRY(const Identifier of, fields.identifier("identifier"));
  QUORATE_TRY(const std::vector<Identifier> set, fields.identifiers("set"));
  std::uint16_t x = 0;
  if (fields.has("x")) {
    QUORATE_TRY(x, fields.small("x"));
  }
  QUORATE_TRY(const Scalar coefficient, frost::lagrange_coefficient(set, of, x));
  return json{{"scalar", to_hex(coefficient.bytes())}};
}

}  // namespace

std::vector<Operation> frost_operations() {
  return {{"point.parse", parse_point},   {"scalar.parse", parse_scalar},
          {"frost.commit", commit},       {"frost.sign", sign},
          {"frost.check", check_partial}, {"frost.aggregate", aggregate},
          {"frost.verify", verify},       {"frost.lagrange", lagrange}};
}

}  // namespace quorate::primitives

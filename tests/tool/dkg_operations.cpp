// dkg.* and ceremony.hash: what a dealer gives and a receiver checks, with every random value
// given.

#include <algorithm>

#include "crypto/dkg/receiver.h"
#include "crypto/frost/signer.h"
#include "proto/layout/labelled.h"
#include "proto/layout/reader.h"
#include "tests/tool/fields.h"
#include "tests/tool/operation.h"

namespace quorate::primitives {

using dkg::Commitments;
using ed25519::Point;
using ed25519::SecretScalar;
using frost::Identifier;
using nlohmann::json;

namespace {

// Dealers and receivers are the members, as in every ceremony of kind `create`.
struct Group {
  std::uint16_t threshold;
  std::vector<Identifier> members;
};

Result<Group> read_group(const Fields& fields, Identifier self) {
  QUORATE_TRY(const std::uint16_t threshold, fields.small("threshold"));
  QUORATE_TRY(std::vector<Identifier> members, fields.identifiers("members"));
  QUORATE_CHECK(frost::check_sizes(threshold, members.size()));
  if (std::find(members.begin(), members.end(), self) == members.end()) {
    return fail(Code::unknown_participant, "the identifier is not among the members");
  }
  return Group{threshold, std::move(members)};
}

Status check_count(std::size_t expected, std::size_t found, std::string_view what) {
  if (expected != found) {
    return fail(Code::malformed, std::to_string(found) + " " + std::string(what) +
                                     ", the threshold asks for " + std::to_string(expected));
  }
  return Done{};
}

Result<Commitments> read_commitments(const Fields& fields, std::uint16_t threshold) {
  QUORATE_TRY(const std::vector<Bytes> given, fields.byte_strings("commitments"));
  QUORATE_CHECK(check_count(threshold, given.size(), "commitments"));
  Commitments commitments;
  for (const Bytes& bytes : given) {
    QUORATE_TRY(const Point point, Point::parse(bytes));
    commitments.push_back(point);
  }
  return commitments;
}

json in_hex(const Commitments& commitments) {
  json list = json::array();
  for (const Point& point : commitments) list.push_back(to_hex(point.bytes()));
  return list;
}

Result<dkg::Polynomial> read_polynomial(const Fields& fields, std::uint16_t threshold) {
  QUORATE_TRY(const std::vector<Bytes> given, fields.byte_strings("coefficients"));
  QUORATE_CHECK(check_count(threshold, given.size(), "coefficients"));
  std::vector<SecretScalar> coefficients;
  for (const Bytes& bytes : given) {
    QUORATE_TRY(SecretScalar coefficient, secret_scalar(bytes));
    coefficients.push_back(std::move(coefficient));
  }
  return dkg::Polynomial::of(std::move(coefficients));
}

Answer deal(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "identifier", "threshold", "members",
                                                        "coefficients", "proof_nonce", "context"}));
  QUORATE_TRY(const Identifier dealer, fields.identifier("identifier"));
  QUORATE_TRY(const Group group, read_group(fields, dealer));
  QUORATE_TRY(const dkg::Polynomial polynomial, read_polynomial(fields, group.threshold));
  QUORATE_TRY(SecretScalar nonce, fields.secret("proof_nonce"));
  QUORATE_TRY(const Bytes context, fields.bytes("context"));
  if (nonce.is_zero()) return fail(Code::malformed, "the proof's nonce must not be zero");
  json shares = json::array();
  for (const Identifier receiver : group.members) {
    const ed25519::Scalar share = ed25519::Scalar::reveal(polynomial.at(receiver));
    shares.push_back({{"identifier", receiver.number()}, {"share", to_hex(share.bytes())}});
  }
  const dkg::Proof proof = polynomial.prove(dealer, context, std::move(nonce));
  return json{{"commitments", in_hex(polynomial.commitments())},
              {"proof", to_hex(proof.bytes())},
              {"shares", shares}};
}

Answer guilty(const Status& status, Identifier dealer) {
  return tl::unexpected(Failure(status.error(), {dealer}));
}

Answer check(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "dealer", "receiver", "threshold", "commitments", "proof",
                                   "context", "share"}));
  QUORATE_TRY(const Identifier dealer, fields.identifier("dealer"));
  QUORATE_TRY(const Identifier receiver, fields.identifier("receiver"));
  QUORATE_TRY(const std::uint16_t threshold, fields.small("threshold"));
  QUORATE_CHECK(frost::check_sizes(threshold, 64));
  QUORATE_TRY(const Commitments commitments, read_commitments(fields, threshold));
  QUORATE_TRY(const Bytes proof_bytes, fields.bytes("proof"));
  QUORATE_TRY(const dkg::Proof proof, dkg::Proof::parse(proof_bytes));
  QUORATE_TRY(const Bytes context, fields.bytes("context"));
  QUORATE_TRY(const SecretScalar share, fields.secret("share"));
  if (const Status good = dkg::check_proof(dealer, commitments, proof, context); !good) {
    return guilty(good, dealer);
  }
  if (const Status good = dkg::check_share(receiver, share, commitments); !good) {
    return guilty(good, dealer);
  }
  return json{{"valid", true}};
}

struct Deals {
  std::vector<Identifier> dealers;
  std::vector<Commitments> commitments;
  std::vector<SecretScalar> shares;
};

Result<Deals> read_deals(const Fields& fields, const Group& group) {
  QUORATE_TRY(const json* const entries, fields.list("deals"));
  Deals deals;
  for (const json& entry : *entries) {
    QUORATE_TRY(const Fields one, Fields::of(entry, {"dealer", "commitments", "share"}));
    QUORATE_TRY(const Identifier dealer, one.identifier("dealer"));
    QUORATE_TRY(Commitments commitments, read_commitments(one, group.threshold));
    QUORATE_TRY(SecretScalar share, one.secret("share"));
    deals.dealers.push_back(dealer);
    deals.commitments.push_back(std::move(commitments));
    deals.shares.push_back(std::move(share));
  }
  if (deals.dealers != group.members) {
    return fail(Code::wrong_participants, "one deal of each member is needed, ascending");
  }
  return deals;
}

// Names all whose share does not fit, not only the first.
tl::expected<Done, Failure> check_shares(const Deals& deals, Identifier receiver) {
  std::vector<Identifier> guilty;
  for (std::size_t i = 0; i < deals.dealers.size(); ++i) {
    if (!dkg::check_share(receiver, deals.shares[i], deals.commitments[i])) {
      guilty.push_back(deals.dealers[i]);
    }
  }
  if (!guilty.empty()) {
    return tl::unexpected(Failure(
        {Code::share_invalid, "a share does not fit its dealer's commitments"}, std::move(guilty)));
  }
  return Done{};
}

Answer finish(const json& request) {
  QUORATE_TRY(const Fields fields,
              Fields::of(request, {"op", "identifier", "threshold", "members", "deals"}));
  QUORATE_TRY(const Identifier receiver, fields.identifier("identifier"));
  QUORATE_TRY(const Group group, read_group(fields, receiver));
  QUORATE_TRY(const Deals deals, read_deals(fields, group));
  if (auto good = check_shares(deals, receiver); !good) return tl::unexpected(good.error());
  QUORATE_TRY(const dkg::Outcome outcome, dkg::combine(deals.commitments, group.members));
  SecretScalar share = dkg::sum(deals.shares);
  json verification_shares = json::array();
  for (const auto& [member, point] : outcome.verification_shares) {
    verification_shares.push_back(
        {{"identifier", member.number()}, {"point", to_hex(point.bytes())}});
  }
  return json{{"share", to_hex(ed25519::Scalar::reveal(std::move(share)).bytes())},
              {"commitments", in_hex(outcome.commitments)},
              {"group_key", to_hex(outcome.commitments.front().bytes())},
              {"verification_shares", verification_shares}};
}

Answer ceremony_hash(const json& request) {
  QUORATE_TRY(const Fields fields, Fields::of(request, {"op", "label", "data"}));
  QUORATE_TRY(const std::string_view label, fields.text("label"));
  QUORATE_TRY(const Bytes data, fields.bytes("data"));
  // A zero byte ends the label in what is hashed; a label with one inside could be another's
  // prefix.
  if (!layout::is_name(label)) return fail(Code::usage, "labels are of a-z, 0-9 and -");
  return json{{"hash", to_hex(layout::hash(label, data))}};
}

}  // namespace

std::vector<Operation> dkg_operations() {
  return {{"dkg.deal", deal},
          {"dkg.check", check},
          {"dkg.finish", finish},
          {"ceremony.hash", ceremony_hash}};
}

}  // namespace quorate::primitives

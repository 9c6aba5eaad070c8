// Custody's part of a ceremony: dkg.md section 3, the lines in which something secret stands.

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/dkg/receiver.h"
#include "node/custody/custody.h"
#include "node/custody/places.h"
#include "proto/layout/writer.h"

namespace quorate::custody {

using dkg::Polynomial;
using ed25519::SecretScalar;
using frost::Identifier;
using layout::Writer;

namespace {

// The sealed receive keys, one after the other: dealer u16, secret (32).
constexpr std::size_t receive_key_size = 2 + 32;

// What is sealed is written by receive_keys() below, so anything else in it is our own mistake.
Result<std::map<Identifier, dkg::ReceiveKey>> read_receive_keys(GuardedMemory secrets) {
  QUORATE_INVARIANT(secrets.size() % receive_key_size == 0);
  std::map<Identifier, dkg::ReceiveKey> keys;
  for (auto rest = secrets.writable(); !rest.empty(); rest = rest.subspan(receive_key_size)) {
    QUORATE_TRY(const Identifier dealer, Identifier::make(rest[0] * 256u + rest[1]));
    keys.emplace(dealer, dkg::ReceiveKey::of(SecretBytes<32>(rest.subspan<2, 32>())));
  }
  return keys;
}

Status check_same_dealers(const CombineOrder& order,
                          const std::map<Identifier, dkg::ReceiveKey>& keys) {
  const auto same_dealer = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (order.deals.empty() ||
      !std::equal(order.deals.begin(), order.deals.end(), keys.begin(), keys.end(), same_dealer)) {
    return fail(Code::wrong_participants, "the deals are not those of the ceremony's dealers");
  }
  const std::size_t threshold = order.deals.begin()->second.commitments.size();
  for (const auto& [dealer, deal] : order.deals) {
    if (QUORATE_PLANTED(B09)) break;
    if (deal.commitments.size() != threshold || threshold < 2) {
      return fail(Code::wrong_participants, "the dealers committed to different thresholds");
    }
  }
  return Done{};
}

// The share that `deal` has for this receiver, or why it is no share.
Result<SecretScalar> open_deal(const ReceivedDeal& deal, Identifier receiver,
                               const dkg::ReceiveKey& key) {
  QUORATE_TRY(SecretScalar share, dkg::open(deal.envelope, key));
  QUORATE_CHECK(dkg::check_share(receiver, share, deal.commitments));
  return share;
}

}  // namespace

Place seed_place(const Backend& backend, Purpose purpose) {
  QUORATE_INVARIANT(purpose == Purpose::identity || purpose == Purpose::cosigner);
  return {backend.seal_key(), purpose, {}};
}

Place share_place(const ShareRef& share) {
  Bytes context = Writer()
                      .raw(share.root)
                      .u64(static_cast<std::uint64_t>(share.epoch))
                      .u16(share.holder.number())
                      .raw(share.verification_share.bytes())
                      .bytes();
  return {share.key, Purpose::frost_share, std::move(context)};
}

Place receive_keys_place(const CeremonyId& ceremony) {
  return {key_of_ceremony(KeyKind::ceremony, ceremony), Purpose::ceremony,
          Bytes(ceremony.begin(), ceremony.end())};
}

Result<ReceiveKeys> Custody::receive_keys(const CeremonyId& ceremony,
                                          const std::vector<Identifier>& dealers) {
  QUORATE_INVARIANT(!dealers.empty());
  ReceiveKeys result;
  GuardedMemory secrets(dealers.size() * receive_key_size);
  auto rest = secrets.writable();
  for (const Identifier dealer : dealers) {
    const dkg::ReceiveKey key = dkg::ReceiveKey::generate(entropy_);
    rest[0] = static_cast<std::uint8_t>(dealer.number() >> 8);
    rest[1] = static_cast<std::uint8_t>(dealer.number() & 0xff);
    std::copy(key.secret.expose().begin(), key.secret.expose().end(), rest.begin() + 2);
    rest = rest.subspan(receive_key_size);
    QUORATE_INVARIANT(result.public_keys.emplace(dealer, key.public_key).second);
  }
  const Place place = receive_keys_place(ceremony);
  QUORATE_CHECK(backend_.create_key(place.key, entropy_));
  QUORATE_TRY(result.sealed, seal_blob(backend_, place, secrets.expose(), entropy_));
  return result;
}

Result<Deal> Custody::frost_deal(const DealOrder& order) {
  QUORATE_CHECK(frost::check_sizes(order.threshold, order.receivers.size()));
  const Polynomial polynomial = Polynomial::draw(order.threshold, entropy_);
  Deal deal{polynomial.commitments(),
            polynomial.prove(order.dealer, order.ceremony, SecretScalar::draw(entropy_)),
            {}};
  for (const auto& [receiver, key] : order.receivers) {
    QUORATE_TRY(const dkg::Envelope envelope, dkg::seal(polynomial.at(receiver), key, entropy_));
    deal.envelopes.emplace(receiver, envelope);
  }
  return deal;
}

Result<std::variant<Candidate, Accusation>> Custody::frost_combine(const CombineOrder& order) {
  QUORATE_TRY(GuardedMemory secrets,
              open_blob(backend_, receive_keys_place(order.ceremony), order.sealed_receive_keys));
  QUORATE_TRY(const auto keys, read_receive_keys(std::move(secrets)));
  QUORATE_CHECK(check_same_dealers(order, keys));

  std::vector<SecretScalar> shares;
  shares.reserve(order.deals.size());  // so that nothing secret is copied about by growing
  std::vector<dkg::Commitments> commitments;
  for (const auto& [dealer, deal] : order.deals) {
    const dkg::ReceiveKey& key = keys.at(dealer);
    Result<SecretScalar> share = open_deal(deal, order.holder, key);
    // The only key that is ever revealed: with more than one of them a corrupt minority would
    // learn a point too many (dkg.md section 5).
    if (!share) return Accusation{dealer, key.secret.expose()};
    shares.push_back(*std::move(share));
    commitments.push_back(deal.commitments);
  }

  const Identifier members[] = {order.holder};
  QUORATE_TRY(const dkg::Outcome outcome, dkg::combine(commitments, members));
  const SecretScalar sum = dkg::sum(shares);
  Candidate candidate{key_of_ceremony(KeyKind::share, order.ceremony),
                      {},
                      outcome.commitments.front(),
                      outcome.verification_shares.at(order.holder)};
  ShareRef reference{candidate.group_key.bytes(),
                     order.epoch,
                     order.holder,
                     candidate.group_key,
                     candidate.verification_share,
                     candidate.key,
                     {}};
  QUORATE_CHECK(backend_.create_key(candidate.key, entropy_));
  QUORATE_TRY(candidate.sealed,
              seal_blob(backend_, share_place(reference), sum.expose(), entropy_));
  // Whoever confirms says "I have my share": so look, and from what will be stored.
  reference.sealed = candidate.sealed;
  QUORATE_CHECK(open_share(reference));
  return candidate;
}

}  // namespace quorate::custody

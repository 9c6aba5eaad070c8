#include "sim/replay/stand_in.h"

#include <algorithm>

#include "crypto/ed25519/public_arithmetic.h"
#include "node/custody/places.h"

namespace quorate::sim::replay {

using ceremony::EpochRecord;
using ed25519::Point;
using ed25519::PublicSum;
using ed25519::Scalar;
using ed25519::SecretScalar;

Result<Bytes> StandInToken::wrap(const custody::KeyId& /*key*/, const custody::DataKey& data_key,
                                 ByteView /*aad*/, Entropy& /*entropy*/) {
  return Bytes(data_key.expose().begin(), data_key.expose().end());
}

Result<custody::DataKey> StandInToken::unwrap(const custody::KeyId& /*key*/, ByteView wrapped,
                                              ByteView /*aad*/) {
  custody::DataKey data_key;
  if (wrapped.size() != data_key.expose().size()) {
    return fail(Code::blob_damaged, "a stand-in's key has another size");
  }
  std::ranges::copy(wrapped, data_key.writable().begin());
  return data_key;
}

Status StandInToken::create_key(const custody::KeyId& /*key*/, Entropy& /*entropy*/) {
  return Done{};
}
Status StandInToken::destroy_key(const custody::KeyId& /*key*/) { return Done{}; }
Result<bool> StandInToken::has_key(const custody::KeyId& /*key*/) { return true; }

namespace {

// The verification share of place i is the sum over k of i^k A_k. With A_0 and all others kept, A_1
// is what is missing to `share`.
Result<Point> fitting_coefficient(const EpochRecord& record, frost::Identifier place,
                                  const Point& share) {
  const Scalar i = Scalar::of(place.number());
  const Scalar minus = Scalar() - i.inverted();
  PublicSum sum;
  sum.add_product(i.inverted(), share).add_product(minus, record.commitments.front());
  Scalar power = i;
  for (std::size_t k = 2; k < record.commitments.size(); ++k) {
    power = power * i;
    sum.add_product(minus * power, record.commitments[k]);
  }
  return sum.value_vartime();
}

}  // namespace

Result<store::RootRow> stand_in_root(ByteView record, const Point& recorded, const Point& own,
                                     StandInToken& token, Entropy& entropy) {
  QUORATE_TRY(EpochRecord changed, ceremony::decode_epoch_record(record));
  const auto self =
      std::ranges::find(changed.members.members, recorded, &ceremony::Member::identity);
  if (self == changed.members.members.end() || changed.commitments.size() < 2) {
    return fail(Code::malformed, "the recorded node is no member of its root " + changed.root);
  }
  self->identity = own;
  const SecretScalar share = SecretScalar::draw(entropy);
  const Point public_share = Point::base_times(share);
  QUORATE_TRY(changed.commitments[1], fitting_coefficient(changed, self->index, public_share));

  store::RootRow row;
  row.name = changed.root;
  row.root_id = changed.root_id();
  row.ceremony = changed.transcript;  // any 32 bytes that no other root has
  row.record = ceremony::encode(changed);
  const custody::KeyId key = custody::key_of_ceremony(custody::KeyKind::share, row.ceremony);
  const custody::ShareRef ref{row.root_id,
                              frost::Epoch{changed.members.epoch},
                              self->index,
                              changed.group_key(),
                              public_share,
                              key,
                              {}};
  QUORATE_TRY(Bytes sealed,
              custody::seal_blob(token, custody::share_place(ref), share.expose(), entropy));
  row.share = store::SealedShare{key.id, std::move(sealed)};
  return row;
}

}  // namespace quorate::sim::replay

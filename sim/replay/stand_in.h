// What takes the place of a node's secrets, none of which is in a recording. The room's own.

#pragma once

#include <map>

#include "node/custody/backend.h"
#include "node/custody/custody.h"
#include "node/store/roots.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::sim::replay {

// A token that keeps data keys as they are: what they protect is worth nothing.
class StandInToken final : public custody::Backend {
 public:
  custody::WrapMode wrap_mode() const override { return custody::WrapMode::gcm; }
  Result<Bytes> wrap(const custody::KeyId& key, const custody::DataKey& data_key, ByteView aad,
                     Entropy& entropy) override;
  Result<custody::DataKey> unwrap(const custody::KeyId& key, ByteView wrapped,
                                  ByteView aad) override;
  Status create_key(const custody::KeyId& key, Entropy& entropy) override;
  Status destroy_key(const custody::KeyId& key) override;
  Result<bool> has_key(const custody::KeyId& key) override;
  custody::KeyId seal_key() const override { return {custody::KeyKind::seal, {}}; }
  custody::Health health() const override { return {custody::State::ready, ""}; }
  std::string description() const override { return "stand-in (of a replay)"; }
  void retry_now() override {}
};

// The root's row for a node whose identity is `own` and whose share is drawn here. Public key and
// root id are the record's; a coefficient is chosen so that the share fits the member's place.
// `malformed` where the record does not know `recorded`, or is none that came out of a ceremony.
[[nodiscard]] Result<store::RootRow> stand_in_root(ByteView record, const ed25519::Point& recorded,
                                                   const ed25519::Point& own, StandInToken& token,
                                                   Entropy& entropy);

}  // namespace quorate::sim::replay

// The roots that this client trusts: `roots/NAME` holds the epoch record in hex, pinned when it was
// first accepted. A record is accepted from a finished ceremony (its certificate convinces by
// itself, and is kept beside it in `roots/NAME.certificate`) or when a threshold of its own
// members, known from the roster, describe it to the byte.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/home/home.h"
#include "client/home/roster.h"
#include "crypto/base/result.h"
#include "proto/ceremony/certificate.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::home {

class KnownRoots {
 public:
  explicit KnownRoots(const Home& home) : folder_(home.roots()) {}

  // `unknown_root` where none of that name is pinned, `configuration` where the file is damaged or
  // holds another root, `usage` where the name can't be one.
  [[nodiscard]] Result<ceremony::EpochRecord> find(std::string_view name) const;
  // All that are pinned, by name.
  [[nodiscard]] Result<std::vector<ceremony::EpochRecord>> list() const;

  // Pins the record. Again the same: fine. Another under a name that is pinned: `not_pinned`, and
  // nothing changes. That is either a different root that took the name, or an attack.
  [[nodiscard]] Status pin(const ceremony::EpochRecord& record) const;
  // Verifies the certificate, then pins what it certifies, and keeps it for certificate().
  [[nodiscard]] Result<ceremony::EpochRecord> pin(const ceremony::Certificate& certificate) const;

  // The certificate of this record, as pin() kept it. `evidence_missing` where there is none, or
  // the file does not hold it: nothing rests on it here, and it can be fetched again.
  [[nodiscard]] Result<ceremony::Certificate> certificate(
      const ceremony::EpochRecord& record) const;

 private:
  Path folder_;
};

// What a node said of its roots, on the channel pinned to `identity`.
struct Described {
  ed25519::Point identity;
  std::vector<Bytes> records;  // Root.record of its Description, those in state active
};

// The record of the root called `name` that its members in the roster describe alike: at least a
// threshold of them, and more than half of the roster. A record names its own threshold, so that
// alone would let two liars make up a 2-of-2. What fewer than half say can at most hide a root.
//   unknown_root   nobody describes a root of that name
//   too_few_nodes  not enough describe it
//   equivocation   different records are described, and not exactly one has enough
[[nodiscard]] Result<ceremony::EpochRecord> agreed_record(std::string_view name,
                                                          const Roster& roster,
                                                          const std::vector<Described>& heard);

}  // namespace quorate::home

// Where each kind of blob belongs: key, purpose and context (CUSTODY section 4). Used by custody's
// own sources.

#pragma once

#include "node/custody/blob.h"
#include "node/custody/custody.h"

namespace quorate::custody {

// `purpose` is identity or cosigner.
Place seed_place(const Backend& backend, Purpose purpose);
// Root, epoch, holder and verification share: a share copied between rows, roots or epochs does not
// open.
Place share_place(const ShareRef& share);
Place receive_keys_place(const CeremonyId& ceremony);

}  // namespace quorate::custody

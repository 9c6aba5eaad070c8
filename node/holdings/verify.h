// Whether the stored lists and bundles are what their roots signed. Inside node/holdings only.

#pragma once

#include "node/holdings/rows.h"

namespace quorate::holdings {

// `ledger_rewritten` says which row this node can't have written. Two things can't be told: whether
// rows are missing together with all that refers to them, and what was only approved, since no
// signature covers that.
[[nodiscard]] Status verify(Rows& rows);

// Forgets lists whose root no bundle names any longer, so that their signatures prove nothing: of
// roots that are not Ed25519, since those alone are their own keys.
[[nodiscard]] Status drop_orphaned_lists(Rows& rows);

}  // namespace quorate::holdings

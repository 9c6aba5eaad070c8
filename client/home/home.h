// Where a person's things are: `$QUORATE_HOME`, else `$XDG_CONFIG_HOME/quorate`, else
// `~/.config/quorate`.
//
//   roster.toml                the nodes (roster.h)
//   identity.key               who we are to them (identity.h)
//   roots/NAME                 epoch records that we trust (known_roots.h)
//   roots/NAME.certificate     of the ceremony that the record came from
//   blame/                     proofs against nodes that lied (blames.h)
//   requester, requester.pub   the key that asks
//   approver, approver.pub     the key that approves, where it is another one
//   requests/                  request files (request_file.h)
//   ledgers/NODE               the newest checkpoint that this client saw (seen_ledgers.h)
//   audit/                     copies of the nodes' ledgers (client/audit)
//   admin, admin.pub           in dev quorums: the key that signs proposals

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "crypto/base/result.h"

namespace quorate::home {

using Path = std::filesystem::path;

struct Environment {
  std::optional<std::string> quorate_home;
  std::optional<std::string> xdg_config_home;
  std::optional<std::string> home;

  static Environment of_process();
};

class Home {
 public:
  // `option` is --home, or empty. Empty variables count as unset, as XDG says. Fails with
  // `configuration` where nothing says where the home is. Creates nothing.
  [[nodiscard]] static Result<Home> locate(const std::optional<Path>& option,
                                           const Environment& environment);
  explicit Home(Path folder) : folder_(std::move(folder)) {}

  const Path& folder() const { return folder_; }
  Path roster() const { return folder_ / "roster.toml"; }
  Path identity() const { return folder_ / "identity.key"; }
  Path roots() const { return folder_ / "roots"; }
  Path requests() const { return folder_ / "requests"; }
  Path ledgers() const { return folder_ / "ledgers"; }
  Path audit() const { return folder_ / "audit"; }
  Path blames() const { return folder_ / "blame"; }

  // The key to ask with: `option` (--key), else `requester` in the home. Fails with `configuration`
  // where there is no such file; the message says how to make one.
  [[nodiscard]] Result<Path> requester_key(const std::optional<Path>& option) const;
  // The key to approve with: `option` (--key), else `approver` in the home, else `requester`: most
  // people have one key, and both ask and approve with it.
  [[nodiscard]] Result<Path> approver_key(const std::optional<Path>& option) const;
  // The key to sign proposals with: `option` (--admin-key), else `admin` in the home.
  [[nodiscard]] Result<Path> administrator_key(const std::optional<Path>& option) const;

 private:
  Path folder_;
};

}  // namespace quorate::home

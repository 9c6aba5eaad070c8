// The hosts of a sweep: node cores over their disks and tokens, asked one after the other, without
// a network between. Where the power fails during an ask, the host starts anew at once, and what it
// had acknowledged before is looked for.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/ceremony/leader.h"
#include "node/core/core.h"
#include "sim/actors/setting.h"
#include "sim/disk/disk.h"
#include "sim/hsm/token.h"
#include "sim/run/sweep.h"

namespace quorate::sim {

// One node: what survives a crash, and a core that does not.
class SweepHost {
 public:
  SweepHost(Seed seed, const std::string& name);
  SweepHost(const SweepHost&) = delete;
  SweepHost& operator=(const SweepHost&) = delete;
  ~SweepHost() { kill(); }

  struct Saved {
    Disk::Snapshot disk;
    Card card;
  };
  Saved save() const { return {disk.snapshot(), token.card()}; }
  // As it was saved; down, and with the randomness of this phase: what repeats is refused.
  void restore(const Saved& saved, std::string_view phase);

  void configure(const std::string& toml);  // once, before the first start
  [[nodiscard]] Status start(const node::PolicyFiles& policy, const node::Now& now);
  // The process is gone, and its disk with it until a power cut.
  void kill();
  bool is_up() const { return core_ != nullptr; }
  node::Core& core() { return *core_; }
  const ed25519::SigningKey& identity() const { return identity_; }
  const std::string& name() const { return name_; }

  Disk disk;
  SimToken token;

 private:
  std::string name_;
  Seed seed_;
  StreamEntropy entropy_;
  ed25519::SigningKey identity_;
  ed25519::SigningKey cosigner_;
  config::NodeConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<custody::Custody> custody_;
  std::unique_ptr<node::Core> core_;
};

class SweepQuorum {
 public:
  static constexpr std::size_t size = 3;
  static constexpr std::uint16_t threshold = 2;

  explicit SweepQuorum(Seed seed);

  using Saved = std::vector<SweepHost::Saved>;
  // To be kept: everybody is down afterwards.
  Saved save();
  // A run begins, or another does. Where there is a crash point, it lies ahead. A host starts when
  // it is first asked.
  void begin(const Saved& saved, const std::optional<CrashPoint>& point,
             std::string_view phase = "run");
  // What became of it: all that was acknowledged is looked for once more, and each ledger is
  // checked as a whole.
  SweptRun end();

  // Nothing: the power failed before the answer, and the host is up again.
  std::optional<node::Answer> ask(std::size_t host, node::Ask what);
  // Until the leader is done, from the beginning. Nothing: the ceremony failed, with a remark.
  std::optional<ceremony::EpochRecord> create_root(const leader::Plan& plan);
  // Both rounds with the two hosts, as often as it takes.
  void sign(const Request& request, std::size_t one, std::size_t other);

  // What a scenario finds by itself; the first of each kind is kept.
  void lost(std::string what);
  void corrupt(std::string what);

  Setting& setting() { return setting_; }
  SweepHost& host(std::size_t i) { return *hosts_[i]; }
  std::uint64_t now_s() const { return clock_ms_ / 1000; }
  std::map<std::string, ed25519::Point> members() const;
  // The epoch records of the roots that this host signs for.
  std::vector<Bytes> roots_of(std::size_t host);

 private:
  struct Acknowledged {
    std::size_t host;
    Bytes record;
    std::uint64_t leaf;
  };
  bool try_to_sign(const Request& request, std::size_t one, std::size_t other);
  void start(std::size_t host);
  void restart(std::size_t host);
  void look_for_what_was_acknowledged(std::size_t host);
  void acknowledge(std::size_t host, const frost::Commitment& spent,
                   const node::PartialAnswer& answer);
  void remember(std::size_t host, const std::string& step, const layout::Signed& message);
  leader::Event carry(std::size_t host, const leader::Send& send);
  node::Now now() const;

  Seed seed_;
  std::vector<std::unique_ptr<SweepHost>> hosts_;
  ed25519::SigningKey client_;
  Setting setting_;
  std::uint64_t clock_ms_;
  std::optional<CrashPoint> point_;
  std::vector<std::uint64_t> operations_before_;
  std::set<std::size_t> refused_to_start_;
  std::vector<Acknowledged> acknowledged_;
  std::map<Bytes, layout::Hash> session_of_;    // by the nonce pair's commitment
  std::map<std::string, layout::Signed> said_;  // by host and step of the ceremony
  SweptRun outcome_;
};

}  // namespace quorate::sim

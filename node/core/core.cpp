#include "node/core/core.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/core/judge.h"
#include "proto/record/checkpoint.h"
#include "version.h"

namespace quorate::node {

using ed25519::Point;

namespace {

constexpr std::uint64_t session_window_ms = 10ULL * 60 * 1000;
constexpr std::uint64_t minute_ms = 60ULL * 1000;
constexpr std::size_t remembered = 4096;
constexpr std::size_t commits_a_second = 200;
constexpr std::uint32_t most_pairs_an_ask = 64;
constexpr std::size_t publishes_a_minute = 30;
constexpr std::size_t ceremonies_described = 16;

bool may_lead(const config::NodeConfig& config, const Point& client) {
  const config::Client* known = config.find_client(client);
  return known != nullptr && known->roles.contains(config::ClientRole::operator_);
}

CeremonyAnswer as_answer(layout::Signed message) { return message; }
CeremonyAnswer as_answer(ceremony::Certificate known) { return known; }
CeremonyAnswer as_answer(std::string state) { return state; }

}  // namespace

Core::Core(const Parts& parts, std::unique_ptr<ledger::Ledger> ledger, holdings::Holdings holdings,
           std::uint64_t latest_ms)
    : parts_(parts),
      ledger_(std::move(ledger)),
      cosigner_(parts.store, ledger_->origin()),
      journal_(*ledger_, parts.identity, parts.entropy, latest_ms),
      ceremonies_(parts.config, parts.identity, parts.store, parts.custody, journal_),
      holdings_(std::move(holdings)),
      sessions_(session_window_ms, remembered),
      commits_(1000, remembered),
      strangers_(minute_ms, remembered),
      publishes_(minute_ms, remembered),
      unapproved_(minute_ms, remembered),
      all_refusals_(minute_ms, 1),
      approvals_(minute_ms, remembered) {}

Result<std::unique_ptr<Core>> Core::start(const Parts& parts, PolicyFiles policy, const Now& now,
                                          ClockWord word) {
  QUORATE_TRY(auto ledger,
              ledger::Ledger::open(parts.store.database(),
                                   record::origin_of(parts.config.quorum, parts.config.name),
                                   parts.identity.public_key()));
  QUORATE_TRY(const ledger::Tree found, ledger->tree());
  QUORATE_TRY(const std::uint64_t latest, ledger->last_record_ms());
  QUORATE_TRY(holdings::Holdings holdings, holdings::Holdings::open(parts.store.database()));
  const bool is_vouched = word == ClockWord::given;
  std::unique_ptr<Core> core(
      new Core(parts, std::move(ledger), std::move(holdings), is_vouched ? 0 : latest));
  if (const auto time = core->journal_.judging_time_ms(now.wall_ms); !time) {
    return fail(time.error().code,
                time.error().message + ", or vouch for it once with --accept-clock");
  }
  QUORATE_CHECK(core->providers_.configure(policy.issuers, policy.pinned_keys));
  core->policy_ = std::move(policy.policy);
  core->issuers_ = std::move(policy.issuers);
  core->pinned_keys_ = std::move(policy.pinned_keys);
  QUORATE_CHECK(core->load_roots());
#if QUORATE_PLANT
  if (QUORATE_PLANTED(B02)) core->restore_nonces();
#endif
  QUORATE_TRY(store::Transaction transaction, parts.store.begin());
  QUORATE_CHECK(core->journal_.start(
      {std::string(version), core->policy_.policies(), found.size, found.root}, now.wall_ms));
  QUORATE_CHECK(core->record_people(core->policy_.people_json(), core->policy_.people_json(), now));
  QUORATE_CHECK(core->journal_.seal());
  QUORATE_CHECK(transaction.commit());
  // What expired meanwhile ends after the start: nothing stands between a stop and what the start
  // found.
  QUORATE_CHECK(core->ceremonies_.expire(now.wall_ms));
  QUORATE_CHECK(core->ceremonies_.clean_up());
  return core;
}

std::vector<std::string> Core::take_alarms() {
  std::vector<std::string> alarms = std::exchange(alarms_, {});
  if (auto failed = parts_.store.database().take_alarm()) alarms.push_back(*std::move(failed));
  return alarms;
}

Status Core::stop(const Now& now) {
  commit_queued();
  QUORATE_CHECK(flush_refusals(now));
  QUORATE_TRY(store::Transaction transaction, parts_.store.begin());
  QUORATE_CHECK(journal_.stop(now.wall_ms));
  QUORATE_CHECK(journal_.seal());
  return transaction.commit();
}

Status Core::load_roots() {
  QUORATE_TRY(const std::vector<store::RootRow> rows, parts_.store.roots().all());
  std::map<RootId, Root> roots;  // one damaged row must not make the node forget the others
  holdings::KnownRoots known;
  for (const store::RootRow& row : rows) {
    const auto record = ceremony::decode_epoch_record(row.record);
    if (!record || record->root_id() != row.root_id) {
      return fail(Code::io, "the stored record of root " + row.name + " is damaged");
    }
    const ceremony::Member* self = record->members.find(parts_.identity.public_key());
    if (self == nullptr) {
      return fail(Code::io, "this node's identity is no member of its own root " + row.name);
    }
    QUORATE_TRY(const frost::VerificationShares shares, record->verification_shares());
    roots.emplace(row.root_id, Root{*record, record->quorum(), shares, self->index, row.share});
    known.emplace(row.root_id, holdings::KnownRoot{row.name, record->purpose});
  }
  roots_ = std::move(roots);
  holdings_.know_roots(std::move(known));
  return Done{};
}

std::vector<std::optional<Answer>> Core::handle(std::span<const Asked> asks, const Now& now) {
  Slots slots(asks.size());
  // A file that failed once refuses to be read, too: without this the first ask after the disk is
  // well again would be refused. Where it is not well, whoever needs the disk says so.
  (void)parts_.store.database().recover();
  commit_queued();
  if (uncounted_refusals_ > 0 && uncounted_since_ms_ + minute_ms <= now.wall_ms) {
    // A disk that fails here fails at the next verdict too, where it is answered for.
    if (const Status flushed = flush_refusals(now); !flushed) {
      std::fill(slots.begin(), slots.end(), refused(refusal(flushed.error())));
      return slots;
    }
  }
  expire_ceremonies(now);
  Batch batch;
  for (std::size_t place = 0; place < asks.size(); ++place) {
    const Point& client = asks[place].client;
    std::visit(
        [&](const auto& ask) {
          if constexpr (std::is_same_v<std::decay_t<decltype(ask)>, SignAsk>) {
            begin_signing(batch, place, client, ask, now, slots);
            if (QUORATE_SOMETIMES("core: batch of one")) {
              settle(batch, now, slots);
              commit_queued();
            }
          } else {
            settle(batch, now, slots);
            commit_queued();
            slots[place] = answer(client, ask, now);
          }
        },
        asks[place].ask);
  }
  settle(batch, now, slots);
  return slots;
}

// Whoever led a ceremony may never come back: its key must not stay in the token for that. A disk
// that fails here fails at the next step too, where it is answered for.
void Core::expire_ceremonies(const Now& now) {
  const std::uint64_t since_ms = ceremonies_expired_ms_;
  if (now.wall_ms >= since_ms && now.wall_ms - since_ms < minute_ms) return;
  if (ceremonies_.expire(now.wall_ms)) ceremonies_expired_ms_ = now.wall_ms;
}

Answer Core::answer(const Point& /*client*/, const Describe& /*ask*/, const Now& /*now*/) {
  const custody::Health health = parts_.custody.health();
  Description answer{parts_.identity.public_key().bytes(),
                     parts_.cosigner.public_key().bytes(),
                     parts_.config.name,
                     parts_.config.operator_name,
                     std::string(version),
                     {},
                     parts_.custody.description(),
                     std::string(custody::name(health.state)),
                     policy_.policies(),
                     policy_trouble_,
                     {},
                     {}};
  if (health.state != custody::State::ready) answer.custody_state += ": " + health.advice;
  for (const auto& [id, root] : roots_) {
    answer.roots.push_back(
        {ceremony::encode(root.record), root.share ? "active" : "share_missing"});
  }
  auto note = ledger_->note();
  if (!note) return refused(refusal(note.error()));
  answer.checkpoint = std::move(*note);
  auto ceremonies = parts_.store.ceremonies().newest(ceremonies_described);
  if (!ceremonies) return refused(refusal(ceremonies.error()));
  for (store::CeremonyRow& row : *ceremonies) {
    answer.ceremonies.push_back({std::move(row.proposal), std::string(name(row.state))});
  }
  return answer;
}

Answered<const Core::Root*> Core::find_root(const RootId& id, std::uint64_t epoch) const {
  const auto found = roots_.find(id);
  if (found == roots_.end()) {
    return refuse(Code::unknown_root, "this node has no share of that root");
  }
  const Root& root = found->second;
  const std::uint64_t active = root.record.members.epoch;
  if (epoch != active) {
    Refusal other{{epoch < active ? Code::epoch_ahead : Code::epoch_behind,
                   "root " + root.record.root + " is in epoch " + std::to_string(active) +
                       " here, not " + std::to_string(epoch)}};
    other.epoch = active;
    return tl::unexpected(std::move(other));
  }
  if (!root.share) {
    return refuse(Code::share_missing, "this node lost its share of root " + root.record.root +
                                           ": it takes part again after a repair");
  }
  return &root;
}

custody::ShareRef Core::share_of(const Root& root) const {
  QUORATE_INVARIANT(root.share.has_value());
  return {root.record.root_id(),
          root.quorum.epoch,
          root.holder,
          root.record.group_key(),
          root.shares.at(root.holder),
          {custody::KeyKind::share, root.share->key_id},
          root.share->blob};
}

std::optional<Commitments> Core::fresh_commitments(const Root& root, const Point& client,
                                                   const Now& now) {
  if (QUORATE_SOMETIMES("core: no fresh pairs")) return std::nullopt;
  auto pairs = parts_.custody.frost_nonces(share_of(root), client.bytes(), fresh_pairs, now.clocks);
  // Without them the client asks again; an answer that is ready must not be lost for their sake.
  if (!pairs) return std::nullopt;
  return Commitments{root.record.root_id(), root.record.members.epoch,
                     parts_.custody.nonce_boot_id(), std::move(*pairs)};
}

#if QUORATE_PLANT
// Planted B02: the pairs are kept like everything else.
constexpr std::string_view nonces_fact = "nonces";

void Core::save_nonces() {
  auto transaction = parts_.store.begin();
  if (!transaction || !parts_.store.put_fact(nonces_fact, parts_.custody.nonce_image())) return;
  static_cast<void>(transaction->commit());
}

void Core::restore_nonces() {
  const auto image = parts_.store.fact(nonces_fact);
  if (image && *image) parts_.custody.restore_nonces(**image);
}
#endif

Answer Core::answer(const Point& client, const Commit& ask, const Now& now) {
  const Answered<const Root*> root = find_root(ask.root, ask.epoch);
  if (!root) return refused(root.error());
  if (ask.count < 1 || ask.count > most_pairs_an_ask) {
    return refused(Refusal{{Code::malformed, "a client may ask for 1 to 64 pairs at a time"}});
  }
  if (!commits_.count(client.bytes(), commits_a_second, ticks(now)) ||
      QUORATE_SOMETIMES("core: busy")) {
    return refused(refusal({Code::busy, "this client asks for commitments too often"}));
  }
  auto pairs = parts_.custody.frost_nonces(share_of(**root), client.bytes(), ask.count, now.clocks);
  if (!pairs) return refused(refusal(pairs.error()));
#if QUORATE_PLANT
  if (QUORATE_PLANTED(B02)) save_nonces();
#endif
  return Commitments{ask.root, ask.epoch, parts_.custody.nonce_boot_id(), std::move(*pairs)};
}

Answer Core::answer(const Point& client, const CeremonyAsk& ask, const Now& now) {
  if (!may_lead(parts_.config, client)) {
    return refused(Refusal{{Code::administrators_missing,
                            "this node takes the steps of a ceremony only from clients with the"
                            " role \"operator\""}});
  }
  if (const Status expired = ceremonies_.expire(now.wall_ms); !expired) {
    return refused(refusal(expired.error()));
  }
  const auto said = [&](auto result) -> Answer {
    if (!result) return refused(std::move(result).error());
    return as_answer(std::move(*result));
  };
  if (const auto* open = std::get_if<Open>(&ask)) {
    return said(ceremonies_.open(open->proposal, open->administrators, now.wall_ms));
  }
  if (const auto* hellos = std::get_if<Hellos>(&ask)) {
    return said(ceremonies_.hellos(hellos->ceremony, hellos->messages, now.wall_ms));
  }
  if (const auto* deals = std::get_if<Deals>(&ask)) {
    return said(ceremonies_.deals(deals->ceremony, deals->messages, now.wall_ms));
  }
  if (const auto* reject = std::get_if<Reject>(&ask)) {
    return said(ceremonies_.reject(reject->ceremony, reject->signature, now.wall_ms));
  }
  if (const auto* fetch = std::get_if<Fetch>(&ask)) {
    return said(ceremonies_.fetch(fetch->ceremony));
  }
  if (const auto* evidence = std::get_if<Evidence>(&ask)) {
    return said(ceremonies_.evidence(evidence->ceremony, evidence->messages, now.wall_ms));
  }
  auto activated = ceremonies_.activate(std::get<Activate>(ask).certificate, now.wall_ms);
  if (activated) {
    if (const Status loaded = load_roots(); !loaded) return refused(refusal(loaded.error()));
  }
  return said(std::move(activated));
}

Answer Core::answer(const Point& client, const Publish& ask, const Now& now) {
  if (!publishes_.count(client.bytes(), publishes_a_minute, ticks(now))) {
    Refusal busy{{Code::busy, "this client publishes too often"}};
    busy.wait_s = 60;
    return refused(std::move(busy));
  }
  const Result<std::uint64_t> time_ms = journal_.judging_time_ms(now.wall_ms);
  if (!time_ms) return refused(refusal(time_ms.error()));
  auto transaction = parts_.store.begin();
  if (!transaction) return refused(refusal(transaction.error()));
  const auto taken = holdings_.take({ask.type, ask.payload, ask.signatures}, *time_ms / 1000);
  if (!taken) return refused(refusal(taken.error()));
  if (const Status durable = transaction->commit(); !durable) {
    return refused(refusal(durable.error()));
  }
  if (!taken->alarm.empty()) alarms_.push_back(taken->alarm);
  return Published{taken->number};
}

}  // namespace quorate::node

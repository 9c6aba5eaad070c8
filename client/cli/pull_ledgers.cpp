// Pulling: all ledgers at once, page by page, then every node's checkpoint to every other.

#include <algorithm>
#include <chrono>

#include "client/audit/cosigning.h"
#include "client/audit/pull.h"
#include "client/cli/ledgers.h"
#include "client/driver/answer.h"
#include "client/driver/round.h"
#include "client/home/seen_ledgers.h"
#include "crypto/base/hex.h"

namespace quorate::cli {
namespace {

// Another carrier may be a little faster, again and again; then it is next time's work.
constexpr int cosigning_attempts = 3;

struct Puller {
  driver::Link* link;
  audit::Node node;
  audit::Replica replica;
  audit::Pull pull;
  std::uint64_t began_s;
  PulledNode report;
};

std::optional<NodeTrouble> trouble_for(const std::string& node, const Error& error) {
  return NodeTrouble{node, std::string(name(error.code)), error.message};
}

class Pulling {
 public:
  Pulling(Client& client, driver::Quorum& quorum, std::vector<Puller> pullers)
      : client_(client), quorum_(quorum), pullers_(std::move(pullers)) {}

  Outcome<PullReport> run() {
    while (ask_once()) {
    }
    for (Puller& puller : pullers_) QUORATE_CHECK(keep(puller));
    cosign_all();
    for (Puller& puller : pullers_) {
      puller.report.size = puller.replica.mark().held.frontier.size();
      report_.nodes.push_back(std::move(puller.report));
    }
    return std::move(report_);
  }

 private:
  using Answers = std::vector<Result<wire::v1::Answer>>;

  Answers ask(std::vector<driver::Question> questions) {
    return driver::ask_all(quorum_, std::move(questions), client_.common().timeout(),
                           driver::Patience::first_failure);
  }

  // The next page of every ledger that is not here yet. False: there is none.
  bool ask_once() {
    std::vector<Puller*> asked;
    std::vector<driver::Question> questions;
    for (Puller& puller : pullers_) {
      const std::optional<audit::HistoryAsk> next = puller.pull.next();
      if (puller.report.trouble || !next) continue;
      asked.push_back(&puller);
      questions.push_back({puller.link, driver::history_ask(*next)});
    }
    if (asked.empty()) return false;
    const Answers answers = ask(std::move(questions));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (const Status taken = take(*asked[i], answers[i]); !taken) {
        asked[i]->report.trouble = trouble_for(asked[i]->node.name, taken.error());
      }
    }
    return true;
  }

  Status take(Puller& puller, const Result<wire::v1::Answer>& answer) {
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (answer->has_refused() && puller.pull.is_refused()) return Done{};
    QUORATE_TRY(const audit::Page page, driver::decode_history(*answer));
    QUORATE_TRY(const audit::Grown grown, puller.pull.take(page));
    tell(puller);
    return puller.replica.append(grown);
  }

  // About once a second.
  void tell(const Puller& puller) {
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < std::chrono::seconds(1)) return;
    told_ = now;
    client_.console().progress("pulling " + puller.node.name + ": " +
                               std::to_string(puller.pull.reached()) + " of " +
                               std::to_string(puller.pull.target_size()) + " records");
  }

  Status keep(Puller& puller) {
    if (puller.report.trouble) return Done{};
    const std::uint64_t before = puller.replica.mark().held.frontier.size();
    if (puller.pull.finding()) {
      audit::Finding finding = *puller.pull.finding();
      if (const Status shown = show_difference(puller, finding); !shown) {
        finding.what += " (" + shown.error().message + ")";
      }
      return found(puller, std::move(finding));
    }
    QUORATE_CHECK(puller.replica.keep(puller.pull.held(), puller.began_s));
    puller.report.grown = puller.replica.mark().held.frontier.size() - before;
    return compare_with_seen(puller);
  }

  // `quorate status` of this client may have seen more than was ever pulled.
  Status compare_with_seen(const Puller& puller) {
    const home::SeenLedgers ledgers(client_.home());
    const home::LedgerOwner owner{puller.node.name, puller.node.origin, puller.node.identity};
    const std::string& note = puller.replica.mark().held.note;
    const Result<record::Checkpoint> seen = ledgers.see(owner, note);
    if (seen || seen.error().code != Code::ledger_rewritten) return Done{};
    QUORATE_TRY(const std::string before, ledgers.seen(owner));
    return found(puller, {audit::Kind::shrunk,
                          {puller.node.name},
                          puller.node.name + ": " + seen.error().message,
                          {},
                          {{"checkpoint seen before", before}, {"checkpoint now", note}}});
  }

  Status found(const Puller& puller, audit::Finding finding) {
    QUORATE_CHECK(puller.replica.keep_contradiction(finding));
    report_.findings.push_back(std::move(finding));
    return Done{};
  }

  // The first record that is another now than it was when it was pulled.
  Status show_difference(Puller& puller, audit::Finding& finding) {
    if (!puller.replica.is_pulled()) return Done{};
    QUORATE_TRY(audit::Leaves ours, puller.replica.leaves());
    const std::uint64_t size = puller.replica.mark().held.frontier.size();
    for (std::uint64_t index = 0; index < size;) {
      const audit::HistoryAsk next{index, audit::leaves_per_ask, 0};
      const Answers answers = ask({{puller.link, driver::history_ask(next)}});
      if (!answers.front()) return tl::unexpected<Error>(answers.front().error());
      QUORATE_TRY(const audit::Page page, driver::decode_history(*answers.front()));
      for (const Bytes& theirs : page.leaves) {
        QUORATE_TRY(const std::optional<Bytes> leaf, ours.next());
        if (!leaf) return Done{};
        if (*leaf != theirs) {
          finding.what += "; record " + std::to_string(index) + " is the first that differs";
          finding.records.push_back({puller.node.name, index});
          finding.proofs.push_back({"leaf pulled before", to_hex(*leaf)});
          finding.proofs.push_back({"leaf now", to_hex(theirs)});
          return Done{};
        }
        ++index;
      }
      if (page.leaves.empty()) {
        finding.what += "; what is left of it is as it was pulled before";
        return Done{};
      }
    }
    return Done{};
  }

  // In rounds, in each of which every node is asked about one other.
  void cosign_all() {
    for (std::size_t shift = 1; shift < pullers_.size(); ++shift) {
      std::vector<Pair> pairs;
      for (std::size_t i = 0; i < pullers_.size(); ++i) {
        Puller& of = pullers_[i];
        Puller& by = pullers_[(i + shift) % pullers_.size()];
        const bool is_sound = !of.report.trouble && !by.report.trouble && !of.pull.finding();
        if (!is_sound || !of.replica.is_pulled()) continue;
        pairs.push_back(
            {&of, &by, audit::Cosigning(of.node, by.node, of.replica.mark().held.note), {}});
      }
      for (int attempt = 0; attempt < cosigning_attempts && !pairs.empty(); ++attempt) {
        ask_to_cosign(pairs);
        bring_proofs(pairs);
      }
    }
  }

  struct Pair {
    Puller* of;
    Puller* by;
    audit::Cosigning cosigning;
    std::optional<std::uint64_t> needs_proof_from;
  };

  // Leaves the pairs that need a proof.
  void ask_to_cosign(std::vector<Pair>& pairs) {
    std::vector<driver::Question> questions;
    for (const Pair& pair : pairs) {
      questions.push_back({pair.by->link, driver::cosign_ask(pair.cosigning.ask())});
    }
    const Answers answers = ask(std::move(questions));
    for (std::size_t i = 0; i < pairs.size(); ++i) settle(pairs[i], judge(pairs[i], answers[i]));
    std::erase_if(pairs, [](const Pair& pair) { return !pair.needs_proof_from; });
  }

  Result<audit::CosignOutcome> judge(Pair& pair, const Result<wire::v1::Answer>& answer) {
    if (!answer) return tl::unexpected<Error>(answer.error());
    QUORATE_TRY(const audit::CosignAnswer said, driver::decode_cosigned(*answer));
    return pair.cosigning.judge(said);
  }

  void settle(Pair& pair, const Result<audit::CosignOutcome>& outcome) {
    pair.needs_proof_from.reset();
    if (!outcome) return note(pair, outcome.error());
    Status kept = Done{};
    if (const auto* cosigned = std::get_if<audit::CosignedNote>(&*outcome)) {
      kept = pair.of->replica.keep_cosigned(pair.by->node.name, cosigned->note);
      pair.of->report.cosigned_by.push_back(pair.by->node.name);
    } else if (const auto* needs = std::get_if<audit::NeedsProof>(&*outcome)) {
      pair.needs_proof_from = needs->size;
    } else {
      kept = found(*pair.of, std::get<audit::Finding>(*outcome));
    }
    if (!kept) note(pair, kept.error());
  }

  static void note(Pair& pair, const Error& error) {
    pair.of->report.notes.push_back("not cosigned by " + pair.by->node.name + ": " + error.message);
  }

  void bring_proofs(std::vector<Pair>& pairs) {
    if (pairs.empty()) return;
    std::vector<driver::Question> questions;
    for (const Pair& pair : pairs) {
      const std::uint64_t size = pair.of->replica.mark().held.frontier.size();
      questions.push_back({pair.of->link, driver::history_ask({size, 1, *pair.needs_proof_from})});
    }
    const Answers answers = ask(std::move(questions));
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (const Status proven = prove(pairs[i], answers[i]); !proven) {
        pairs[i].needs_proof_from.reset();
        note(pairs[i], proven.error());
      }
    }
    std::erase_if(pairs, [](const Pair& pair) { return !pair.needs_proof_from; });
  }

  Status prove(Pair& pair, const Result<wire::v1::Answer>& answer) {
    if (!answer) return tl::unexpected<Error>(answer.error());
    QUORATE_TRY(const audit::Page page, driver::decode_history(*answer));
    QUORATE_TRY(std::optional<audit::Finding> finding, pair.cosigning.prove(page));
    if (!finding) return Done{};
    pair.needs_proof_from.reset();
    return found(*pair.of, *std::move(finding));
  }

  Client& client_;
  driver::Quorum& quorum_;
  std::vector<Puller> pullers_;
  PullReport report_;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace

Outcome<PullReport> pull_ledgers(Client& client) {
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  QUORATE_TRY(std::vector<audit::Replica> replicas, open_replicas(client));
  std::vector<Puller> pullers;
  for (audit::Replica& replica : replicas) {
    const home::RosterNode* const node = client.roster().find(replica.node());
    audit::Node who = audit_node(client.roster(), *node);
    audit::Pull pull(who, replica.mark().held);
    PulledNode report;
    report.node = who.name;
    pullers.push_back(Puller{quorum->find(node->identity), std::move(who), std::move(replica),
                             std::move(pull), now_s(), std::move(report)});
  }
  return Pulling(client, *quorum, std::move(pullers)).run();
}

}  // namespace quorate::cli

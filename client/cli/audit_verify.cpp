// quorate audit verify: from the files of this disk alone.

#include <algorithm>

#include "client/audit/cosigning.h"
#include "client/audit/cross_check.h"
#include "client/audit/ledger_check.h"
#include "client/audit/receipts.h"
#include "client/cli/audit_commands.h"
#include "client/cli/ledgers.h"
#include "client/home/seen_ledgers.h"
#include "crypto/base/hex.h"
#include "proto/statement/describe.h"

namespace quorate::cli {
namespace {

struct VerifiedLedger {
  std::string node;
  std::uint64_t pulled_at_s;
  audit::Counts counts;
  std::vector<std::string> cosigned_by;
};

struct Verification {
  std::vector<VerifiedLedger> ledgers;
  std::vector<std::string> missing;  // of which nothing was pulled
  std::vector<std::string> damaged;  // and those that were left out of the comparison
  std::vector<audit::Finding> findings;
  audit::CrossReport across;
};

class Verifying {
 public:
  explicit Verifying(const Client& client) : client_(client) {}

  Outcome<Verification> run() {
    QUORATE_TRY(const std::vector<audit::Replica> replicas, open_replicas(client_));
    QUORATE_TRY(const std::vector<ceremony::EpochRecord> roots, client_.known_roots().list());
    for (const audit::Replica& replica : replicas) {
      if (!replica.is_pulled()) {
        out_.missing.push_back(replica.node());
      } else {
        QUORATE_CHECK(verify(replica));
      }
    }
    out_.across = audit::cross_check(witnesses_, roots);
    for (const audit::Replica& replica : replicas) {
      // Without it the finding stands all the same.
      if (const Status added = audit::add_receipts(replica, out_.across.findings); !added) continue;
    }
    for (audit::Finding& finding : out_.across.findings) {
      out_.findings.push_back(std::move(finding));
    }
    return std::move(out_);
  }

 private:
  Outcome<Done> verify(const audit::Replica& replica) {
    const home::RosterNode& node = *client_.roster().find(replica.node());
    audit::LedgerCheck check(audit_node(client_.roster(), node));
    VerifiedLedger verified{replica.node(), replica.mark().pulled_at_s, {}, {}};
    QUORATE_CHECK(expect_what_others_saw(replica, check, verified));
    const Status read = take_all(replica, check);
    check.finish(replica.mark().held.note);
    verified.counts = check.counts();
    QUORATE_TRY(std::vector<audit::Finding> earlier, replica.contradictions());
    for (audit::Finding& finding : earlier) out_.findings.push_back(std::move(finding));
    if (!read || check.frontier() != replica.mark().held.frontier) {
      find_damage(replica, read);
      return Done{};
    }
    for (audit::Finding& finding : check.take_findings()) {
      out_.findings.push_back(std::move(finding));
    }
    witnesses_.push_back({check.node(), replica.mark().pulled_at_s, check.approved(),
                          check.shared(), check.latest_ms()});
    out_.ledgers.push_back(std::move(verified));
    return Done{};
  }

  // The pull saw these records lead to the root that the node signed. Where they don't any more, it
  // is this disk that changed them, and nothing that they say now is held against anybody.
  void find_damage(const audit::Replica& replica, const Status& read) {
    const std::string why =
        read ? "its records are not those that were pulled" : read.error().message;
    find(audit::Kind::file_damaged, replica.node(),
         "the copy of " + replica.node() + " was damaged on this disk: " + why +
             "; move its files away, and pull again",
         {{"checkpoint pulled", replica.mark().held.note}});
    out_.damaged.push_back(replica.node());
  }

  Status take_all(const audit::Replica& replica, audit::LedgerCheck& check) {
    QUORATE_TRY(audit::Leaves leaves, replica.leaves());
    const std::uint64_t size = replica.mark().held.frontier.size();
    for (std::uint64_t index = 0;; ++index) {
      QUORATE_TRY(const std::optional<Bytes> leaf, leaves.next());
      if (!leaf) return Done{};
      check.take(*leaf);
      if (index % 65'536 == 0) {
        client_.console().progress("verifying " + replica.node() + ": " + std::to_string(index) +
                                   " of " + std::to_string(size) + " records");
      }
    }
  }

  void find(audit::Kind kind, const std::string& node, std::string what,
            std::vector<audit::Proof> proofs) {
    out_.findings.push_back({kind, {node}, std::move(what), {}, std::move(proofs)});
  }

  // Checkpoints of this ledger that other nodes cosigned, and the last one that `status` saw.
  Outcome<Done> expect_what_others_saw(const audit::Replica& replica, audit::LedgerCheck& check,
                                       VerifiedLedger& verified) {
    for (const home::RosterNode& other : client_.roster().nodes) {
      if (other.name == replica.node()) continue;
      QUORATE_TRY(const std::optional<std::string> note, replica.cosigned(other.name));
      if (!note) continue;
      const Result<audit::OpenedCosigned> opened =
          audit::open_cosigned(*note, check.node(), audit_node(client_.roster(), other));
      if (!opened) {
        find(audit::Kind::note_invalid, replica.node(),
             "the checkpoint of " + replica.node() + " that " + other.name +
                 " cosigned does not hold: " + opened.error().message,
             {{"checkpoint", *note}});
        continue;
      }
      verified.cosigned_by.push_back(other.name);
      expect(replica, check, opened->checkpoint.tree, {"checkpoint shown to " + other.name, *note});
    }
    const audit::Node& node = check.node();
    QUORATE_TRY(const std::string note,
                home::SeenLedgers(client_.home()).seen({node.name, node.origin, node.identity}));
    const Result<record::Checkpoint> checkpoint =
        record::open_note(note, node.origin, node.identity);
    if (checkpoint) {
      expect(replica, check, checkpoint->tree, {"checkpoint shown to `quorate status`", note});
    }
    return Done{};
  }

  void expect(const audit::Replica& replica, audit::LedgerCheck& check, const record::Tree& tree,
              audit::Proof proof) {
    if (tree.size > replica.mark().held.frontier.size()) return;  // the next pull brings it
    audit::Finding otherwise{audit::Kind::split,
                             {replica.node()},
                             replica.node() + " signed a ledger of " + std::to_string(tree.size) +
                                 " records that is no beginning of the one that was pulled",
                             {},
                             {std::move(proof), {"checkpoint pulled", replica.mark().held.note}}};
    check.expect(tree, std::move(otherwise));
  }

  const Client& client_;
  Verification out_;
  std::vector<audit::Witness> witnesses_;
};

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out.empty() ? "nobody" : out;
}

std::string in_words(const Verification& verification) {
  std::string out = cli::in_words(verification.findings);
  for (const VerifiedLedger& ledger : verification.ledgers) {
    const audit::Counts& counts = ledger.counts;
    out += ledger.node + ": " + std::to_string(counts.records) + " records (" +
           std::to_string(counts.approved) + " approved, " + std::to_string(counts.refused) +
           " refused, " + std::to_string(counts.pending) + " pending, " +
           std::to_string(counts.refused_unrecorded) + " refused without a record), " +
           std::to_string(counts.starts) + " starts, " + std::to_string(counts.crashes) +
           " of them after a crash; cosigned by " + joined(ledger.cosigned_by) + "; pulled " +
           statement::utc(ledger.pulled_at_s) + "\n";
  }
  for (const std::string& node : verification.missing) {
    out += node + ": nothing was pulled, so nothing is known of it\n";
  }
  const audit::CrossReport& across = verification.across;
  out += std::to_string(across.settled) + " requests stand in enough ledgers\n";
  for (const audit::Unsettled& one : across.unsettled) {
    out += "  request " + to_hex(one.request_id) + " for " + one.root + ": so far in " +
           std::to_string(one.approved) + " of " + std::to_string(one.needed) + "\n";
  }
  if (across.unknown_roots > 0) {
    out += std::to_string(across.unknown_roots) +
           " requests are of roots that are not pinned here: `quorate root list` pins them\n";
  }
  const std::size_t found = verification.findings.size();
  return out + (found == 0 ? "nothing was found amiss\n"
                           : std::to_string(found) + (found == 1 ? " thing is" : " things are") +
                                 " amiss: see FOUND above\n");
}

Json json_of(const Verification& verification) {
  Json ledgers = Json::array();
  for (const VerifiedLedger& ledger : verification.ledgers) {
    const audit::Counts& counts = ledger.counts;
    ledgers.push_back({{"node", ledger.node},
                       {"records", counts.records},
                       {"approved", counts.approved},
                       {"refused", counts.refused},
                       {"pending", counts.pending},
                       {"refused_without_record", counts.refused_unrecorded},
                       {"starts", counts.starts},
                       {"crashes", counts.crashes},
                       {"cosigned_by", ledger.cosigned_by},
                       {"pulled", ledger.pulled_at_s}});
  }
  Json unsettled = Json::array();
  for (const audit::Unsettled& one : verification.across.unsettled) {
    unsettled.push_back({{"request", to_hex(one.request_id)},
                         {"root", one.root},
                         {"approved", one.approved},
                         {"needed", one.needed}});
  }
  return {{"findings", cli::json_of(verification.findings)},
          {"ledgers", ledgers},
          {"missing", verification.missing},
          {"damaged", verification.damaged},
          {"settled", verification.across.settled},
          {"unsettled", unsettled},
          {"of_unknown_roots", verification.across.unknown_roots}};
}

}  // namespace

Outcome<Exit> verify_ledgers(const Common& common, const Console& console) {
  QUORATE_TRY(const Client client, Client::open(common, console));
  QUORATE_TRY(const Verification verification, Verifying(client).run());
  if (verification.ledgers.empty() && verification.damaged.empty()) {
    return trouble(Error{Code::configuration, "no ledger was pulled yet"},
                   "`quorate audit pull` fetches them");
  }
  console.result(in_words(verification), json_of(verification));
  return verification.findings.empty() ? Exit::done : Exit::refused;
}

}  // namespace quorate::cli

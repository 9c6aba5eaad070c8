#include "client/cli/root_creation.h"

#include <algorithm>

#include "client/ceremony/leader.h"
#include "client/ceremony/proposal.h"
#include "client/cli/system_entropy.h"
#include "client/driver/leading.h"
#include "client/evidence/ssh_keygen.h"

namespace quorate::cli {
namespace {

Outcome<std::vector<ed25519::Point>> identities(const home::Roster& roster,
                                                const std::vector<std::string>& names) {
  std::vector<ed25519::Point> out;
  for (const std::string& name : names) {
    const home::RosterNode* const node = roster.find(name);
    if (node == nullptr) {
      return usage("--members names \"" + name + "\", which is not in the roster",
                   "`quorate status` shows the nodes of the roster");
    }
    out.push_back(node->identity);
  }
  return out;
}

bool fits(const ceremony::Proposal& proposal, const RootWish& wish,
          const std::vector<ed25519::Point>& members) {
  const ceremony::Side& target = proposal.target;
  // A node might show us a proposal of its own making, to have it signed or to stand in the way.
  const std::uint64_t now = now_s();
  if (!ceremony::check_create(proposal) || now < proposal.not_before || now >= proposal.not_after) {
    return false;
  }
  return proposal.root == wish.name && proposal.purpose == wish.purpose &&
         target.threshold == wish.threshold &&
         std::ranges::equal(target.members, members, {}, &ceremony::Member::identity);
}

struct Beginning {
  Bytes proposal;
  leader::Begin begin;
};

// How far a ceremony has come, where somebody still needs it: an aborted one leads nowhere.
int progress_of(const std::string& state) {
  if (state == "active") return 4;
  if (state == "confirmed") return 3;
  if (state == "dealt") return 2;
  return state == "hello_sent" ? 1 : 0;
}

// The proposal that members are in the middle of, the farthest first; else a new one.
Outcome<Beginning> begin(Client& client, const RootWish& wish,
                         const std::vector<ed25519::Point>& members) {
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  std::optional<Beginning> open;
  int farthest = 0;
  for (const driver::NodeDescription& answer :
       driver::describe(*quorum, client.common().timeout(), driver::Patience::first_failure)) {
    if (!answer.description || std::ranges::find(members, answer.node.identity) == members.end()) {
      continue;
    }
    for (const driver::DescribedCeremony& ceremony : answer.description->ceremonies) {
      const int progress = progress_of(ceremony.state);
      if (progress <= farthest || !fits(ceremony.proposal, wish, members)) continue;
      farthest = progress;
      open = Beginning{ceremony.bytes, leader::Begin::resume};
    }
  }
  if (open) return *std::move(open);
  SystemEntropy entropy;
  QUORATE_TRY(
      const ceremony::Proposal proposal,
      leader::propose({wish.name, wish.purpose, wish.threshold, members}, now_s(), entropy));
  return Beginning{ceremony::encode(proposal), leader::Begin::anew};
}

Result<Bytes> administrators_word(const Client& client, const RootWish& wish,
                                  const Bytes& proposal) {
  QUORATE_TRY(Path key, client.home().administrator_key(wish.administrator_key));
  QUORATE_TRY(const ssh::Sshsig sshsig, evidence::sign({std::string(ceremony::proposal_namespace),
                                                        std::move(key), proposal}));
  return sshsig.blob();
}

NodeTrouble trouble_with(const leader::MemberReport& member) {
  std::string code(leader::name(member.conduct));
  if (member.conduct == leader::Conduct::refused) {
    const std::optional<Code> known = code_of_number(member.code);
    code = known ? std::string(name(*known)) : "code " + std::to_string(member.code);
  }
  return {member.name, std::move(code), member.reason};
}

Trouble trouble_with(const leader::Report& report) {
  Trouble out = trouble(report.error).value();
  for (const leader::MemberReport& member : report.members) {
    out.nodes.push_back(trouble_with(member));
  }
  const bool is_word_missing =
      std::ranges::any_of(report.members, [](const leader::MemberReport& member) {
        return member.code == number(Code::administrators_missing);
      });
  if (is_word_missing) {
    out.next =
        "--admin-key names another key; the nodes list their administrators under [[person]] in "
        "node.toml";
  }
  const bool may_go_on = report.certificate.has_value() || out.exit == Exit::too_few;
  if (may_go_on) {
    out.next =
        "creating a root needs every member: when all answer, the same command goes on where "
        "this one stopped";
  }
  return out;
}

}  // namespace

Outcome<ceremony::EpochRecord> create_root(Client& client, const RootWish& wish,
                                           std::chrono::milliseconds timeout) {
  QUORATE_TRY(const std::vector<ed25519::Point> members, identities(client.roster(), wish.members));
  QUORATE_TRY(Beginning beginning, begin(client, wish, members));
  QUORATE_TRY(Bytes word, administrators_word(client, wish, beginning.proposal));
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());

  leader::Plan plan{std::move(beginning.proposal), {std::move(word)}, {}};
  QUORATE_TRY(const ceremony::Proposal proposal, ceremony::decode_proposal(plan.proposal));
  for (const ceremony::Member& member : proposal.target.members) {
    plan.names.emplace(member.index, node_name(client.roster(), member.identity));
  }
  QUORATE_TRY(leader::Leader leader, leader::Leader::make(std::move(plan)));
  const driver::CeremonyEnd end =
      driver::lead(*quorum, std::move(leader), beginning.begin, timeout, client.progress());
  if (const auto* failed = std::get_if<leader::Failed>(&end)) {
    return tl::unexpected<Trouble>(trouble_with(failed->report));
  }
  QUORATE_TRY(ceremony::EpochRecord record,
              client.known_roots().pin(std::get<leader::Finished>(end).certificate));
  return record;
}

}  // namespace quorate::cli

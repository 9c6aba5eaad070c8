#include "client/cli/signature.h"

#include <algorithm>

#include "client/cli/system_entropy.h"
#include "client/driver/signing.h"
#include "client/evidence/ssh_keygen.h"
#include "crypto/base/hex.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::cli {
namespace {

constexpr std::uint64_t statement_life_s = std::uint64_t{60} * 60;

Result<Bytes> bytes_to_sign(const ceremony::EpochRecord& record,
                            const statement::Statement& statement) {
  return statement::to_be_signed(statement, ssh::PublicKey::of(record.group_key()));
}

// A statement that our own rules refuse never left this machine: the command line was wrong.
template <typename T>
Outcome<T> ours(Result<T> result) {
  if (result) return *std::move(result);
  Trouble what = trouble(std::move(result).error()).value();
  what.exit = Exit::usage;
  return tl::unexpected<Trouble>(std::move(what));
}

Result<evidence::SshKeygen> start_evidence(const Client& client, const Bytes& statement,
                                           const std::optional<Path>& key) {
  QUORATE_TRY(Path requester, client.home().requester_key(key));
  return evidence::SshKeygen::start(
      {std::string(request::requester_namespace), std::move(requester), statement});
}

Result<request::Request> finish_evidence(Bytes statement, evidence::SshKeygen& signing) {
  QUORATE_TRY(const ssh::Sshsig sshsig, signing.wait());
  request::Request request{std::move(statement), {}};
  QUORATE_CHECK(request::add(request, {request::requester, sshsig.blob()}));
  return request;
}

NodeTrouble node_trouble(const coordinator::NodeReport& node) {
  std::string code(coordinator::name(node.conduct));
  if (node.conduct == coordinator::Conduct::refused) {
    const std::optional<Code> known = code_of_number(node.code);
    code = known ? std::string(name(*known)) : "code " + std::to_string(node.code);
  }
  return {node.name, std::move(code), node.reason};
}

// By what most of the refusals were about: the form, the evidence, the node's list, its state.
std::string advice_on_refusals(const coordinator::Report& report) {
  std::uint32_t code = 0;
  for (const coordinator::NodeReport& node : report.nodes) {
    if (node.conduct == coordinator::Conduct::refused) code = node.code;
  }
  if (code == number(Code::expired) || code == number(Code::not_yet)) {
    return "make the request again; if that does not help, compare this machine's clock with "
           "theirs";
  }
  if (code >= 100 && code < 200) {
    return "the request itself is wrong: `quorate request show` lists its fields";
  }
  if (code >= 200 && code < 300) {
    return "the nodes don't take this key's word: --key names another, and their operators add "
           "keys under [[person]] in node.toml";
  }
  if (code >= 300 && code < 400) {
    return "ask for what the nodes allow, or their operators to change [[allow]] in node.toml";
  }
  return "`quorate status` shows which nodes answer, and what ails them";
}

// The core knows only the names of whom it may ask.
void name_the_others(const Client& client, const ceremony::EpochRecord& record,
                     std::vector<coordinator::NodeReport>& nodes) {
  for (coordinator::NodeReport& node : nodes) {
    const ceremony::Member* const member = record.members.find(node.node);
    if (node.conduct == coordinator::Conduct::not_asked && member != nullptr) {
      node.name = node_name(client.roster(), member->identity);
    }
  }
}

bool is_anybody_not_pinned(const driver::Quorum& quorum) {
  return std::ranges::any_of(quorum.links(), [](const auto& link) {
    return link->trouble() && link->trouble()->code == Code::not_pinned;
  });
}

Trouble explain(Client& client, const ceremony::EpochRecord& record, const driver::Quorum& quorum,
                coordinator::Report report) {
  name_the_others(client, record, report.nodes);
  Trouble out = trouble_of(report);
  if (is_anybody_not_pinned(quorum)) {
    out.next =
        "the keys do not fit: the node's operator adds this client's under [[client]] in "
        "node.toml, or the node's own in roster.toml is wrong";
  }
  return out;
}

Outcome<Signature> finish(Client& client, driver::Signing& signing,
                          const ceremony::EpochRecord& record, const request::Request& request,
                          Bytes to_be_signed) {
  const statement::RequestId id = statement::request_id(request.statement);
  coordinator::Task task{record, client.roster().quorum, signing.names(), id, to_be_signed};
  QUORATE_TRY(const driver::Quorum* const quorum, client.quorum());
  QUORATE_TRY(driver::SigningEnd end, signing.finish(std::move(task), request::encode(request),
                                                     client.common().timeout(), client.progress()));
  if (auto* failed = std::get_if<coordinator::Failed>(&end)) {
    return tl::unexpected<Trouble>(explain(client, record, *quorum, std::move(failed->report)));
  }
  const auto& finished = std::get<coordinator::Finished>(end);
  Signature signature{finished.signature, std::move(to_be_signed), id, {}, {}};
  for (const auto& [member, verdict] : finished.verdicts) {
    signature.signers.push_back(node_name(client.roster(), record.members.find(member)->identity));
  }
  for (const coordinator::NodeReport& node : finished.nodes) {
    const bool is_worth_a_word = node.conduct != coordinator::Conduct::answered &&
                                 node.conduct != coordinator::Conduct::not_asked &&
                                 node.conduct != coordinator::Conduct::silent;
    if (is_worth_a_word) signature.other_nodes.push_back(node_trouble(node));
  }
  return signature;
}

}  // namespace

Outcome<statement::Statement> new_statement(const ceremony::EpochRecord& record,
                                            statement::Kind kind, const std::string& profile,
                                            statement::Body body) {
  if (record.purpose != statement::purpose(kind)) {
    return usage("the root " + record.root + " has the purpose " + record.purpose + ", and " +
                     std::string(statement::title(kind)) + " needs one of the purpose " +
                     std::string(statement::purpose(kind)),
                 "`quorate root list` shows the roots and their purposes");
  }
  const std::uint64_t now = now_s();
  statement::Statement statement{kind, record.root_id(),       record.root,    profile, {},
                                 now,  now + statement_life_s, std::move(body)};
  SystemEntropy().fill(statement.nonce);
  return statement;
}

Outcome<request::Request> make_request(const Client& client, const statement::Statement& statement,
                                       const std::optional<Path>& key) {
  QUORATE_TRY(Bytes bytes, ours(statement::compose(statement)));
  QUORATE_TRY(evidence::SshKeygen signing, start_evidence(client, bytes, key));
  QUORATE_TRY(request::Request request, finish_evidence(std::move(bytes), signing));
  return request;
}

Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                        const statement::Statement& statement, const std::optional<Path>& key) {
  QUORATE_TRY(Bytes bytes, ours(statement::compose(statement)));
  QUORATE_TRY(Bytes to_be_signed, ours(bytes_to_sign(record, statement)));
  // The tool first: it takes longest, and works while we connect.
  QUORATE_TRY(evidence::SshKeygen evidence, start_evidence(client, bytes, key));
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  driver::Signing signing(*quorum, record);
  signing.fetch_commitments();
  quorum->run_until_readable(evidence.pidfd());
  QUORATE_TRY(const request::Request request, finish_evidence(std::move(bytes), evidence));
  return finish(client, signing, record, request, std::move(to_be_signed));
}

Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                        const statement::Statement& statement, const request::Request& request) {
  QUORATE_TRY(Bytes to_be_signed, ours(bytes_to_sign(record, statement)));
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  driver::Signing signing(*quorum, record);
  return finish(client, signing, record, request, std::move(to_be_signed));
}

Trouble trouble_of(const coordinator::Report& report) {
  const bool is_refused = report.outcome == coordinator::Outcome::refused;
  Trouble out{is_refused ? Exit::refused : Exit::too_few,
              is_refused ? "refused" : std::string(name(Code::too_few_nodes)),
              report.summary(),
              "",
              {}};
  out.next = is_refused ? advice_on_refusals(report)
                        : "start the nodes that are missing, or ask their operators; `quorate "
                          "status` shows them";
  for (const coordinator::NodeReport& node : report.nodes) out.nodes.push_back(node_trouble(node));
  return out;
}

std::string signers_in_words(const ceremony::EpochRecord& record, const Signature& signature) {
  std::string text;
  for (const std::string& signer : signature.signers) text += (text.empty() ? "" : ", ") + signer;
  return "signed by " + text + " (" + std::to_string(signature.signers.size()) + " of " +
         std::to_string(record.members.members.size()) + ")";
}

Json json_of(const ceremony::EpochRecord& record, const Signature& signature) {
  Json others = Json::array();
  for (const NodeTrouble& node : signature.other_nodes) others.push_back(json_of(node));
  return {{"root", record.root},
          {"request", to_hex(signature.request_id)},
          {"signers", signature.signers},
          {"other_nodes", others}};
}

void note_others(const Console& console, const Signature& signature) {
  for (const NodeTrouble& node : signature.other_nodes) {
    // That a node is away is what a threshold is for; `quorate status` shows it.
    if (node.code == coordinator::name(coordinator::Conduct::unreachable)) continue;
    console.note("quorate: beside the signature: " + node.node + " " + in_words(node));
  }
}

}  // namespace quorate::cli

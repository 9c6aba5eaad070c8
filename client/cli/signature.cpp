#include "client/cli/signature.h"

#include <algorithm>
#include <set>

#include "client/cli/blame.h"
#include "client/cli/request_words.h"
#include "client/cli/system_entropy.h"
#include "client/cli/token.h"
#include "client/cli/validity.h"
#include "client/cli/verdict_words.h"
#include "client/driver/showing.h"
#include "client/driver/signing.h"
#include "client/evidence/ssh_keygen.h"
#include "client/home/request_file.h"
#include "client/recording/recording.h"
#include "crypto/base/hex.h"
#include "proto/statement/describe.h"
#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::cli {
namespace {

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

Status finish_evidence(evidence::SshKeygen& signing, request::Request& request) {
  QUORATE_TRY(const ssh::Sshsig sshsig, signing.wait());
  return request::add(request, {request::requester, sshsig.blob()});
}

// Whoever fetches the token must know what it has to say.
Outcome<Done> add_token(const Client& client, const statement::Statement& statement,
                        const Path& source, request::Request& request) {
  client.console().note("the token's nonce must be " + statement::token_nonce(statement));
  QUORATE_TRY(request::Evidence token, read_token(source, statement));
  QUORATE_CHECK(request::add(request, std::move(token)));
  return Done{};
}

NodeTrouble node_trouble(const coordinator::NodeReport& node) {
  std::string code(coordinator::name(node.conduct));
  if (node.conduct == coordinator::Conduct::refused) {
    const std::optional<Code> known = code_of_number(node.code);
    code = known ? std::string(name(*known)) : "code " + std::to_string(node.code);
  }
  return {node.name, std::move(code), node.reason, node.verdict};
}

bool lacks_approvals(const coordinator::NodeReport& node) {
  return node.conduct == coordinator::Conduct::refused &&
         node.code == number(Code::approval_missing);
}

// Approvals are all that is missing, and enough nodes are left that may sign then.
bool waits_for_approvals(const coordinator::Report& report) {
  const auto against = std::ranges::count_if(report.nodes, [](const auto& node) {
    return (node.conduct == coordinator::Conduct::refused && !lacks_approvals(node)) ||
           node.conduct == coordinator::Conduct::lied;
  });
  return std::ranges::any_of(report.nodes, lacks_approvals) &&
         std::ssize(report.nodes) - against >= report.threshold;
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
  if (code == number(Code::life)) {
    return "make the request again with a shorter --life";
  }
  if (code >= 100 && code < 200) {
    return "the request itself is wrong: `quorate request show` lists its fields";
  }
  if (code >= 200 && code < 300) {
    return "the nodes don't take this evidence: --key names another key, and their operators add "
           "keys under [[person]] in policy.toml";
  }
  if (code == number(Code::rate_limited)) return "ask again later";
  if (code >= 300 && code < 400) {
    return "ask for what the nodes allow, or their operators to change the profile in policy.toml";
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

// A request on its way: what it asks for, and the file that holds it, where there is one.
struct Underway {
  const ceremony::EpochRecord& record;
  const request::Request& request;
  std::optional<Path> file;
};

// Every node that did not see the request yet sees it now: a token that it carries counts from
// then.
void show_to_the_rest(const Client& client, driver::Quorum& quorum, const coordinator::Task& task,
                      const request::Request& request, coordinator::Report& report) {
  std::set<frost::Identifier> rest;
  for (const coordinator::NodeReport& node : report.nodes) {
    if (node.conduct == coordinator::Conduct::answered) rest.insert(node.node);
  }
  if (rest.empty()) return;
  const auto shown =
      driver::show(quorum, task, request::encode(request), rest, client.common().timeout());
  for (const coordinator::NodeReport& node : shown) {
    const auto place = std::ranges::find(report.nodes, node.node, &coordinator::NodeReport::node);
    if (place != report.nodes.end()) *place = node;
  }
}

// Who can complete it, the nodes' reasons say.
Outcome<Trouble> explain_waiting(const Client& client, const Underway& underway,
                                 const statement::Statement& statement, Trouble out) {
  const std::string id = to_hex(statement::request_id(underway.request.statement));
  const Path file =
      underway.file.value_or(client.home().requests() / (id.substr(0, 16) + ".request"));
  if (!underway.file) {
    QUORATE_CHECK(home::write_request(file, underway.request, home::Existing::replace));
  }
  out.exit = Exit::refused;
  out.code = "pending";
  out.what = "the request waits for approvals, and can be completed until " +
             statement::utc(statement.not_after) + " (" + relative(statement.not_after, now_s()) +
             "); it is kept in " + file.string();
  out.next = "those whom the nodes name run `quorate approve " + file.string() +
             "`, then `quorate request sign " + file.string() + "`";
  out.file = file;
  return out;
}

// Whom a certificate may be asked for: who answered, and did not lie.
std::set<frost::Identifier> honest(const coordinator::Failed& failed) {
  std::set<frost::Identifier> members;
  for (const coordinator::NodeReport& node : failed.report.nodes) {
    if (node.conduct == coordinator::Conduct::answered ||
        node.conduct == coordinator::Conduct::refused) {
      members.insert(node.node);
    }
  }
  return members;
}

void add_evidence_files(const std::map<std::string, Path>& files, std::vector<NodeTrouble>& nodes) {
  for (NodeTrouble& node : nodes) {
    const auto file = files.find(node.node);
    if (file != files.end()) node.evidence = file->second.string();
  }
}

Outcome<Signature> finish(Client& client, std::optional<driver::Signing>& signing,
                          const Underway& underway, const statement::Statement& statement,
                          Bytes to_be_signed) {
  const ceremony::EpochRecord& record = underway.record;
  const statement::RequestId id = statement::request_id(underway.request.statement);
  coordinator::Task task{record, client.roster().quorum, signing->names(), id, to_be_signed};
  task.blamed = blamed_members(client, record);
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  std::optional<recording::ClientRecorder> recorder;
  if (const std::optional<Path>& file = client.common().record) {
    QUORATE_TRY(recorder, recording::ClientRecorder::create(*file, recording::Writer::usual_limit));
    signing->record_to(*recorder);
  }
  QUORATE_TRY(driver::SigningEnd end,
              signing->finish(task, request::encode(underway.request), client.common().timeout(),
                              client.progress()));
  signing.reset();
  if (recorder && !recorder->complaint().empty()) {
    client.console().note("quorate: " + recorder->complaint());
  }
  if (auto* failed = std::get_if<coordinator::Failed>(&end)) {
    const bool is_waiting = waits_for_approvals(failed->report);
    const auto files = keep_evidence(client, record, failed->report.nodes, honest(*failed));
    if (is_waiting) show_to_the_rest(client, *quorum, task, underway.request, failed->report);
    Trouble out = explain(client, record, *quorum, std::move(failed->report));
    add_evidence_files(files, out.nodes);
    if (is_waiting) {
      QUORATE_TRY(out, explain_waiting(client, underway, statement, std::move(out)));
    }
    return tl::unexpected<Trouble>(std::move(out));
  }
  const auto& finished = std::get<coordinator::Finished>(end);
  std::set<frost::Identifier> signers;
  for (const auto& [who, verdict] : finished.verdicts) signers.insert(who);
  const auto files = keep_evidence(client, record, finished.nodes, signers);
  Signature signature{finished.signature, std::move(to_be_signed), id, {}, {}};
  for (const coordinator::NodeReport& node : finished.nodes) {
    const bool is_worth_a_word = node.conduct != coordinator::Conduct::answered &&
                                 node.conduct != coordinator::Conduct::not_asked &&
                                 node.conduct != coordinator::Conduct::silent;
    if (finished.verdicts.contains(node.node)) {
      signature.signers.push_back(node_trouble(node));
    } else if (is_worth_a_word) {
      signature.other_nodes.push_back(node_trouble(node));
    }
  }
  add_evidence_files(files, signature.other_nodes);
  return signature;
}

}  // namespace

Outcome<std::uint64_t> life_of(const std::string& option, Sent sent) {
  if (option.empty()) return sent == Sent::now ? usual_life_s : saved_life_s;
  QUORATE_TRY(const std::uint64_t life_s, parse_period(option));
  if (life_s == 0 || life_s > statement::longest_life_s) {
    return usage("--life is " + option + ", and a request lives for at most 7d");
  }
  return life_s;
}

Outcome<statement::Statement> new_statement(const ceremony::EpochRecord& record,
                                            StatementWish wish) {
  if (record.purpose != statement::purpose(wish.kind)) {
    return usage("the root " + record.root + " has the purpose " + record.purpose + ", and " +
                     std::string(statement::title(wish.kind)) + " needs one of the purpose " +
                     std::string(statement::purpose(wish.kind)),
                 "`quorate root list` shows the roots and their purposes");
  }
  const std::uint64_t now = now_s();
  statement::Statement statement{
      wish.kind, record.root_id(),  record.root,         std::move(wish.profile), {},
      now,       now + wish.life_s, std::move(wish.body)};
  SystemEntropy().fill(statement.nonce);
  return statement;
}

void add_recording(CLI::App& command, Common& common) {
  add_path(command,
           {"--record",
            "write what nodes answered and what came of it to this new file, for `quorate-sim "
            "replay`",
            "FILE"},
           common.record);
}

void add_credentials(CLI::App& command, Credentials& credentials) {
  add_path(command, {"--key", "your key; else `requester` in the home", "KEY"}, credentials.key);
  add_path(command,
           {"--token",
            "an ID token in this file, or - for standard input, in place of a key or, with --key, "
            "beside it",
            "FILE"},
           credentials.token);
}

void add_saving(CLI::App& command, std::optional<Path>& save, std::string& life,
                Credentials& credentials) {
  add_path(command, {"--save", "write the request to this file, and send nothing", "FILE"}, save);
  add_text(command,
           {"--life", "how long the request may be sent: 1h, or 24h with --save; 7d at most", "P"},
           Need::optional, life);
  add_flag(command,
           {"--unsigned", "with --save: without evidence; `quorate request sign` adds it later"},
           credentials.is_left_out);
}

Outcome<Done> add_evidence(const Client& client, const statement::Statement& statement,
                           const Credentials& credentials, request::Request& request) {
  if (credentials.token) {
    QUORATE_CHECK(add_token(client, statement, *credentials.token, request));
  }
  if (!credentials.wants_key()) return Done{};
  QUORATE_TRY(evidence::SshKeygen signing,
              start_evidence(client, request.statement, credentials.key));
  QUORATE_CHECK(finish_evidence(signing, request));
  return Done{};
}

Outcome<request::Request> make_request(const Client& client, const statement::Statement& statement,
                                       const Credentials& credentials) {
  QUORATE_TRY(Bytes bytes, ours(statement::compose(statement)));
  request::Request request{std::move(bytes), {}};
  QUORATE_CHECK(add_evidence(client, statement, credentials, request));
  return request;
}

Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                        const statement::Statement& statement, const Credentials& credentials) {
  if (credentials.is_left_out) return usage("--unsigned is for requests that --save keeps");
  QUORATE_TRY(Bytes bytes, ours(statement::compose(statement)));
  QUORATE_TRY(Bytes to_be_signed, ours(bytes_to_sign(record, statement)));
  request::Request request{std::move(bytes), {}};
  if (credentials.token) {
    QUORATE_CHECK(add_token(client, statement, *credentials.token, request));
  }
  // The tool first: it takes longest, and works while we connect.
  std::optional<evidence::SshKeygen> evidence;
  if (credentials.wants_key()) {
    QUORATE_TRY(evidence::SshKeygen started,
                start_evidence(client, request.statement, credentials.key));
    evidence.emplace(std::move(started));
  }
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  std::optional<driver::Signing> signing;
  signing.emplace(*quorum, record);
  if (evidence) {
    signing->fetch_commitments();
    quorum->run_until_readable(evidence->pidfd());
    QUORATE_CHECK(finish_evidence(*evidence, request));
  }
  return finish(client, signing, {record, request, std::nullopt}, statement,
                std::move(to_be_signed));
}

Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                        const statement::Statement& statement, const request::Request& request,
                        const Path& file) {
  QUORATE_TRY(Bytes to_be_signed, ours(bytes_to_sign(record, statement)));
  QUORATE_TRY(driver::Quorum* const quorum, client.quorum());
  std::optional<driver::Signing> signing;
  signing.emplace(*quorum, record);
  return finish(client, signing, {record, request, file}, statement, std::move(to_be_signed));
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
  for (const NodeTrouble& signer : signature.signers) {
    text += (text.empty() ? "" : ", ") + signer.node;
  }
  return "signed by " + text + " (" + std::to_string(signature.signers.size()) + " of " +
         std::to_string(record.members.members.size()) + ")";
}

Json json_of(const ceremony::EpochRecord& record, const Signature& signature) {
  Json signers = Json::array();
  Json verdicts = Json::array();
  for (const NodeTrouble& signer : signature.signers) {
    signers.push_back(signer.node);
    Json verdict = {{"node", signer.node}};
    if (signer.verdict) verdict.update(json_of(*signer.verdict));
    verdicts.push_back(std::move(verdict));
  }
  Json others = Json::array();
  for (const NodeTrouble& node : signature.other_nodes) others.push_back(json_of(node));
  return {{"root", record.root},
          {"request", to_hex(signature.request_id)},
          {"signers", signers},
          {"verdicts", verdicts},
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

// From a statement to a signature: evidence by the requester's key while connections open and
// commitments arrive, then the coordinator's work. Two round trips in all.

#pragma once

#include <string>
#include <vector>

#include "client/cli/client.h"
#include "client/coordinator/report.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::cli {

struct Signature {
  ed25519::Signature signature;
  Bytes to_be_signed;
  statement::RequestId request_id;
  std::vector<NodeTrouble> signers;      // the nodes that made it, with their verdicts
  std::vector<NodeTrouble> other_nodes;  // what the rest did, where it is worth a word
};

// How long a request may be sent, in seconds.
inline constexpr std::uint64_t usual_life_s = std::uint64_t{60} * 60;
// One that is saved may wait for approvals.
inline constexpr std::uint64_t saved_life_s = std::uint64_t{24} * 60 * 60;

// `--life`, or what is usual. `usage` where it is no period, or longer than seven days.
enum class Sent { now, later };
[[nodiscard]] Outcome<std::uint64_t> life_of(const std::string& option, Sent sent);

struct StatementWish {
  statement::Kind kind;
  std::string profile;
  std::uint64_t life_s;
  statement::Body body;
};

// What the command line fills in: the root from the record, a random nonce, valid from now on.
// `usage` where the root's purpose is not that of the kind.
[[nodiscard]] Outcome<statement::Statement> new_statement(const ceremony::EpochRecord& record,
                                                          StatementWish wish);

// By what the requester says who he is.
struct Credentials {
  std::optional<Path> key;    // --key; without it, and without a token, `requester` in the home
  std::optional<Path> token;  // --token: a file, or "-"
  bool is_left_out = false;   // --unsigned: evidence is added later

  bool wants_key() const { return !is_left_out && (key || !token); }
};

// --record: for commands that sign.
void add_recording(CLI::App& command, Common& common);

void add_credentials(CLI::App& command, Credentials& credentials);
// --save, --life and --unsigned.
void add_saving(CLI::App& command, std::optional<Path>& save, std::string& life,
                Credentials& credentials);

// The statement with the requester's evidence. Asks no node.
[[nodiscard]] Outcome<request::Request> make_request(const Client& client,
                                                     const statement::Statement& statement,
                                                     const Credentials& credentials);
// Adds evidence to a request that somebody made before.
[[nodiscard]] Outcome<Done> add_evidence(const Client& client,
                                         const statement::Statement& statement,
                                         const Credentials& credentials, request::Request& request);

// A request that waits for approvals is kept in `requests/` of the home.
[[nodiscard]] Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                                      const statement::Statement& statement,
                                      const Credentials& credentials);
// A request that somebody made before, and its file.
[[nodiscard]] Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                                      const statement::Statement& statement,
                                      const request::Request& request, const Path& file);

Trouble trouble_of(const coordinator::Report& report);

// `signed by alpha, bravo (2 of 3)`
std::string signers_in_words(const ceremony::EpochRecord& record, const Signature& signature);
// request, root, signers, nodes: what every signing command answers with.
Json json_of(const ceremony::EpochRecord& record, const Signature& signature);
// Says who lied or failed beside a signature that came about all the same.
void note_others(const Console& console, const Signature& signature);

}  // namespace quorate::cli

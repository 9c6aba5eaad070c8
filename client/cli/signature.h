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
  std::vector<std::string> signers;      // the nodes that made it
  std::vector<NodeTrouble> other_nodes;  // what the rest did, where it is worth a word
};

// What the command line fills in: the root from the record, a random nonce, valid from now on for
// an hour. `usage` where the root's purpose is not that of the kind.
[[nodiscard]] Outcome<statement::Statement> new_statement(const ceremony::EpochRecord& record,
                                                          statement::Kind kind,
                                                          const std::string& profile,
                                                          statement::Body body);

// The statement with the requester's evidence. Asks no node.
[[nodiscard]] Outcome<request::Request> make_request(const Client& client,
                                                     const statement::Statement& statement,
                                                     const std::optional<Path>& key);

[[nodiscard]] Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                                      const statement::Statement& statement,
                                      const std::optional<Path>& key);
// A request that somebody made before.
[[nodiscard]] Outcome<Signature> sign(Client& client, const ceremony::EpochRecord& record,
                                      const statement::Statement& statement,
                                      const request::Request& request);

Trouble trouble_of(const coordinator::Report& report);

// `signed by alpha, bravo (2 of 3)`
std::string signers_in_words(const ceremony::EpochRecord& record, const Signature& signature);
// request, root, signers, nodes: what every signing command answers with.
Json json_of(const ceremony::EpochRecord& record, const Signature& signature);
// Says who lied or failed beside a signature that came about all the same.
void note_others(const Console& console, const Signature& signature);

}  // namespace quorate::cli

// A client in the test's own hands. It speaks to real nodes over the channel that every client
// uses, and says to each of them what the test wants it to say: `quorate` itself would never.

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/driver/quorum.h"
#include "client/home/home.h"
#include "client/home/roster.h"
#include "crypto/base/code.h"
#include "crypto/ed25519/signing_key.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/record/signed_verdict.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"
#include "tests/support/person.h"

namespace quorate::testing {

// What a node said to `sign`.
struct Said {
  std::string code;  // `signed`, or the name of the refusal
  std::string reason;
  std::optional<frost::Partial> partial;
  std::optional<record::Verdict> verdict;  // it holds, where there is one
};

class Hand {
 public:
  // The roster, the identity and the roots of a client's home.
  explicit Hand(const std::filesystem::path& home);

  ceremony::EpochRecord root(const std::string& name) const;
  const home::RosterNode& node(const std::string& name) const;
  const home::Roster& roster() const { return roster_; }

  // Throws where no answer comes.
  wire::v1::Answer ask(const std::string& node, wire::v1::Ask ask);

  // One fresh commitment of each, in the order of the root's members.
  std::vector<frost::Commitment> commitments(const ceremony::EpochRecord& root,
                                             const std::vector<std::string>& nodes);
  Said sign(const std::string& node, const ceremony::EpochRecord& root, ByteView request,
            const std::vector<frost::Commitment>& commitments);

 private:
  home::Home home_;
  home::Roster roster_;
  std::unique_ptr<driver::Quorum> quorum_;
};

// Valid for an hour from now, with a nonce of its own. The body fits the kind.
statement::Statement statement_for(const ceremony::EpochRecord& root, statement::Kind kind,
                                   statement::Body body);

request::Evidence asked_by(const Person& who, ByteView statement);
// From now for an hour.
request::Evidence approved_by(const Person& who, const statement::Statement& statement);
// An encoded request; the evidence in whatever order.
Bytes request_of(const statement::Statement& statement, std::vector<request::Evidence> evidence);

Bytes to_be_signed(const statement::Statement& statement);

// Whether these partials make a signature over that, by the ordinary algorithm.
bool is_a_signature(const ceremony::EpochRecord& root, const Bytes& to_be_signed,
                    const std::vector<frost::Commitment>& commitments,
                    const std::vector<frost::Partial>& partials);

}  // namespace quorate::testing

// Answers of nodes as the events of the cores: decoded once, here, into types that cannot be wrong.
// What does not decode becomes MalformedAnswer.

#pragma once

#include <string>

#include "client/audit/cosigning.h"
#include "client/audit/pull.h"
#include "client/ceremony/leader.h"
#include "client/coordinator/coordinator.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::driver {

// To Commit and SignRequest for this root and epoch.
coordinator::Event signing_event(const ceremony::EpochRecord& record, frost::Identifier node,
                                 const wire::v1::Answer& answer);

// To CeremonyAsk.
leader::Event ceremony_event(frost::Identifier member, const wire::v1::Answer& answer);

// To History and Cosign. A refusal is an error here: there is nothing else to make of it.
[[nodiscard]] Result<audit::Page> decode_history(const wire::v1::Answer& answer);
[[nodiscard]] Result<audit::CosignAnswer> decode_cosigned(const wire::v1::Answer& answer);

// What a node refused with, as an error: `requester_not_allowed: nobody knows you`.
Error refusal(const wire::v1::Refused& refused);

// The other way.
wire::v1::Ask commit_ask(const ceremony::EpochRecord& record);
wire::v1::Ask sign_ask(const ceremony::EpochRecord& record, ByteView request,
                       const std::vector<frost::Commitment>& commitments);
wire::v1::Ask ceremony_ask(const leader::Ask& ask);
wire::v1::Ask history_ask(const audit::HistoryAsk& ask);
wire::v1::Ask cosign_ask(const audit::CosignAsk& ask);

// What others wrote, for a terminal: whatever is no printable ASCII stands there as \x...
std::string printable(std::string_view text);

}  // namespace quorate::driver

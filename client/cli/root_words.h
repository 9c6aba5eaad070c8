// A root as people and programs see it.

#pragma once

#include <string>

#include "client/cli/console.h"
#include "client/home/roster.h"
#include "proto/ceremony/epoch_record.h"

namespace quorate::cli {

std::string root_in_words(const home::Roster& roster, const ceremony::EpochRecord& record);
Json json_of(const home::Roster& roster, const ceremony::EpochRecord& record);

// `ssh-ed25519 AAAA... NAME`: a line of authorized_keys, and of TrustedUserCAKeys.
std::string ssh_line(const ceremony::EpochRecord& record);
// RFC 8410: SubjectPublicKeyInfo of an Ed25519 key.
std::string pem(const ceremony::EpochRecord& record);
// RFC 8037: an octet key pair's public half.
Json jwk(const ceremony::EpochRecord& record);

}  // namespace quorate::cli

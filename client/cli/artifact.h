// What a signature becomes, as stock tools read it.

#pragma once

#include <string>

#include "client/cli/arguments.h"
#include "client/cli/signature.h"
#include "proto/ceremony/epoch_record.h"
#include "proto/statement/statement.h"

namespace quorate::cli {

struct Artifact {
  std::string text;  // the file's content
  std::string kind;  // `file signature`, `SSH user certificate`: what people call it
};

// The statement's kind is one of the certificates', or `file`. `comment` goes to the end of a
// certificate's line.
Artifact artifact_of(const ceremony::EpochRecord& record, const statement::Statement& statement,
                     const Signature& signature, const std::string& comment);

enum class Overwrite { no, yes };

// Asked before anything is signed, so that no signature is made for nothing: `usage` where the file
// exists and must stay. "-" is standard output.
[[nodiscard]] Outcome<Done> check_target(const Path& path, Overwrite overwrite);
[[nodiscard]] Outcome<Done> write_artifact(const Artifact& artifact, const Path& path,
                                           Overwrite overwrite);

// Writes the artifact, and tells: in words, or as JSON with `extra` in it.
[[nodiscard]] Outcome<Exit> deliver(const Client& client, const ceremony::EpochRecord& record,
                                    const statement::Statement& statement,
                                    const Signature& signature, const Artifact& artifact,
                                    const Path& target, Overwrite overwrite);

// --save: the request in a file, nothing sent.
[[nodiscard]] Outcome<Exit> save_request(const Client& client, const request::Request& request,
                                         const Path& file, Overwrite overwrite);

}  // namespace quorate::cli

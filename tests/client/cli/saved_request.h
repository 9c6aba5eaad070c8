// A request on disk, as --save writes it.

#pragma once

#include <filesystem>
#include <string>

#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace quorate::cli {

// For a file under the root of a dealt key, valid for an hour from now on.
statement::Statement a_statement();

// Makes the key with ssh-keygen.
std::filesystem::path make_key(const std::filesystem::path& path);

// Asked for by the key; by nobody where that is empty.
request::Request a_request(const statement::Statement& statement, const std::filesystem::path& key);

void save(const std::filesystem::path& path, const request::Request& request);

// `header.claims.signature` of these claims, signed by nobody.
std::string a_token(const std::string& claims);

}  // namespace quorate::cli

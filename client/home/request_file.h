// Requests as files, to be shown, approved and sent later: the armour of docs/protocol.md.

#pragma once

#include "client/home/file.h"
#include "crypto/base/result.h"
#include "proto/request/request.h"

namespace quorate::home {

// Fails as read_file() and request::decode_armour() do; the message names the file.
[[nodiscard]] Result<request::Request> read_request(const Path& path);
[[nodiscard]] Status write_request(const Path& path, const request::Request& request,
                                   Existing existing);

}  // namespace quorate::home

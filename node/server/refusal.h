// What the server itself refuses, before or instead of the core.

#pragma once

#include "crypto/base/result.h"
#include "proto/wire/quorate.pb.h"

namespace quorate::server {

// The code travels (100 and up).
inline wire::v1::Answer refusal(const Error& error) {
  wire::v1::Answer answer;
  answer.mutable_refused()->set_code(number(error.code));
  answer.mutable_refused()->set_reason(error.message);
  return answer;
}

}  // namespace quorate::server

// Requests: whatever is accepted has one form, as bytes and as a file, and its evidence is judged
// without a stumble.

#include <optional>
#include <string>

#include "proto/request/approval.h"
#include "proto/request/judgement.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

// Every key has an owner, so that the judgement goes as far as it can.
class Owners final : public request::People {
 public:
  std::optional<std::string> person_of(const ssh::PublicKey& key) const override {
    return key.fingerprint();
  }
};

}  // namespace

void request(ByteView input) {
  if (const auto approval = request::decode_approval(input)) {
    same(request::encode(*approval), input);
  } else {
    refused(approval.error(), {Code::malformed, Code::evidence_malformed});
  }
  if (const auto file = request::decode_armour(text_of(input))) {
    same(request::armour(*file), input);
  } else {
    refused(file.error(), {Code::malformed, Code::too_large});
  }
  const auto request = request::decode(input);
  if (!request) return refused(request.error(), {Code::malformed, Code::too_large});
  same(request::encode(*request), input);
  const auto from_file = request::decode_armour(request::armour(*request));
  QUORATE_INVARIANT(from_file && *from_file == *request);

  const auto statement = statement::parse(request->statement);
  if (!statement) return;
  const auto judged = request::judge_evidence(*request, *statement, Owners(), request::NoTokens());
  if (!judged) {
    const auto code = number(judged.error().code);
    QUORATE_INVARIANT(code >= 200 && code < 300);  // evidence, and nothing else
    return refused(judged.error(), {judged.error().code});
  }
  QUORATE_INVARIANT(!judged->requesters.empty() && !judged->person.empty());
}

}  // namespace quorate::fuzz

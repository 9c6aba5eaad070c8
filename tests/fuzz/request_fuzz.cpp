// Requests: whatever is accepted encodes to the same bytes again, as bytes and as a file, and its
// evidence is judged without a stumble.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "crypto/base/invariant.h"
#include "proto/request/judgement.h"
#include "proto/request/request.h"
#include "proto/statement/statement.h"

namespace {

// Every key has an owner, so that the judgement goes as far as it can.
class Owners final : public quorate::request::People {
 public:
  std::optional<std::string> person_of(const quorate::ssh::PublicKey& key) const override {
    return key.fingerprint();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = quorate::request::decode(quorate::ByteView(data, size));
  if (!request) return 0;
  const quorate::Bytes again = quorate::request::encode(*request);
  QUORATE_INVARIANT(again.size() == size && std::equal(again.begin(), again.end(), data));
  const auto from_file = quorate::request::decode_armour(quorate::request::armour(*request));
  QUORATE_INVARIANT(from_file && *from_file == *request);
  const auto statement = quorate::statement::parse(request->statement);
  if (!statement) return 0;
  const auto judged = quorate::request::judge_evidence(*request, *statement, Owners(),
                                                       quorate::request::NoTokens());
  if (judged) QUORATE_INVARIANT(!judged->requesters.empty() && !judged->person.empty());
  return 0;
}

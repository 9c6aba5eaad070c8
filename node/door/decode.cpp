#include <algorithm>

#include "node/door/door.h"
#include "proto/wire/convert.h"
#include "proto/wire/decode.h"

namespace quorate::node {

using layout::Signed;
namespace v1 = wire::v1;

namespace {

Bytes bytes(const std::string& field) {
  const ByteView view = wire::view(field);
  return Bytes(view.begin(), view.end());
}

Result<ByteArray<32>> id(const std::string& field, std::string_view what) {
  if (field.size() != 32) {
    return fail(Code::malformed,
                std::string(what) + " has 32 bytes, not " + std::to_string(field.size()));
  }
  ByteArray<32> out;
  std::copy(field.begin(), field.end(), out.begin());
  return out;
}

// Nobody honest needs more, and each costs work before anything is judged: a quorum has at most 64
// members, a member sends at most one message of a step, and evidence is a handful of them.
constexpr int most_commitments = 64;
constexpr int most_messages = 128;
constexpr int most_administrators = 16;
constexpr int most_published = 16;
constexpr int most_hashes = 64;

Status check_count(int count, int most, std::string_view what) {
  if (count <= most) return Done{};
  return fail(Code::too_large, std::to_string(count) + " " + std::string(what) + ", at most " +
                                   std::to_string(most));
}

std::vector<Bytes> list(const google::protobuf::RepeatedPtrField<std::string>& fields) {
  std::vector<Bytes> out;
  for (const std::string& field : fields) out.push_back(bytes(field));
  return out;
}

template <typename Step>
Result<CeremonyAsk> decode_messages(const v1::Messages& message) {
  QUORATE_CHECK(check_count(message.messages_size(), most_messages, "messages"));
  QUORATE_TRY(const ByteArray<32> ceremony, id(message.ceremony(), "a ceremony's id"));
  QUORATE_TRY(std::vector<Signed> messages, wire::decode(message.messages()));
  return CeremonyAsk(Step{ceremony, std::move(messages)});
}

Result<CeremonyAsk> decode_open(const v1::Open& message) {
  if (!message.operator_().empty()) {
    return fail(Code::malformed, "a ceremony of kind create takes no operator's word");
  }
  QUORATE_CHECK(check_count(message.administrators_size(), most_administrators, "signatures"));
  return CeremonyAsk(Open{bytes(message.proposal()), list(message.administrators())});
}

Result<CeremonyAsk> decode_activate(const v1::Activate& message) {
  for (const int count : {message.hellos_size(), message.deals_size(), message.confirms_size()}) {
    QUORATE_CHECK(check_count(count, most_messages, "messages"));
  }
  ceremony::Certificate certificate{bytes(message.proposal()), {}, {}, {}};
  QUORATE_TRY(certificate.hellos, wire::decode(message.hellos()));
  QUORATE_TRY(certificate.deals, wire::decode(message.deals()));
  QUORATE_TRY(certificate.confirms, wire::decode(message.confirms()));
  return CeremonyAsk(Activate{std::move(certificate)});
}

Result<CeremonyAsk> decode_reject(const v1::Reject& message) {
  QUORATE_TRY(const ByteArray<32> ceremony, id(message.ceremony(), "a ceremony's id"));
  return CeremonyAsk(Reject{ceremony, bytes(message.signature())});
}

Result<CeremonyAsk> decode_ceremony(const v1::CeremonyAsk& message) {
  switch (message.step_case()) {
    case v1::CeremonyAsk::kOpen: return decode_open(message.open());
    case v1::CeremonyAsk::kHellos: return decode_messages<Hellos>(message.hellos());
    case v1::CeremonyAsk::kDeals: return decode_messages<Deals>(message.deals());
    case v1::CeremonyAsk::kActivate: return decode_activate(message.activate());
    case v1::CeremonyAsk::kReject: return decode_reject(message.reject());
    case v1::CeremonyAsk::kFetch: {
      QUORATE_TRY(const ByteArray<32> ceremony, id(message.fetch(), "a ceremony's id"));
      return CeremonyAsk(Fetch{ceremony});
    }
    case v1::CeremonyAsk::kEvidence: return decode_messages<Evidence>(message.evidence());
    case v1::CeremonyAsk::STEP_NOT_SET: break;
  }
  return fail(Code::malformed, "a ceremony's ask without a step");
}

}  // namespace

Result<Ask> decode(const v1::Ask& message) {
  switch (message.body_case()) {
    case v1::Ask::kDescribe: return Ask(Describe{});
    case v1::Ask::kCommit: {
      QUORATE_TRY(const RootId root, id(message.commit().root(), "a root id"));
      return Ask(Commit{root, message.commit().epoch(), message.commit().count()});
    }
    case v1::Ask::kSign: {
      const v1::SignRequest& sign = message.sign();
      QUORATE_CHECK(check_count(sign.commitments_size(), most_commitments, "commitments"));
      QUORATE_TRY(const RootId root, id(sign.root(), "a root id"));
      return Ask(
          SignAsk{bytes(sign.request()), root, sign.epoch(), wire::decode(sign.commitments())});
    }
    case v1::Ask::kCeremony: {
      QUORATE_TRY(CeremonyAsk step, decode_ceremony(message.ceremony()));
      return Ask(std::move(step));
    }
    case v1::Ask::kHistory:
      return Ask(History{message.history().from(), message.history().count(),
                         message.history().consistent_with()});
    case v1::Ask::kPublish: {
      const v1::Publish& publish = message.publish();
      QUORATE_CHECK(check_count(publish.signatures_size(), most_published, "signatures"));
      return Ask(Publish{publish.type(), bytes(publish.payload()), list(publish.signatures())});
    }
    case v1::Ask::kCosign: {
      const v1::Cosign& cosign = message.cosign();
      QUORATE_CHECK(check_count(cosign.consistency_size(), most_hashes, "hashes"));
      Cosign ask{cosign.checkpoint(), cosign.from(), {}};
      for (const std::string& field : cosign.consistency()) {
        QUORATE_TRY(const auto hash, id(field, "a hash"));
        ask.consistency.push_back(hash);
      }
      return Ask(std::move(ask));
    }
    case v1::Ask::BODY_NOT_SET: break;
  }
  return fail(Code::malformed, "an ask without a body");
}

}  // namespace quorate::node

#include "proto/wire/convert.h"

#include <algorithm>

#include "proto/wire/decode.h"

namespace quorate::wire {
namespace {

template <typename Typed, typename Message>
Result<std::vector<Typed>> decode_all(const google::protobuf::RepeatedPtrField<Message>& messages) {
  std::vector<Typed> out;
  out.reserve(static_cast<std::size_t>(messages.size()));
  for (const Message& message : messages) {
    QUORATE_TRY(Typed typed, decode(message));
    out.push_back(std::move(typed));
  }
  return out;
}

}  // namespace

Result<frost::Commitment> decode(const v1::Commitment& message) {
  QUORATE_TRY(const frost::Identifier signer, frost::Identifier::make(message.participant()));
  QUORATE_TRY(const ed25519::Point hiding, ed25519::Point::parse(view(message.hiding())));
  QUORATE_TRY(const ed25519::Point binding, ed25519::Point::parse(view(message.binding())));
  return frost::Commitment{signer, hiding, binding};
}

Result<layout::Signed> decode(const v1::Signed& message) {
  layout::Signed out;
  if (message.signature().size() != out.signature.size()) {
    return fail(Code::malformed,
                "a signature has 64 bytes, this one " + std::to_string(message.signature().size()));
  }
  append(out.body, view(message.body()));
  const ByteView signature = view(message.signature());
  std::copy(signature.begin(), signature.end(), out.signature.begin());
  return out;
}

Result<std::vector<frost::Commitment>> decode(
    const google::protobuf::RepeatedPtrField<v1::Commitment>& messages) {
  return decode_all<frost::Commitment>(messages);
}

Result<std::vector<layout::Signed>> decode(
    const google::protobuf::RepeatedPtrField<v1::Signed>& messages) {
  return decode_all<layout::Signed>(messages);
}

v1::Commitment message_of(const frost::Commitment& commitment) {
  v1::Commitment out;
  out.set_participant(commitment.signer.number());
  out.set_hiding(field(commitment.hiding.bytes()));
  out.set_binding(field(commitment.binding.bytes()));
  return out;
}

v1::Signed message_of(const layout::Signed& signed_body) {
  v1::Signed out;
  out.set_body(field(signed_body.body));
  out.set_signature(field(signed_body.signature));
  return out;
}

}  // namespace quorate::wire

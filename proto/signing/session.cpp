#include "proto/signing/session.h"

#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::signing {

layout::Hash document(ByteView to_be_signed) { return layout::hash("tbs", to_be_signed); }

layout::Hash session(const ByteArray<32>& root_id, const frost::Package& package) {
  layout::Writer writer;
  writer.raw(root_id)
      .u64(static_cast<std::uint64_t>(package.epoch()))
      .raw(document(package.message()))
      .count(package.commitments().size());  // a package holds exactly t
  for (const frost::Commitment& commitment : package.commitments()) {
    writer.u16(commitment.signer.number())
        .raw(commitment.hiding.bytes())
        .raw(commitment.binding.bytes());
  }
  return layout::hash("session", writer.bytes());
}

Bytes encode(const PartialBody& body) {
  return layout::Writer()
      .raw(body.session)
      .u16(body.partial.signer.number())
      .raw(body.partial.value.bytes())
      .bytes();
}

Result<PartialBody> decode_partial(ByteView bytes) {
  layout::Reader reader(bytes);
  QUORATE_TRY(const layout::Hash session, reader.array<32>("session"));
  QUORATE_TRY(const std::uint16_t number, reader.u16("sender"));
  QUORATE_TRY(const ByteView z, reader.raw(32, "z"));
  QUORATE_CHECK(reader.finish("the partial"));
  QUORATE_TRY(const frost::Identifier sender, frost::Identifier::make(number));
  QUORATE_TRY(const ed25519::Scalar value, ed25519::Scalar::parse(z));
  return PartialBody{session, {sender, value}};
}

}  // namespace quorate::signing

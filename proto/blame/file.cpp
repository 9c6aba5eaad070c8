// The evidence as bytes, and as a file.

#include "proto/blame/blame.h"
#include "proto/document/armour.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::blame {
namespace {

constexpr std::string_view armour_label = "QUORATE BLAME";
constexpr std::uint8_t version = 1;
constexpr std::uint8_t wrong_partial = 1;  // the only kind there is
constexpr std::size_t most_members = 64;
constexpr std::size_t record_limit = std::size_t{16} * 1024;
constexpr std::size_t body_limit = 256;

void put(layout::Writer& out, const frost::Commitment& commitment) {
  out.u16(commitment.signer.number())
      .raw(commitment.hiding.bytes())
      .raw(commitment.binding.bytes());
}

Result<frost::Commitment> read_commitment(layout::Reader& in) {
  QUORATE_TRY(const std::uint16_t number, in.u16("participant"));
  QUORATE_TRY(const frost::Identifier signer, frost::Identifier::make(number));
  QUORATE_TRY(const ByteView hiding, in.raw(32, "hiding commitment"));
  QUORATE_TRY(const ByteView binding, in.raw(32, "binding commitment"));
  QUORATE_TRY(const ed25519::Point hiding_point, ed25519::Point::parse(hiding));
  QUORATE_TRY(const ed25519::Point binding_point, ed25519::Point::parse(binding));
  return frost::Commitment{signer, hiding_point, binding_point};
}

Result<layout::Signed> read_signed(layout::Reader& in) {
  QUORATE_TRY(const ByteView body, in.blob(body_limit, "partial body"));
  QUORATE_TRY(const ed25519::Signature signature, in.array<64>("signature"));
  return layout::Signed{Bytes(body.begin(), body.end()), signature};
}

}  // namespace

Bytes encode(const WrongPartial& evidence) {
  layout::Writer out;
  out.u8(version).u8(wrong_partial);
  out.blob(ceremony::encode(evidence.record)).blob(evidence.to_be_signed);
  out.count(evidence.commitments.size());
  for (const frost::Commitment& commitment : evidence.commitments) put(out, commitment);
  out.blob(evidence.partial.body).raw(evidence.partial.signature);
  out.u8(evidence.certificate ? 1 : 0);
  if (evidence.certificate) out.blob(ceremony::encode(*evidence.certificate));
  return std::move(out).bytes();
}

Result<WrongPartial> decode(ByteView bytes) {
  layout::Reader in(bytes);
  QUORATE_TRY(const std::uint8_t found_version, in.u8("version"));
  QUORATE_TRY(const std::uint8_t kind, in.u8("kind"));
  if (found_version != version || kind != wrong_partial) {
    return fail(Code::malformed, "this evidence is of a version or kind that is not known here");
  }
  QUORATE_TRY(const ByteView record_bytes, in.blob(record_limit, "epoch record"));
  QUORATE_TRY(ceremony::EpochRecord record, ceremony::decode_epoch_record(record_bytes));
  QUORATE_TRY(const ByteView to_be_signed, in.blob(to_be_signed_limit, "signed bytes"));
  QUORATE_TRY(const std::uint16_t count, in.count(most_members, "commitments"));
  std::vector<frost::Commitment> commitments;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(frost::Commitment commitment, read_commitment(in));
    commitments.push_back(std::move(commitment));
  }
  QUORATE_TRY(layout::Signed partial, read_signed(in));
  QUORATE_TRY(const std::uint8_t has_certificate, in.u8("certificate"));
  if (has_certificate > 1) {
    return fail(Code::malformed, "certificate: expected 0 or 1 in front of it");
  }
  std::optional<ceremony::Certificate> certificate;
  if (has_certificate == 1) {
    QUORATE_TRY(const ByteView inside, in.blob(ceremony::certificate_limit, "certificate"));
    QUORATE_TRY(certificate, ceremony::decode_certificate(inside));
  }
  QUORATE_CHECK(in.finish("the evidence"));
  return WrongPartial{std::move(record), Bytes(to_be_signed.begin(), to_be_signed.end()),
                      std::move(commitments), std::move(partial), std::move(certificate)};
}

std::string armour(const WrongPartial& evidence) {
  return ssh::armour(armour_label, encode(evidence));
}

Result<WrongPartial> decode_armour(std::string_view file) {
  QUORATE_TRY(const Bytes bytes, ssh::from_armour(armour_label, file, size_limit));
  return decode(bytes);
}

}  // namespace quorate::blame

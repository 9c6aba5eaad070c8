#include "proto/ceremony/certificate.h"

#include "proto/ceremony/limits.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::ceremony {
namespace {

constexpr std::size_t body_limit = std::size_t{32} * 1024;  // a deal of 64 members has 8 KiB

void put(layout::Writer& out, const std::vector<Signed>& messages) {
  out.count(messages.size());
  for (const Signed& message : messages) out.blob(message.body).raw(message.signature);
}

Result<std::vector<Signed>> read(layout::Reader& in, std::string_view field) {
  QUORATE_TRY(const std::uint16_t count, in.count(most_members, field));
  std::vector<Signed> messages;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const ByteView body, in.blob(body_limit, field));
    QUORATE_TRY(const ed25519::Signature signature, in.array<64>(field));
    messages.push_back({Bytes(body.begin(), body.end()), signature});
  }
  return messages;
}

}  // namespace

Bytes encode(const Certificate& certificate) {
  layout::Writer out;
  out.blob(certificate.proposal);
  put(out, certificate.hellos);
  put(out, certificate.deals);
  put(out, certificate.confirms);
  return std::move(out).bytes();
}

Result<Certificate> decode_certificate(ByteView bytes) {
  if (bytes.size() > certificate_limit) {
    return fail(Code::too_large, "a certificate of a ceremony has at most 2 MiB");
  }
  layout::Reader in(bytes);
  QUORATE_TRY(const ByteView proposal, in.blob(body_limit, "proposal"));
  Certificate certificate{Bytes(proposal.begin(), proposal.end()), {}, {}, {}};
  QUORATE_TRY(certificate.hellos, read(in, "hellos"));
  QUORATE_TRY(certificate.deals, read(in, "deals"));
  QUORATE_TRY(certificate.confirms, read(in, "confirms"));
  QUORATE_CHECK(in.finish("the certificate"));
  return certificate;
}

Checked<EpochRecord> verify(const Certificate& certificate) {
  const Result<Proposal> proposal = decode_proposal(certificate.proposal);
  if (!proposal) return tl::unexpected(Fault{proposal.error(), std::nullopt});
  if (const Status form = check_create(*proposal); !form) {
    return tl::unexpected(Fault{form.error(), std::nullopt});
  }
  const auto hellos = check_hellos(*proposal, certificate.hellos);
  if (!hellos) return tl::unexpected(hellos.error());
  auto deals = check_deals(*proposal, hellos->hash, certificate.deals);
  if (!deals) return tl::unexpected(deals.error());
  if (auto confirms = check_confirms(deals->record, certificate.confirms); !confirms) {
    return tl::unexpected(confirms.error());
  }
  return std::move(deals->record);
}

}  // namespace quorate::ceremony

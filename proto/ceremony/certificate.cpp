#include "proto/ceremony/certificate.h"

namespace quorate::ceremony {

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

#include "client/driver/certificates.h"

#include "client/driver/answer.h"
#include "client/driver/description.h"
#include "client/driver/round.h"

namespace quorate::driver {
namespace {

// Which ceremony of this node ended with a root of that name.
std::optional<ceremony::Id> ceremony_of(const wire::v1::Answer& answer, const Link& link,
                                        const ceremony::EpochRecord& record) {
  if (!answer.has_description()) return std::nullopt;
  const Result<Description> description = decode(answer.description(), link.node());
  if (!description) return std::nullopt;
  for (const DescribedCeremony& one : description->ceremonies) {
    if (one.state == "active" && one.proposal.root == record.root) {
      return ceremony::id(one.proposal);
    }
  }
  return std::nullopt;
}

}  // namespace

Result<ceremony::Certificate> fetch_certificate(Quorum& quorum, const std::vector<Link*>& nodes,
                                                const ceremony::EpochRecord& record,
                                                Milliseconds timeout) {
  std::vector<Question> questions;
  for (Link* const link : nodes) {
    wire::v1::Ask ask;
    ask.mutable_describe();
    questions.push_back({link, std::move(ask)});
  }
  const auto described = ask_all(quorum, std::move(questions), timeout, Patience::first_failure);
  std::vector<Question> fetches;
  for (std::size_t i = 0; i < described.size(); ++i) {
    if (!described[i]) continue;
    const auto id = ceremony_of(*described[i], *nodes[i], record);
    if (id) fetches.push_back({nodes[i], ceremony_ask(leader::Fetch{*id})});
  }
  const frost::Identifier anybody = record.members.members.front().index;
  for (const auto& answer : ask_all(quorum, std::move(fetches), timeout, Patience::first_failure)) {
    if (!answer) continue;
    const leader::Event event = ceremony_event(anybody, *answer);
    const auto* known = std::get_if<leader::KnownArrived>(&event);
    if (known == nullptr) continue;
    const auto certified = ceremony::verify(known->known);
    if (certified && *certified == record) return known->known;
  }
  return fail(Code::evidence_missing, "no node that was asked shows the certificate of the root " +
                                          record.root + " to this client");
}

}  // namespace quorate::driver

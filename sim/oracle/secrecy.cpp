#include "sim/oracle/secrecy.h"

#include <algorithm>

#include "proto/ceremony/message.h"
#include "proto/ceremony/proposal.h"
#include "proto/request/request.h"
#include "proto/signing/session.h"
#include "proto/statement/root_id.h"
#include "proto/statement/statement.h"
#include "proto/statement/to_be_signed.h"

namespace quorate::sim {
namespace {

// Built anew from the request, as a client would.
std::optional<Bytes> bytes_to_sign(const node::SignAsk& ask) {
  const auto request = request::decode(ask.request);
  if (!request) return std::nullopt;
  const auto statement = statement::parse(request->statement);
  const auto key = statement::ed25519_root(ask.root);
  if (!statement || !key) return std::nullopt;
  const auto bytes = statement::to_be_signed(*statement, *key);
  if (!bytes) return std::nullopt;
  return *bytes;
}

}  // namespace

void Secrecy::created(const ceremony::Certificate& certificate, const ceremony::EpochRecord& record,
                      const std::vector<ed25519::Point>& corrupt) {
  const auto proposal = ceremony::decode_proposal(certificate.proposal);
  if (!proposal) return;
  const auto is_corrupt = [&](const ceremony::Member& member) {
    return std::find(corrupt.begin(), corrupt.end(), member.identity) != corrupt.end();
  };
  Known known{record, {}, {}, {}, {}};
  for (const layout::Signed& message : certificate.deals) {
    const auto deal = ceremony::decode_deal(*proposal, message.body);
    if (!deal) return;
    for (const ceremony::Member& member : record.members.members) {
      if (member.index == deal->sender && !is_corrupt(member)) {
        known.honest_deals.push_back(deal->commitments);
      }
    }
  }
  if (known.honest_deals.empty()) return;
  known.root = root_form(known.honest_deals);
  for (const ceremony::Member& member : record.members.members) {
    if (is_corrupt(member)) {
      for (const dkg::Commitments& deal : known.honest_deals) {
        known.span.learn(dealt_share(deal, member.index));
      }
    } else {
      known.shares.emplace(member.index, share_form(known.honest_deals, member.index));
    }
  }
  roots_.insert_or_assign(record.root_id(), std::move(known));
}

std::optional<std::string> Secrecy::learn(const node::SignAsk& ask,
                                          const node::PartialAnswer& answer) {
  const auto found = roots_.find(ask.root);
  const auto body = signing::decode_partial(answer.partial.body);
  const std::optional<Bytes> message = bytes_to_sign(ask);
  if (found == roots_.end() || !body || !message || !ask.commitments) return std::nullopt;
  Known& known = found->second;
  const auto package = frost::Package::make(known.record.quorum(), *message, *ask.commitments);
  const auto share = known.shares.find(body->partial.signer);
  if (!package || share == known.shares.end()) return std::nullopt;
  known.span.learn(partial_form(*package, body->partial.signer, share->second));
  if (known.span.is_known(known.root)) return "the secret of root " + known.record.root;
  if (known.span.is_known(share->second)) {
    return "the share of participant " + std::to_string(body->partial.signer.number()) +
           " of root " + known.record.root;
  }
  return std::nullopt;
}

}  // namespace quorate::sim

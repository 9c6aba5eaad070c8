// What auditors and other nodes get to see of the ledger.

#include "node/core/core.h"

namespace quorate::node {

using ed25519::Point;

Answer Core::answer(const Point& client, const History& ask, const Now& /*now*/) {
  const config::Client* known = parts_.config.find_client(client);
  if (known == nullptr || !known->roles.contains(config::ClientRole::auditor)) {
    return refused(Refusal{{Code::requester_not_allowed,
                            "this node shows its ledger only to clients with the role"
                            " \"auditor\""}});
  }
  auto history = ledger_->history(ask.from, ask.count, ask.consistent_with);
  if (!history) return refused(refusal(history.error()));
  HistoryAnswer shown{
      std::move(history->leaves), std::move(history->note), std::move(history->consistency), {}};
  for (store::VeiledText& text : history->texts) {
    shown.texts.push_back({text.salt, std::move(text.text)});
  }
  return shown;
}

Answer Core::answer(const Point& /*client*/, const Cosign& ask, const Now& now) {
  std::set<Point> members;  // of all roots that are this node's too
  for (const auto& [id, root] : roots_) {
    for (const ceremony::Member& member : root.record.members.members) {
      if (member.identity != parts_.identity.public_key()) members.insert(member.identity);
    }
  }
  auto line = cosigner_.cosign({ask.checkpoint, ask.from, ask.consistency}, members,
                               parts_.cosigner, now.wall_ms / 1000);
  if (!line) return refused(refusal(line.error()));
  return Cosigned{line->size, std::move(line->cosignature), std::move(line->contradicted)};
}

}  // namespace quorate::node

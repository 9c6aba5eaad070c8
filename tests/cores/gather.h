// One signature through the client's coordinator and the nodes' cores, in one thread.

#pragma once

#include <vector>

#include "proto/statement/root_id.h"
#include "proto/statement/to_be_signed.h"
#include "tests/cores/world.h"

namespace quorate::testing {

// Carries the coordinator's asks to the cores. Hosts that are down are unreachable.
inline coordinator::Action gather(World& world, const ceremony::EpochRecord& root,
                                  const statement::Statement& asked) {
  const Bytes request = world.request_for(asked, world.requester);
  const ssh::PublicKey key = statement::ed25519_root(root.root_id()).value();
  coordinator::Task task{root,
                         "test",
                         {},
                         statement::request_id(statement::encode(asked)),
                         statement::to_be_signed(asked, key).value()};
  for (std::uint16_t i = 0; i < world.hosts.size(); ++i) {
    task.names.emplace(frost::Identifier::make(i + 1u).value(), world.hosts[i]->name);
  }
  coordinator::Latencies latencies;
  auto coordinator = coordinator::Coordinator::make(std::move(task), latencies).value();
  std::vector<coordinator::Action> todo = coordinator.handle(world.clock_ms, coordinator::Start{});
  const auto carry = [&](frost::Identifier node, const node::Ask& ask) -> coordinator::Event {
    Host& host = *world.hosts[node.number() - 1u];
    if (!host.is_up()) return coordinator::Lost{node, "connection refused"};
    const node::Answer answer = host.handle(world.desk.public_key(), ask, world.now()).value();
    if (const auto* pairs = std::get_if<node::Commitments>(&answer)) {
      return coordinator::CommitmentsArrived{node, {pairs->boot, pairs->pairs}};
    }
    if (const auto* partial = std::get_if<node::PartialAnswer>(&answer)) {
      coordinator::Fresh fresh;
      if (partial->fresh) fresh = {partial->fresh->boot, partial->fresh->pairs};
      return coordinator::PartialArrived{node, partial->partial, partial->verdict, fresh};
    }
    const auto& refused = std::get<node::Refused>(answer);
    return coordinator::Refused{node, number(refused.refusal.error.code),
                                refused.refusal.error.message};
  };
  while (!todo.empty()) {
    const coordinator::Action action = todo.front();
    todo.erase(todo.begin());
    coordinator::Event event = coordinator::Tick{};
    if (const auto* commit = std::get_if<coordinator::AskCommitments>(&action)) {
      event = carry(commit->node, node::Commit{root.root_id(), root.members.epoch, 1});
    } else if (const auto* sign = std::get_if<coordinator::AskToSign>(&action)) {
      event = carry(sign->node,
                    node::SignAsk{request, root.root_id(), root.members.epoch, sign->commitments});
    } else if (const auto* wake = std::get_if<coordinator::WakeAt>(&action)) {
      if (!todo.empty()) continue;
      world.clock_ms = std::max(world.clock_ms, wake->time_ms);
    } else {
      return action;
    }
    for (coordinator::Action& next : coordinator.handle(world.clock_ms, event)) {
      todo.push_back(std::move(next));
    }
  }
  // Nobody can say anything more: the caller's patience ends.
  for (coordinator::Action& last : coordinator.handle(world.clock_ms, coordinator::Deadline{})) {
    return std::move(last);
  }
  ADD_FAILURE() << "the coordinator ended with nothing";
  return coordinator::Failed{};
}

}  // namespace quorate::testing

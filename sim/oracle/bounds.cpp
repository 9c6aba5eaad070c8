#include "sim/oracle/bounds.h"

#include <algorithm>

#include "proto/wire/frame.h"

namespace quorate::sim {
namespace {

constexpr std::size_t largest_batch = 256;  // as node/server has it
constexpr std::size_t most_pairs = 64;
constexpr std::size_t longest_reason = 1024;  // far above what people are told

std::optional<std::string> check(const std::optional<node::Commitments>& fresh) {
  if (fresh && fresh->pairs.size() > most_pairs) return "an answer holds too many commitments";
  return std::nullopt;
}

std::optional<std::string> check(const node::Refused& refused) {
  const Error& error = refused.refusal.error;
  if (!code_of_number(number(error.code))) {
    return "a refusal has a code that does not travel: " + std::string(name(error.code));
  }
  if (error.message.empty()) return "a refusal has no reason";
  if (error.message.size() > longest_reason) return "a refusal's reason is endless";
  const bool asks_to_wait = error.code == Code::busy;
  if (asks_to_wait && refused.refusal.wait_s > 3600) return "a node is busy for over an hour";
  return check(refused.fresh);
}

std::optional<std::string> check(const node::HistoryAnswer& history) {
  std::size_t size = 0;
  for (const Bytes& leaf : history.leaves) size += leaf.size();
  if (history.leaves.size() > 1000 || size > wire::longest_message) {
    return "an answer holds more of the ledger than a frame";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_unbounded(std::span<const node::Asked> asks,
                                          std::span<const std::optional<node::Answer>> answers) {
  if (asks.size() > largest_batch) return "a batch is too large";
  if (answers.size() != asks.size()) return "a core gave another number of answers than of asks";
  for (const std::optional<node::Answer>& answer : answers) {
    if (!answer) continue;
    std::optional<std::string> found;
    if (const auto* refused = std::get_if<node::Refused>(&*answer)) found = check(*refused);
    if (const auto* partial = std::get_if<node::PartialAnswer>(&*answer)) {
      found = check(partial->fresh);
    }
    if (const auto* pairs = std::get_if<node::Commitments>(&*answer)) found = check(*pairs);
    if (const auto* history = std::get_if<node::HistoryAnswer>(&*answer)) found = check(*history);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<std::string> find_unbounded(NodeHost& node) {
  if (!node.is_up()) return std::nullopt;
  const auto open = node.store().ceremonies().count_open("");
  if (open && open->in_all > node::Ceremonies::most_open) return "too many ceremonies are open";
  return std::nullopt;
}

}  // namespace quorate::sim

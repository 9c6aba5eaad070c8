#include "client/recording/recording.h"
#include "sim/replay/kinds.h"

namespace quorate::sim::replay {
namespace {

using recording::ClientEntry;
using recording::Entry;

// The core relies on its driver for these, and a file is no driver.
class Order {
 public:
  Status check(const Entry& entry, const coordinator::Event& event) {
    const bool is_start = std::holds_alternative<coordinator::Start>(event);
    if (is_start == has_started_) {
      return fail(Code::malformed, is_start ? "the coordinator starts a second time"
                                            : "the first event is not the start");
    }
    if (entry.time_ms < latest_ms_) return fail(Code::malformed, "an event before the one before");
    has_started_ = true;
    latest_ms_ = entry.time_ms;
    return Done{};
  }

 private:
  bool has_started_ = false;
  std::uint64_t latest_ms_ = 0;
};

Result<Entry> next_of(recording::Reader& reader, ClientEntry kind) {
  QUORATE_TRY(std::optional<Entry> entry, reader.next());
  if (!entry) return fail(Code::malformed, "the recording ends before it has begun");
  if (entry->kind != static_cast<std::uint8_t>(kind)) {
    return fail(Code::malformed,
                "entry " + std::to_string(reader.count()) + " is of another kind than its place");
  }
  return *std::move(entry);
}

}  // namespace

Status replay_client(recording::Reader& reader, const Teller& tell, Report& report) {
  QUORATE_TRY(const Entry first, next_of(reader, ClientEntry::task));
  QUORATE_TRY(recording::RecordedTask recorded, recording::decode_task(first.body));
  const coordinator::Task& task = recorded.task;
  QUORATE_TRY(coordinator::Coordinator coordinator,
              coordinator::Coordinator::make(task, recorded.latencies));
  tell("a request to root " + task.record.root + ", any " +
       std::to_string(task.record.members.threshold) + " of " +
       std::to_string(task.record.members.members.size()));
  Order order;
  while (true) {
    QUORATE_TRY(const std::optional<Entry> entry, reader.next());
    if (!entry) return Done{};
    if (entry->kind != static_cast<std::uint8_t>(ClientEntry::event)) {
      return fail(Code::malformed, "entry " + std::to_string(reader.count()) + " is no event");
    }
    QUORATE_TRY(const coordinator::Event event, recording::decode_event(entry->body));
    QUORATE_CHECK(order.check(*entry, event));
    const auto actions = coordinator.handle(entry->time_ms, event);
    const std::string at = time_in_words(entry->time_ms, first.time_ms);
    const std::string words = recording::in_words(task, event);
    tell(at + "  " + words);
    for (const coordinator::Action& action : actions) {
      tell("               " + recording::in_words(task, action));
    }
    QUORATE_TRY(const std::optional<Entry> then, reader.next());
    if (!then) return Done{};  // killed between the two
    if (then->kind != static_cast<std::uint8_t>(ClientEntry::actions)) {
      return fail(Code::malformed, "entry " + std::to_string(reader.count()) + " is no answer");
    }
    ++report.compared;
    if (then->body == recording::encode(actions)) continue;
    tell("               THEN IT DID SOMETHING ELSE");
    differs(report, reader.count(), "the coordinator does something else when " + words);
  }
}

}  // namespace quorate::sim::replay

#include "client/recording/recording.h"
#include "client/recording/tags.h"
#include "proto/layout/reader.h"

namespace quorate::recording {
namespace {

using coordinator::Event;
using coordinator::Fresh;
using frost::Identifier;
using layout::Reader;

constexpr std::size_t most_members = 64;
constexpr std::size_t most_pairs = 1024;  // what a frame holds is less
constexpr std::size_t longest_text = std::size_t{64} * 1024;
constexpr std::size_t longest_bytes = std::size_t{2} * 1024 * 1024;

Result<Identifier> read_node(Reader& in) {
  QUORATE_TRY(const std::uint16_t number, in.u16("node"));
  const Result<Identifier> node = Identifier::make(number);
  if (!node) return fail(Code::malformed, "a recording with the participant 0");
  return *node;
}

Result<ed25519::Point> read_point(Reader& in, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, in.raw(32, field));
  Result<ed25519::Point> point = ed25519::Point::parse(bytes);
  if (!point) return fail(Code::malformed, std::string(field) + " is no point");
  return *point;
}

Result<Bytes> read_bytes(Reader& in, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, in.blob(longest_bytes, field));
  return Bytes(bytes.begin(), bytes.end());
}

Result<std::string> read_text(Reader& in, std::string_view field) {
  QUORATE_TRY(const ByteView bytes, in.blob(longest_text, field));
  return std::string(text_of(bytes));
}

Result<frost::Commitment> read_commitment(Reader& in) {
  QUORATE_TRY(const Identifier signer, read_node(in));
  QUORATE_TRY(const ed25519::Point hiding, read_point(in, "hiding commitment"));
  QUORATE_TRY(const ed25519::Point binding, read_point(in, "binding commitment"));
  return frost::Commitment{signer, hiding, binding};
}

Result<Fresh> read_fresh(Reader& in) {
  Fresh fresh;
  QUORATE_TRY(fresh.boot, in.array<16>("boot"));
  QUORATE_TRY(const std::uint16_t count, in.count(most_pairs, "pairs"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const frost::Commitment pair, read_commitment(in));
    fresh.pairs.push_back(pair);
  }
  return fresh;
}

Result<Event> read_start(Reader& in) {
  coordinator::Start event;
  QUORATE_TRY(const std::uint16_t count, in.count(most_members, "cached pairs"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const Identifier who, read_node(in));
    if (!event.cached.empty() && !(event.cached.rbegin()->first < who)) {
      return fail(Code::malformed, "cached pairs that are not ascending");
    }
    QUORATE_TRY(const frost::Commitment commitment, read_commitment(in));
    QUORATE_TRY(const coordinator::Boot boot, in.array<16>("boot"));
    QUORATE_TRY(const std::uint64_t received_ms, in.u64("received_ms"));
    event.cached.emplace(who, coordinator::Pair{commitment, boot, received_ms});
  }
  return Event(std::move(event));
}

Result<Event> read_commitments(Reader& in) {
  QUORATE_TRY(const Identifier node, read_node(in));
  QUORATE_TRY(Fresh fresh, read_fresh(in));
  return Event(coordinator::CommitmentsArrived{node, std::move(fresh)});
}

Result<Event> read_partial(Reader& in) {
  QUORATE_TRY(const Identifier node, read_node(in));
  coordinator::PartialArrived event{node, {}, {}, {}};
  QUORATE_TRY(event.partial.body, read_bytes(in, "partial"));
  QUORATE_TRY(event.partial.signature, in.array<64>("signature"));
  QUORATE_TRY(event.verdict, read_bytes(in, "verdict"));
  QUORATE_TRY(event.fresh, read_fresh(in));
  return Event(std::move(event));
}

Result<Event> read_refused(Reader& in) {
  QUORATE_TRY(const Identifier node, read_node(in));
  coordinator::Refused event{node, 0, {}, 0, {}, {}, {}};
  QUORATE_TRY(event.code, in.u32("code"));
  QUORATE_TRY(event.reason, read_text(in, "reason"));
  QUORATE_TRY(event.wait_s, in.u32("wait_s"));
  QUORATE_TRY(event.fresh, read_fresh(in));
  QUORATE_TRY(event.verdict, read_bytes(in, "verdict"));
  QUORATE_TRY(event.salt, in.array<16>("salt"));
  return Event(std::move(event));
}

Result<Event> read_malformed(Reader& in) {
  QUORATE_TRY(const Identifier node, read_node(in));
  QUORATE_TRY(std::string why, read_text(in, "why"));
  return Event(coordinator::MalformedAnswer{node, std::move(why)});
}

Result<Event> read_lost(Reader& in) {
  QUORATE_TRY(const Identifier node, read_node(in));
  QUORATE_TRY(std::string why, read_text(in, "why"));
  return Event(coordinator::Lost{node, std::move(why)});
}

Result<Event> read_event(Reader& in) {
  QUORATE_TRY(const std::uint8_t tag, in.u8("event"));
  switch (static_cast<EventTag>(tag)) {
    case EventTag::start: return read_start(in);
    case EventTag::commitments: return read_commitments(in);
    case EventTag::partial: return read_partial(in);
    case EventTag::refused: return read_refused(in);
    case EventTag::malformed: return read_malformed(in);
    case EventTag::lost: return read_lost(in);
    case EventTag::reconnected: {
      QUORATE_TRY(const Identifier node, read_node(in));
      return Event(coordinator::Reconnected{node});
    }
    case EventTag::tick: return Event(coordinator::Tick{});
    case EventTag::deadline: return Event(coordinator::Deadline{});
  }
  return fail(Code::malformed, "an event of a kind that this release does not know");
}

Status read_names(Reader& in, coordinator::Task& task) {
  QUORATE_TRY(const std::uint16_t count, in.count(most_members, "names"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const Identifier who, read_node(in));
    if (!task.names.empty() && !(task.names.rbegin()->first < who)) {
      return fail(Code::malformed, "names that are not ascending");
    }
    QUORATE_TRY(std::string name, read_text(in, "name"));
    task.names.emplace(who, std::move(name));
  }
  return Done{};
}

Status read_blamed(Reader& in, coordinator::Task& task) {
  QUORATE_TRY(const std::uint16_t count, in.count(most_members, "blamed"));
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const Identifier who, read_node(in));
    if (!task.blamed.empty() && !(*task.blamed.rbegin() < who)) {
      return fail(Code::malformed, "blamed members that are not ascending");
    }
    task.blamed.insert(who);
  }
  return Done{};
}

// Only the last one can have been a silence: an answer ends it.
Status read_latencies(Reader& in, const coordinator::Task& task,
                      coordinator::Latencies& latencies) {
  const std::vector<ceremony::Member>& members = task.record.members.members;
  QUORATE_TRY(const std::uint16_t count, in.count(most_members, "latencies"));
  if (count != members.size()) return fail(Code::malformed, "latencies of others than the members");
  for (const ceremony::Member& member : members) {
    QUORATE_TRY(const std::uint8_t is_silent, in.u8("silent"));
    QUORATE_TRY(const std::uint16_t answers,
                in.count(coordinator::remembered_answers, "latencies"));
    if (is_silent > 1 || (is_silent == 1 && answers == 0)) {
      return fail(Code::malformed, "a silence that was not waited for");
    }
    for (std::uint16_t i = 0; i < answers; ++i) {
      QUORATE_TRY(const std::uint64_t latency_ms, in.u64("latency"));
      if (is_silent == 1 && i + 1 == answers) {
        latencies.record_silence(member.identity, latency_ms);
      } else {
        latencies.record(member.identity, latency_ms);
      }
    }
  }
  return Done{};
}

}  // namespace

Result<RecordedTask> decode_task(ByteView bytes) {
  Reader in(bytes);
  QUORATE_TRY(const ByteView record, in.blob(longest_bytes, "record"));
  QUORATE_TRY(ceremony::EpochRecord decoded, ceremony::decode_epoch_record(record));
  coordinator::Task task{std::move(decoded), {}, {}, {}, {}, {}, {}};
  QUORATE_TRY(task.quorum, read_text(in, "quorum"));
  QUORATE_CHECK(read_names(in, task));
  QUORATE_TRY(task.request_id, in.array<32>("request id"));
  QUORATE_TRY(task.to_be_signed, read_bytes(in, "to be signed"));
  QUORATE_TRY(task.hedge.least_ms, in.u64("hedge"));
  QUORATE_TRY(task.hedge.most_ms, in.u64("hedge"));
  if (task.hedge.least_ms > task.hedge.most_ms) {
    return fail(Code::malformed, "a hedge with its bounds the wrong way round");
  }
  QUORATE_CHECK(read_blamed(in, task));
  coordinator::Latencies latencies;
  QUORATE_CHECK(read_latencies(in, task, latencies));
  QUORATE_CHECK(in.finish("the task"));
  return RecordedTask{std::move(task), std::move(latencies)};
}

Result<coordinator::Event> decode_event(ByteView bytes) {
  Reader in(bytes);
  QUORATE_TRY(Event event, read_event(in));
  QUORATE_CHECK(in.finish("the event"));
  return event;
}

}  // namespace quorate::recording

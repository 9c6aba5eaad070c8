#include "client/recording/recording.h"
#include "client/recording/tags.h"
#include "proto/layout/writer.h"

namespace quorate::recording {
namespace {

using coordinator::Fresh;
using frost::Identifier;
using layout::Writer;

void put(Writer& out, const frost::Commitment& commitment) {
  out.u16(commitment.signer.number())
      .raw(commitment.hiding.bytes())
      .raw(commitment.binding.bytes());
}

void put(Writer& out, const std::vector<frost::Commitment>& commitments) {
  out.count(commitments.size());
  for (const frost::Commitment& commitment : commitments) put(out, commitment);
}

void put(Writer& out, const Fresh& fresh) {
  out.raw(fresh.boot);
  put(out, fresh.pairs);
}

Writer& begin(Writer& out, EventTag tag) { return out.u8(static_cast<std::uint8_t>(tag)); }
Writer& begin(Writer& out, EventTag tag, Identifier node) {
  return begin(out, tag).u16(node.number());
}
Writer& begin(Writer& out, ActionTag tag) { return out.u8(static_cast<std::uint8_t>(tag)); }

void put(Writer& out, const coordinator::Start& event) {
  begin(out, EventTag::start).count(event.cached.size());
  for (const auto& [who, pair] : event.cached) {
    out.u16(who.number());
    put(out, pair.commitment);
    out.raw(pair.boot).u64(pair.received_ms);
  }
}

void put(Writer& out, const coordinator::CommitmentsArrived& event) {
  begin(out, EventTag::commitments, event.node);
  put(out, event.fresh);
}

void put(Writer& out, const coordinator::PartialArrived& event) {
  begin(out, EventTag::partial, event.node)
      .blob(event.partial.body)
      .raw(event.partial.signature)
      .blob(event.verdict);
  put(out, event.fresh);
}

void put(Writer& out, const coordinator::Refused& event) {
  begin(out, EventTag::refused, event.node)
      .u32(event.code)
      .blob(bytes_of(event.reason))
      .u32(event.wait_s);
  put(out, event.fresh);
  out.blob(event.verdict).raw(event.salt);
}

void put(Writer& out, const coordinator::MalformedAnswer& event) {
  begin(out, EventTag::malformed, event.node).blob(bytes_of(event.why));
}

void put(Writer& out, const coordinator::Lost& event) {
  begin(out, EventTag::lost, event.node).blob(bytes_of(event.why));
}

void put(Writer& out, const coordinator::Reconnected& event) {
  begin(out, EventTag::reconnected, event.node);
}

void put(Writer& out, const coordinator::Tick& /*event*/) { begin(out, EventTag::tick); }

void put(Writer& out, const coordinator::Deadline& /*event*/) { begin(out, EventTag::deadline); }

void put(Writer& out, const coordinator::NodeReport& report) {
  out.u16(report.node.number())
      .blob(bytes_of(report.name))
      .u8(static_cast<std::uint8_t>(report.conduct))
      .u32(report.code)
      .blob(bytes_of(report.reason))
      .blob(report.evidence ? ByteView(report.evidence->partial.body) : ByteView())
      .blob(report.verdict ? ByteView(report.verdict->signed_verdict) : ByteView());
}

void put(Writer& out, const std::vector<coordinator::NodeReport>& reports) {
  out.count(reports.size());
  for (const coordinator::NodeReport& report : reports) put(out, report);
}

void put(Writer& out, const coordinator::AskCommitments& action) {
  begin(out, ActionTag::ask_commitments).u16(action.node.number());
}

void put(Writer& out, const coordinator::AskToSign& action) {
  begin(out, ActionTag::ask_to_sign).u16(action.node.number());
  put(out, action.commitments);
}

void put(Writer& out, const coordinator::WakeAt& action) {
  begin(out, ActionTag::wake_at).u64(action.time_ms);
}

void put(Writer& out, const coordinator::Finished& action) {
  begin(out, ActionTag::finished).raw(action.signature).count(action.verdicts.size());
  for (const auto& [who, verdict] : action.verdicts) {
    out.u16(who.number()).blob(record::encode(verdict));
  }
  put(out, action.nodes);
}

void put(Writer& out, const coordinator::Failed& action) {
  begin(out, ActionTag::failed)
      .u8(static_cast<std::uint8_t>(action.report.outcome))
      .u16(action.report.threshold)
      .u64(action.report.sessions);
  put(out, action.report.nodes);
}

}  // namespace

Bytes encode(const coordinator::Task& task, const coordinator::Latencies& latencies) {
  layout::Writer out;
  out.blob(ceremony::encode(task.record)).blob(bytes_of(task.quorum)).count(task.names.size());
  for (const auto& [who, name] : task.names) out.u16(who.number()).blob(bytes_of(name));
  out.raw(task.request_id)
      .blob(task.to_be_signed)
      .u64(task.hedge.least_ms)
      .u64(task.hedge.most_ms)
      .count(task.blamed.size());
  for (const Identifier who : task.blamed) out.u16(who.number());
  out.count(task.record.members.members.size());
  for (const ceremony::Member& member : task.record.members.members) {
    const std::vector<std::uint64_t> recent = latencies.recent(member.identity);
    out.u8(latencies.is_silent(member.identity) ? 1 : 0).count(recent.size());
    for (const std::uint64_t latency_ms : recent) out.u64(latency_ms);
  }
  return std::move(out).bytes();
}

Bytes encode(const coordinator::Event& event) {
  layout::Writer out;
  std::visit([&out](const auto& what) { put(out, what); }, event);
  return std::move(out).bytes();
}

Bytes encode(const std::vector<coordinator::Action>& actions) {
  layout::Writer out;
  out.count(actions.size());
  for (const coordinator::Action& action : actions) {
    std::visit([&out](const auto& what) { put(out, what); }, action);
  }
  return std::move(out).bytes();
}

}  // namespace quorate::recording

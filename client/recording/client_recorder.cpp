#include "client/recording/recording.h"

namespace quorate::recording {

Result<ClientRecorder> ClientRecorder::create(const std::filesystem::path& file,
                                              std::uint64_t limit_bytes) {
  QUORATE_TRY(Writer writer, Writer::create(file, Core::coordinator, limit_bytes));
  return ClientRecorder(std::move(writer));
}

void ClientRecorder::begin(std::uint64_t now_ms, const coordinator::Task& task,
                           const coordinator::Latencies& latencies) {
  append(ClientEntry::task, now_ms, encode(task, latencies));
}

void ClientRecorder::event(std::uint64_t now_ms, const coordinator::Event& event,
                           const std::vector<coordinator::Action>& actions) {
  append(ClientEntry::event, now_ms, encode(event));
  append(ClientEntry::actions, now_ms, encode(actions));
}

void ClientRecorder::append(ClientEntry kind, std::uint64_t now_ms, Bytes body) {
  const Status written = writer_.append({static_cast<std::uint8_t>(kind), now_ms, std::move(body)});
  if (!written) complaint_ = written.error().message;
}

}  // namespace quorate::recording

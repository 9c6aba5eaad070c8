// One signature's coordinator, recorded: its task, each event with its time, and the actions it
// answered with, so that another release can be asked what it would have done.
//
//   entry kind   task     once, first
//                event    and behind it
//                actions  what the core answered
//
// All of it is public or went over a channel: names, statements' bytes to be signed, commitments,
// partial signatures, verdicts, reasons. Personal data is among it. A coordinator has no secrets.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/coordinator/coordinator.h"
#include "crypto/base/result.h"
#include "proto/recording/writer.h"

namespace quorate::recording {

enum class ClientEntry : std::uint8_t { task = 1, event = 2, actions = 3 };

// The task, and what its coordinator knows of the members' speed before it begins.
Bytes encode(const coordinator::Task& task, const coordinator::Latencies& latencies);
Bytes encode(const coordinator::Event& event);
Bytes encode(const std::vector<coordinator::Action>& actions);

// Strict: `malformed`, `too_large`, and what the formats inside say.
struct RecordedTask {
  coordinator::Task task;
  coordinator::Latencies latencies;
};
[[nodiscard]] Result<RecordedTask> decode_task(ByteView bytes);
[[nodiscard]] Result<coordinator::Event> decode_event(ByteView bytes);

// One line for a person: `2  refused: busy (too many asks wait here)`.
std::string in_words(const coordinator::Task& task, const coordinator::Event& event);
std::string in_words(const coordinator::Task& task, const coordinator::Action& action);

// To a file. What can't be written ends the recording and not the signature: complaint() says why.
class ClientRecorder {
 public:
  // Fails with `io`; never writes over a file.
  [[nodiscard]] static Result<ClientRecorder> create(const std::filesystem::path& file,
                                                     std::uint64_t limit_bytes);

  void begin(std::uint64_t now_ms, const coordinator::Task& task,
             const coordinator::Latencies& latencies);
  void event(std::uint64_t now_ms, const coordinator::Event& event,
             const std::vector<coordinator::Action>& actions);
  const std::string& complaint() const { return complaint_; }

 private:
  explicit ClientRecorder(Writer writer) : writer_(std::move(writer)) {}
  void append(ClientEntry kind, std::uint64_t now_ms, Bytes body);

  Writer writer_;
  std::string complaint_;
};

}  // namespace quorate::recording

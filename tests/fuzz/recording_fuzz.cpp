// Recordings: the file, and what its entries hold. A file of one's own making may have right checks
// around anything.

#include "client/recording/recording.h"
#include "node/recording/recording.h"
#include "proto/recording/reader.h"
#include "tests/fuzz/promise.h"

namespace quorate::fuzz {
namespace {

template <typename T>
void one_form(const Result<T>& decoded, ByteView input) {
  if (decoded) {
    same(recording::encode(*decoded), input);
  } else {
    refused(decoded.error(), {Code::malformed, Code::too_large});
  }
}

void file(ByteView input) {
  Result<recording::Reader> reader = recording::Reader::open(input);
  if (!reader) return refused(reader.error(), {Code::malformed});
  while (true) {
    const auto entry = reader->next();
    if (!entry) return refused(entry.error(), {Code::malformed, Code::too_large});
    if (!*entry) return;
  }
}

}  // namespace

void recording(ByteView input) {
  file(input);
  one_form(recording::decode_begin(input), input);
  one_form(recording::decode_reload(input), input);
  one_form(recording::decode_asks(input), input);
  one_form(recording::decode_answers(input), input);
  if (const auto roots = recording::decode_roots(input)) {
    same(recording::encode_roots(*roots), input);
  }
  one_form(recording::decode_event(input), input);
  // A task holds an epoch record, which has codes of its own that never travel.
  if (const auto task = recording::decode_task(input)) {
    same(recording::encode(task->task, task->latencies), input);
  } else {
    QUORATE_INVARIANT(!task.error().message.empty());
  }
}

}  // namespace quorate::fuzz

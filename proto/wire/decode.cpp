#include "proto/wire/decode.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include "crypto/base/invariant.h"
#include "proto/wire/frame.h"
#include "proto/wire/shape.h"

namespace quorate::wire {
namespace {

template <typename Message>
Result<Message> decode_strictly(ByteView bytes, std::string_view what) {
  if (bytes.size() > longest_message) {
    return fail(Code::too_large, std::string(what) + " is longer than a frame may be");
  }
  QUORATE_CHECK(check_shape(bytes, *Message::descriptor()));
  // Protobuf would write to standard error of what it refuses: no peer fills our log.
  static const bool is_quiet = (google::protobuf::SetLogHandler(nullptr), true);
  QUORATE_INVARIANT(is_quiet);
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Code::malformed, std::string(what) + " does not decode as protobuf");
  }
  // Long varints, defaults that stand there, fields out of order or twice: all of them were read,
  // and none of them is written.
  const Bytes again = encode(message);
  if (text_of(again) != text_of(bytes)) {
    return fail(Code::malformed, std::string(what) +
                                     " is not in its one form: fields ascending, "
                                     "each once, defaults left out, shortest "
                                     "integers");
  }
  return message;
}

}  // namespace

Result<v1::Ask> decode_ask(ByteView message) {
  QUORATE_TRY(v1::Ask ask, decode_strictly<v1::Ask>(message, "the ask"));
  if (ask.id() == 0) return fail(Code::malformed, "the ask has no id");
  return ask;
}

Result<v1::Answer> decode_answer(ByteView message) {
  return decode_strictly<v1::Answer>(message, "the answer");
}

Bytes encode(const google::protobuf::Message& message) {
  Bytes out(message.ByteSizeLong());
  google::protobuf::io::ArrayOutputStream array(out.data(), static_cast<int>(out.size()));
  {
    google::protobuf::io::CodedOutputStream stream(&array);
    stream.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&stream);
    QUORATE_INVARIANT(!stream.HadError());
  }
  QUORATE_INVARIANT(static_cast<std::size_t>(array.ByteCount()) == out.size());
  return out;
}

}  // namespace quorate::wire

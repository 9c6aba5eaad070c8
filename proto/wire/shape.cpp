#include "proto/wire/shape.h"

#include <google/protobuf/io/coded_stream.h>

#include <string>

#include "crypto/base/invariant.h"

namespace quorate::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;

// The wire types of protobuf's encoding that the schema uses.
constexpr std::uint32_t varint = 0;
constexpr std::uint32_t length_delimited = 2;

class Walk {
 public:
  explicit Walk(ByteView message) : input_(message.data(), static_cast<int>(message.size())) {
    input_.PushLimit(static_cast<int>(message.size()));
  }

  // All that is left up to the limit in force is one message of this type. Recurses as deep as the
  // schema: no message of ours holds itself, which a test asserts.
  Status through(const Descriptor& type);

 private:
  Status through_field(const Descriptor& type, const FieldDescriptor*& found);
  Status through_value(const FieldDescriptor& field);
  bool at_end() { return input_.BytesUntilLimit() == 0; }

  CodedInputStream input_;
  std::size_t fields_ = 0;
};

std::string named(const FieldDescriptor& field) { return "the field " + field.full_name(); }

Status Walk::through(const Descriptor& type) {
  // Proto3 `optional` would count as a oneof, but the schema has none.
  std::uint64_t set = 0;
  while (!at_end()) {
    const FieldDescriptor* found = nullptr;
    QUORATE_CHECK(through_field(type, found));
    if (found->containing_oneof() != nullptr) {
      set |= std::uint64_t{1} << static_cast<unsigned>(found->containing_oneof()->index());
    }
  }
  for (int i = 0; i < type.oneof_decl_count(); ++i) {
    if ((set >> static_cast<unsigned>(i) & 1U) == 0) {
      return fail(Code::malformed, "nothing is set in " + type.oneof_decl(i)->full_name());
    }
  }
  return Done{};
}

Status Walk::through_field(const Descriptor& type, const FieldDescriptor*& found) {
  if (++fields_ > most_fields) {
    return fail(Code::too_large,
                "a message with more than " + std::to_string(most_fields) + " fields");
  }
  std::uint32_t tag = 0;
  if (!input_.ReadVarint32(&tag)) return fail(Code::malformed, "a field's number ends early");
  found = type.FindFieldByNumber(static_cast<int>(tag >> 3U));
  if (found == nullptr) {
    return fail(Code::malformed, type.full_name() + " has no field " + std::to_string(tag >> 3U));
  }
  const bool is_number = found->cpp_type() == FieldDescriptor::CPPTYPE_UINT32 ||
                         found->cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
  if ((tag & 7U) != (is_number ? varint : length_delimited)) {
    return fail(Code::malformed, named(*found) + " has another wire type than its own");
  }
  return through_value(*found);
}

Status Walk::through_value(const FieldDescriptor& field) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 ||
      field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
    std::uint64_t ignored = 0;
    if (!input_.ReadVarint64(&ignored)) {
      return fail(Code::malformed, named(field) + " is no integer");
    }
    return Done{};
  }
  std::uint32_t length = 0;
  if (!input_.ReadVarint32(&length) ||
      length > static_cast<std::uint32_t>(input_.BytesUntilLimit())) {
    return fail(Code::malformed, named(field) + " leads out of its message");
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    QUORATE_INVARIANT(input_.Skip(static_cast<int>(length)));  // just seen to be there
    return Done{};
  }
  const CodedInputStream::Limit outer = input_.PushLimit(static_cast<int>(length));
  QUORATE_CHECK(through(*field.message_type()));
  input_.PopLimit(outer);
  return Done{};
}

}  // namespace

Status check_shape(ByteView message, const Descriptor& type) { return Walk(message).through(type); }

}  // namespace quorate::wire

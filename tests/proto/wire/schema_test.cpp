// What decode.h takes for granted about the schema.

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "proto/wire/quorate.pb.h"

namespace quorate::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Fails when a message holds itself, however far down.
void expect_no_loop(const Descriptor& type, std::set<const Descriptor*> above) {
  ASSERT_TRUE(above.insert(&type).second) << type.full_name() << " holds itself";
  for (int i = 0; i < type.field_count(); ++i) {
    if (const Descriptor* const inner = type.field(i)->message_type())
      expect_no_loop(*inner, above);
  }
}

TEST(Schema, IsNotRecursive) {
  expect_no_loop(*v1::Ask::descriptor(), {});
  expect_no_loop(*v1::Answer::descriptor(), {});
}

TEST(Schema, HasNoFieldWhoseFormIsNotUnique) {
  const auto& file = *v1::Ask::descriptor()->file();
  ASSERT_EQ(file.enum_type_count(), 0);
  for (int m = 0; m < file.message_type_count(); ++m) {
    const Descriptor& type = *file.message_type(m);
    EXPECT_EQ(type.nested_type_count(), 0) << type.full_name();  // a map would be one
    EXPECT_EQ(type.enum_type_count(), 0) << type.full_name();
    EXPECT_EQ(type.oneof_decl_count(), type.real_oneof_decl_count()) << type.full_name();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const bool is_number = field.type() == FieldDescriptor::TYPE_UINT32 ||
                             field.type() == FieldDescriptor::TYPE_UINT64;
      const bool is_piece = field.type() == FieldDescriptor::TYPE_BYTES ||
                            field.type() == FieldDescriptor::TYPE_STRING ||
                            field.type() == FieldDescriptor::TYPE_MESSAGE;
      EXPECT_TRUE(is_piece || (is_number && !field.is_repeated())) << field.full_name();
    }
  }
}

}  // namespace
}  // namespace quorate::wire

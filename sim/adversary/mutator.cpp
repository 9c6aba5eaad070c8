#include "sim/adversary/mutator.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace quorate::sim {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A field that is set, or an item of a list.
struct Place {
  Message* message;
  const FieldDescriptor* field;
  int item;  // -1: no list
};

constexpr int id_of_an_ask = 1;

bool is_id(const Message& message, const FieldDescriptor& field) {
  return field.number() == id_of_an_ask && field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64 &&
         (message.GetDescriptor()->name() == "Ask" || message.GetDescriptor()->name() == "Answer");
}

void collect(Message& message, std::vector<Place>& places) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);  // in the order of their numbers
  for (const FieldDescriptor* field : fields) {
    if (is_id(message, *field)) continue;
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated()) {
      places.push_back({&message, field, -1});
      if (is_message) collect(*reflection.MutableMessage(&message, field), places);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      places.push_back({&message, field, i});
      if (is_message) collect(*reflection.MutableRepeatedMessage(&message, field, i), places);
    }
  }
}

bool is_text(const Place& place) {
  return place.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

std::string text_at(const Place& place) {
  const Reflection& reflection = *place.message->GetReflection();
  return place.item < 0 ? reflection.GetString(*place.message, place.field)
                        : reflection.GetRepeatedString(*place.message, place.field, place.item);
}

void set_text(const Place& place, std::string text) {
  const Reflection& reflection = *place.message->GetReflection();
  if (place.item < 0) {
    reflection.SetString(place.message, place.field, std::move(text));
  } else {
    reflection.SetRepeatedString(place.message, place.field, place.item, std::move(text));
  }
}

std::uint64_t odd_number(std::uint64_t number, Stream& stream) {
  switch (stream.below(5)) {
    case 0: return number + 1;
    case 1: return number - 1;
    case 2: return 0;
    case 3: return number | 0x10000U;
    default: return stream.next();
  }
}

bool flip(const Place& place, Stream& stream) {
  const Reflection& reflection = *place.message->GetReflection();
  if (is_text(place)) {
    std::string text = text_at(place);
    if (text.empty()) return false;
    char& byte = text[stream.below(text.size())];
    // A `string` stays UTF-8: protobuf itself would complain of the rest.
    const bool is_utf8 = place.field->type() == FieldDescriptor::TYPE_STRING;
    byte =
        static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << stream.below(is_utf8 ? 7 : 8)));
    set_text(place, std::move(text));
    return true;
  }
  if (place.item >= 0) return false;  // no lists of numbers on this wire
  const FieldDescriptor* field = place.field;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
    const std::uint64_t number = reflection.GetUInt32(*place.message, field);
    reflection.SetUInt32(place.message, field,
                         static_cast<std::uint32_t>(odd_number(number, stream)));
    return true;
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
    const std::uint64_t number = reflection.GetUInt64(*place.message, field);
    reflection.SetUInt64(place.message, field, odd_number(number, stream));
    return true;
  }
  return false;
}

bool drop(const Place& place) {
  const Reflection& reflection = *place.message->GetReflection();
  if (place.item < 0) {
    reflection.ClearField(place.message, place.field);
    return true;
  }
  const int last = reflection.FieldSize(*place.message, place.field) - 1;
  for (int i = place.item; i < last; ++i) {
    reflection.SwapElements(place.message, place.field, i, i + 1);
  }
  reflection.RemoveLast(place.message, place.field);
  return true;
}

bool duplicate(const Place& place, Stream& stream) {
  const Reflection& reflection = *place.message->GetReflection();
  if (is_text(place)) {
    const std::string text = text_at(place);
    if (place.item < 0 || stream.chance(percent(30))) {
      set_text(place, text + text);
    } else {
      reflection.AddString(place.message, place.field, text);
    }
    return true;
  }
  if (place.item < 0 || place.field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  Message* copy = reflection.AddMessage(place.message, place.field);
  copy->CopyFrom(reflection.GetRepeatedMessage(*place.message, place.field, place.item));
  return true;
}

bool swap(const Place& place, const std::vector<Place>& places, Stream& stream) {
  const Reflection& reflection = *place.message->GetReflection();
  if (place.item >= 0) {
    const int size = reflection.FieldSize(*place.message, place.field);
    if (size < 2) return false;
    const int other = (place.item + 1) % size;
    reflection.SwapElements(place.message, place.field, place.item, other);
    return true;
  }
  const Place& other = places[stream.below(places.size())];
  if (!is_text(place) || !is_text(other) || place.field->type() != other.field->type()) {
    return false;
  }
  std::string mine = text_at(place);
  set_text(place, text_at(other));
  set_text(other, std::move(mine));
  return true;
}

// Bytes of a field of the donor, whole or from some point on.
bool splice(const Place& place, const Message& donor, Stream& stream) {
  if (!is_text(place)) return false;
  const std::unique_ptr<Message> copy(donor.New());
  copy->CopyFrom(donor);
  std::vector<Place> others;
  collect(*copy, others);
  std::erase_if(others, [&](const Place& other) {
    return !is_text(other) || other.field->type() != place.field->type();
  });
  if (others.empty()) return false;
  const std::string theirs = text_at(others[stream.below(others.size())]);
  std::string text = text_at(place);
  if (stream.chance(percent(50))) {
    text = theirs;
  } else {
    const std::size_t at = stream.below(std::min(text.size(), theirs.size()) + 1);
    text = text.substr(0, at) + theirs.substr(at);
  }
  set_text(place, std::move(text));
  return true;
}

}  // namespace

bool mutate(Message& message, const Message& donor, Stream& stream) {
  std::vector<Place> places;
  collect(message, places);
  if (places.empty()) return false;
  for (int attempt = 0; attempt < 16; ++attempt) {
    const Place place = places[stream.below(places.size())];
    bool is_changed = false;
    switch (stream.below(5)) {
      case 0: is_changed = flip(place, stream); break;
      case 1: is_changed = drop(place); break;
      case 2: is_changed = duplicate(place, stream); break;
      case 3: is_changed = swap(place, places, stream); break;
      default: is_changed = splice(place, donor, stream); break;
    }
    if (is_changed) return true;
  }
  return false;
}

}  // namespace quorate::sim

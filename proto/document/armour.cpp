#include "proto/document/armour.h"

#include <algorithm>

#include <sodium.h>

#include "crypto/base/invariant.h"
#include "proto/document/ssh_buffer.h"

namespace quorate::ssh {
namespace {

constexpr std::size_t line_length = 70;

std::string encode(ByteView bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the terminating NUL
  return text;
}

constexpr std::size_t base64_length(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

std::string begin_line(std::string_view label) {
  return "-----BEGIN " + std::string(label) + "-----\n";
}

std::string end_line(std::string_view label) {
  return "-----END " + std::string(label) + "-----\n";
}

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

tl::unexpected<Error> larger_than(std::size_t limit) {
  return fail(Code::too_large, "the text holds more than " + std::to_string(limit) + " bytes");
}

}  // namespace

std::string to_base64(ByteView bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL); }

std::string to_base64_unpadded(ByteView bytes) {
  return encode(bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}

Result<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 1);  // never empty: libsodium takes no null pointer
  std::size_t written = 0;
  const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                       nullptr, &written, nullptr, sodium_base64_VARIANT_ORIGINAL);
  bytes.resize(written);
  // Equal again when written, so that no two texts stand for the same bytes.
  if (failed != 0 || to_base64(bytes) != text) {
    return fail(Code::malformed, "not base64 with padding");
  }
  return bytes;
}

std::string armour(std::string_view label, ByteView bytes) {
  const std::string encoded = to_base64(bytes);
  std::string text = begin_line(label);
  for (std::size_t at = 0; at < encoded.size(); at += line_length) {
    text.append(encoded, at, line_length).push_back('\n');
  }
  return text + end_line(label);
}

Result<Bytes> from_armour(std::string_view label, std::string_view text, std::size_t limit) {
  const std::string begin = begin_line(label);
  const std::string end = end_line(label);
  const std::size_t longest = base64_length(limit) + base64_length(limit) / line_length + 1;
  if (text.size() > begin.size() + longest + end.size()) return larger_than(limit);
  if (!text.starts_with(begin) || !text.ends_with(end) || text.size() < begin.size() + end.size()) {
    return fail(Code::malformed, "the text must begin with the line -----BEGIN " +
                                     std::string(label) + "----- and end with -----END " +
                                     std::string(label) + "----- and a line feed");
  }
  std::string encoded(text.substr(begin.size(), text.size() - begin.size() - end.size()));
  encoded.erase(std::remove(encoded.begin(), encoded.end(), '\n'), encoded.end());
  QUORATE_TRY(Bytes bytes, from_base64(encoded));
  if (bytes.size() > limit) return larger_than(limit);
  if (bytes.empty() || armour(label, bytes) != text) {
    return fail(Code::malformed,
                "the text between the lines BEGIN and END must be base64 in lines "
                "of 70 characters, each ending in one line feed");
  }
  return bytes;
}

std::string to_line(ByteView blob, std::string_view comment) {
  QUORATE_INVARIANT(is_one_line(comment));
  const auto type = Reader(blob).text(blob.size(), "the type");
  QUORATE_INVARIANT(type.has_value());
  std::string line = *type + " " + to_base64(blob);
  if (!comment.empty()) line.append(" ").append(comment);
  return line;
}

Result<Line> from_line(std::string_view text, std::size_t limit) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!is_one_line(text)) {
    return fail(Code::malformed, "expected one line without control characters");
  }
  const std::size_t after_type = text.find(' ');
  if (after_type == std::string_view::npos) {
    return fail(Code::malformed, "expected a type, a blank, and base64");
  }
  const std::string_view type = text.substr(0, after_type);
  std::string_view encoded = text.substr(after_type + 1);
  std::string_view comment;
  if (const std::size_t blank = encoded.find(' '); blank != std::string_view::npos) {
    comment = encoded.substr(blank + 1);
    encoded = encoded.substr(0, blank);
  }
  if (encoded.size() > base64_length(limit)) return larger_than(limit);
  QUORATE_TRY(Bytes blob, from_base64(encoded));
  if (blob.size() > limit) return larger_than(limit);
  QUORATE_TRY(const std::string inner_type, Reader(blob).text(limit, "the type"));
  if (inner_type != type) {
    return fail(Code::malformed, "the line names another type than its base64");
  }
  return Line{std::string(type), std::move(blob), std::string(comment)};
}

}  // namespace quorate::ssh

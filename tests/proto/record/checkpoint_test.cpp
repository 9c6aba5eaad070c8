#include "proto/record/checkpoint.h"

#include <rapidcheck/gtest.h>

#include "tests/proto/record/records.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::record {
namespace {

using testing::code_of;
using testing::filled;
using testing::requests;
using testing::signing_key;

constexpr std::string_view origin = "demo/alpha";
// A signature line of somebody else, as a cosigner's would be.
constexpr std::string_view other_line = "\u2014 demo/witness AAAAAAE=\n";

const Checkpoint& checkpoint() {
  static const Checkpoint one{std::string(origin), {7, filled(3)}};
  return one;
}

const ed25519::SigningKey& identity() {
  static const ed25519::SigningKey key = signing_key(requests().at("keys").at("node_a_seed"));
  return key;
}

const ed25519::SigningKey& stranger() {
  static const ed25519::SigningKey key = signing_key(requests().at("keys").at("approver_seed"));
  return key;
}

std::string note() { return sign_note(checkpoint(), identity()); }

std::optional<Code> code_of_note(std::string_view text) {
  return code_of(open_note(text, origin, identity().public_key()));
}

// A note whose text is not one that text() writes, well signed.
std::string signed_text(const std::string& text) {
  Bytes signature;
  const auto id = note_key_id(origin, identity().public_key());
  append(signature, id);
  append(signature, identity().sign(bytes_of(text)));
  std::string base64(sodium_base64_encoded_len(signature.size(), sodium_base64_VARIANT_ORIGINAL),
                     '\0');
  sodium_bin2base64(base64.data(), base64.size(), signature.data(), signature.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  base64.pop_back();
  return text + "\n\u2014 " + std::string(origin) + " " + base64 + "\n";
}

std::string root_line() {
  const std::string whole = text(checkpoint());
  return whole.substr(whole.find('\n', origin.size() + 1) + 1);
}

TEST(Checkpoint, OpensAsItWasSigned) {
  EXPECT_EQ(open_note(note(), origin, identity().public_key()).value(), checkpoint());
}

TEST(Checkpoint, OfAnEmptyLedgerOpens) {
  const Checkpoint empty{std::string(origin), {0, tree_root({})}};
  const std::string signed_note = sign_note(empty, identity());
  EXPECT_EQ(open_note(signed_note, origin, identity().public_key()).value(), empty);
}

TEST(Checkpoint, IsNamedAfterQuorumAndNode) {
  EXPECT_EQ(origin_of("demo", "alpha"), origin);
  EXPECT_DEATH(origin_of("demo/x", "alpha"), "is_name");
}

TEST(Checkpoint, TellsItsKeyToTools) {
  EXPECT_EQ(verifier_key(origin, identity().public_key()),
            "demo/alpha+acefff23+AaSlf5cDXMlWPBZxRp/zO/5UFmgWdVWKGuReVNhspz33");
}

TEST(Checkpoint, ByAStrangerIsNotSigned) {
  EXPECT_EQ(code_of_note(sign_note(checkpoint(), stranger())), Code::signature_invalid);
}

TEST(Checkpoint, OfAnotherOriginIsNotSigned) {
  const Checkpoint other{"demo/beta", checkpoint().tree};
  EXPECT_EQ(code_of_note(sign_note(other, identity())), Code::signature_invalid);
}

TEST(Checkpoint, PassesOverSignaturesOfOthersButNotAWrongOneByTheKnownKey) {
  EXPECT_FALSE(code_of_note(note() + std::string(other_line)));
  const std::string good = note();
  std::string wrong_line = good.substr(good.rfind("\u2014"));
  char& in_signature = wrong_line[wrong_line.size() - 20];
  in_signature = in_signature == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of_note(good + wrong_line), Code::signature_invalid);
}

TEST(Checkpoint, WithMoreThan64SignaturesIsTooLarge) {
  std::string many = note();
  for (int i = 0; i < 63; ++i) many += other_line;
  EXPECT_FALSE(code_of_note(many));
  EXPECT_EQ(code_of_note(many + std::string(other_line)), Code::too_large);
}

TEST(Checkpoint, AboveItsLimitIsTooLarge) {
  EXPECT_EQ(code_of_note(std::string(note_limit + 1, 'a')), Code::too_large);
}

TEST(Checkpoint, WithABrokenFrameIsMalformed) {
  const std::string good = note();
  EXPECT_EQ(code_of_note(""), Code::malformed);
  EXPECT_EQ(code_of_note(text(checkpoint())), Code::malformed);
  EXPECT_EQ(code_of_note(good.substr(0, good.size() - 1)), Code::malformed);
  EXPECT_EQ(code_of_note(good + "- demo/alpha AAAAAAE=\n"), Code::malformed);
  EXPECT_EQ(code_of_note(good + "\u2014 demo/alpha\n"), Code::malformed);
  EXPECT_EQ(code_of_note(good + "\u2014  AAAAAAE=\n"), Code::malformed);
  EXPECT_EQ(code_of_note(good + "\u2014 demo/alpha AAAAAAE\n"), Code::malformed);
  EXPECT_EQ(code_of_note(good + "\u2014 demo/alpha AAAAAA==\n"), Code::malformed);
  EXPECT_EQ(code_of_note("demo/alpha\r\n" + good), Code::malformed);
}

TEST(Checkpoint, WithATextOfAnotherFormIsMalformed) {
  const std::string name(origin);
  EXPECT_FALSE(code_of_note(signed_text(text(checkpoint()))));
  EXPECT_EQ(code_of_note(signed_text(name + "\n07\n" + root_line())), Code::malformed);
  EXPECT_EQ(code_of_note(signed_text(name + "\n+7\n" + root_line())), Code::malformed);
  EXPECT_EQ(code_of_note(signed_text(name + "\n18446744073709551616\n" + root_line())),
            Code::malformed);
  EXPECT_EQ(code_of_note(signed_text(name + "\n7\nAAAA\n")), Code::malformed);
  // libsodium alone would read this byte as a digit.
  std::string above_ascii = root_line();
  above_ascii[3] = '\xa6';
  EXPECT_EQ(code_of_note(signed_text(name + "\n7\n" + above_ascii)), Code::malformed);
  EXPECT_EQ(code_of_note(signed_text(text(checkpoint()) + "extension\n")), Code::malformed);
  EXPECT_EQ(code_of_note(signed_text("demo/beta\n7\n" + root_line())), Code::malformed);
  EXPECT_EQ(code_of_note(signed_text(name + "\n7\n")), Code::malformed);
}

RC_GTEST_PROP(Checkpoint, WithAChangedByteNeverOpensAsAnother, ()) {
  std::string changed = note();
  const std::size_t position = *rc::gen::inRange<std::size_t>(0, changed.size());
  changed[position] = static_cast<char>(changed[position] ^ *rc::gen::inRange<int>(1, 256));
  const auto opened = open_note(changed, origin, identity().public_key());
  if (opened) RC_ASSERT(*opened == checkpoint());
}

}  // namespace
}  // namespace quorate::record

// Cosignatures: the one of documents.json to the byte, and everything that must not pass for one.

#include <rapidcheck/gtest.h>

#include "proto/record/checkpoint.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::record {
namespace {

using nlohmann::json;
using testing::code_of;
using testing::signing_key;

constexpr std::string_view cosigner_name = "quorate.example/node-b";
constexpr std::uint64_t time_s = 1'700'000'000;

const json& vector() {
  static const json all = testing::known_answers("documents.json");
  return all.at("checkpoint");
}

const ed25519::SigningKey& cosigner() {
  static const ed25519::SigningKey key = signing_key(vector().at("cosigner_seed"));
  return key;
}

std::string note_of_vector() { return vector().at("note").get<std::string>(); }

// The note's last line.
std::string line() { return note_of_vector().substr(note_of_vector().rfind("\u2014")); }

Checkpoint cosigned() {
  Checkpoint one{"quorate.example/node-a", {5, {}}};
  const std::string base64 = "221Sq1JPmfVy+wGYpqhzV65Z4svC1Uhm7Sp+7nuAHBg=";
  std::size_t size = 0;
  EXPECT_EQ(sodium_base642bin(one.tree.root.data(), 32, base64.data(), base64.size(), nullptr,
                              &size, nullptr, sodium_base64_VARIANT_ORIGINAL),
            0);
  return one;
}

std::optional<Code> code(std::string_view text) {
  return code_of(open_cosignature(text, cosigned(), cosigner_name, cosigner().public_key()));
}

TEST(Cosignature, IsTheVectorsToTheByte) {
  EXPECT_EQ(sign_cosignature(cosigned(), cosigner_name, cosigner(), time_s), line());
  EXPECT_EQ(cosigner_verifier_key(cosigner_name, cosigner().public_key()),
            vector().at("cosigner_vkey"));
}

TEST(Cosignature, OpensWithItsTime) {
  EXPECT_EQ(open_cosignature(line(), cosigned(), cosigner_name, cosigner().public_key()).value(),
            time_s);
}

TEST(Cosignature, HoldsForThisCheckpointNameAndKeyOnly) {
  const auto key = cosigner().public_key();
  Checkpoint other = cosigned();
  other.tree.size = 6;
  EXPECT_EQ(code_of(open_cosignature(line(), other, cosigner_name, key)), Code::signature_invalid);
  other = cosigned();
  other.tree.root[0] ^= 1;
  EXPECT_EQ(code_of(open_cosignature(line(), other, cosigner_name, key)), Code::signature_invalid);
  EXPECT_EQ(code_of(open_cosignature(line(), cosigned(), "quorate.example/node-c", key)),
            Code::signature_invalid);
  const ed25519::Point stranger =
      signing_key(testing::requests().at("keys").at("approver_seed")).public_key();
  EXPECT_EQ(code_of(open_cosignature(line(), cosigned(), cosigner_name, stranger)),
            Code::signature_invalid);
}

TEST(Cosignature, IsNoSignatureOfTheNote) {
  // One key for both would let a note's signature pass for a cosignature; its id tells them apart.
  EXPECT_NE(cosigner_key_id(cosigner_name, cosigner().public_key()),
            note_key_id(cosigner_name, cosigner().public_key()));
  const std::string log_line = sign_note(cosigned(), cosigner());
  EXPECT_NE(code(log_line.substr(log_line.rfind("\u2014"))), std::nullopt);
}

TEST(Cosignature, OfAnotherFormIsMalformed) {
  EXPECT_EQ(code(""), Code::malformed);
  EXPECT_EQ(code(line().substr(0, line().size() - 1)), Code::malformed);
  EXPECT_EQ(code(line() + line()), Code::malformed);
  EXPECT_EQ(code("\n" + line()), Code::malformed);
  EXPECT_EQ(code("- quorate.example/node-b AAAAAAAA\n"), Code::malformed);
  EXPECT_EQ(code("\u2014 quorate.example/node-b\n"), Code::malformed);
  EXPECT_EQ(code("\u2014 quorate.example/node-b iWhpnQAAAABlU/EA\n"), Code::malformed);
}

RC_GTEST_PROP(Cosignature, WithAChangedByteNeverOpens, ()) {
  std::string changed = line();
  const std::size_t position = *rc::gen::inRange<std::size_t>(0, changed.size());
  changed[position] = static_cast<char>(changed[position] ^ *rc::gen::inRange<int>(1, 256));
  RC_ASSERT(code(changed).has_value());
}

}  // namespace
}  // namespace quorate::record

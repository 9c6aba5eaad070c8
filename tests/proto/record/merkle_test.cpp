#include "proto/record/merkle.h"

#include <rapidcheck/gtest.h>

#include "tests/proto/record/records.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::record {
namespace {

using nlohmann::json;
using testing::known_answers;

std::optional<Hash> hash_of(const json& base64) {
  const auto& text = base64.get_ref<const std::string&>();
  Bytes bytes(text.size() + 1);
  std::size_t size = 0;
  EXPECT_EQ(sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                              nullptr, sodium_base64_VARIANT_ORIGINAL),
            0);
  Hash hash;
  if (size != hash.size()) return std::nullopt;
  std::copy_n(bytes.begin(), size, hash.begin());
  return hash;
}

// A few vectors name their roots "don't care 1" instead: as 32 bytes, for our types.
std::optional<Hash> root_of(const json& base64) {
  const auto hash = hash_of(base64);
  if (hash) return hash;
  const auto& text = base64.get_ref<const std::string&>();
  Hash stand_in{};
  std::copy_n(text.begin(), std::min(text.size(), stand_in.size()), stand_in.begin());
  return stand_in;
}

// Nothing where an entry is no hash: our types cannot even hold such a proof.
std::optional<std::vector<Hash>> path_of(const json& proof) {
  std::vector<Hash> path;
  if (proof.is_null()) return path;
  for (const json& entry : proof) {
    const auto hash = hash_of(entry);
    if (!hash) return std::nullopt;
    path.push_back(*hash);
  }
  return path;
}

std::vector<Hash> some_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes data{static_cast<std::uint8_t>(i)};
    leaves.push_back(leaf_hash(data));
  }
  return leaves;
}

Tree tree_of(std::span<const Hash> leaves) { return {leaves.size(), tree_root(leaves)}; }

TEST(Merkle, HashesLeavesAndNodesAsRfc6962) {
  EXPECT_EQ(to_hex(leaf_hash({})),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(to_hex(leaf_hash(bytes_of("L123456"))),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  EXPECT_EQ(to_hex(tree_root({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Merkle, JudgesEveryInclusionProofOfTheVectorsRightly) {
  const json vectors = known_answers("merkle_rfc6962_proofs.json");
  std::size_t accepted = 0;
  for (const json& one : vectors.at("inclusion")) {
    const auto root = root_of(one.at("root"));
    const auto leaf = hash_of(one.at("leafHash"));
    const auto path = path_of(one.at("proof"));
    const bool holds = root && leaf && path &&
                       includes({one.at("treeSize"), *root}, one.at("leafIdx"), *leaf, *path);
    EXPECT_EQ(holds, !one.at("wantErr").get<bool>()) << one.at("name");
    accepted += holds ? 1 : 0;
  }
  EXPECT_EQ(accepted, 6u);
}

TEST(Merkle, JudgesEveryConsistencyProofOfTheVectorsRightly) {
  const json vectors = known_answers("merkle_rfc6962_proofs.json");
  std::size_t accepted = 0;
  for (const json& one : vectors.at("consistency")) {
    const auto earlier = root_of(one.at("root1"));
    const auto later = root_of(one.at("root2"));
    const auto path = path_of(one.at("proof"));
    const bool holds = earlier && later && path &&
                       extends({one.at("size2"), *later}, {one.at("size1"), *earlier}, *path);
    EXPECT_EQ(holds, !one.at("wantErr").get<bool>()) << one.at("name");
    accepted += holds ? 1 : 0;
  }
  EXPECT_EQ(accepted, 6u);
}

TEST(Merkle, ProvesEveryLeafOfEverySize) {
  for (std::size_t size = 1; size <= 69; ++size) {
    const std::vector<Hash> leaves = some_leaves(size);
    const Tree tree = tree_of(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      const std::vector<Hash> path = inclusion_path(leaves, index);
      ASSERT_TRUE(includes(tree, index, leaves[index], path)) << index << " of " << size;
      const std::size_t other = (index + 1) % size;
      ASSERT_EQ(includes(tree, other, leaves[index], path), size == 1) << index << " of " << size;
    }
  }
}

TEST(Merkle, ProvesEveryEarlierSizeOfEverySize) {
  for (std::size_t size = 1; size <= 69; ++size) {
    const std::vector<Hash> leaves = some_leaves(size);
    for (std::size_t before = 1; before <= size; ++before) {
      const Tree earlier = tree_of(std::span(leaves).first(before));
      const std::vector<Hash> path = consistency_path(leaves, before);
      ASSERT_TRUE(extends(tree_of(leaves), earlier, path)) << before << " of " << size;
    }
  }
}

TEST(Merkle, ProvesNothingFromAnEmptyTree) {
  const std::vector<Hash> leaves = some_leaves(4);
  EXPECT_FALSE(extends(tree_of(leaves), {0, tree_root({})}, {}));
}

RC_GTEST_PROP(Merkle, TakesNoChangedProof, ()) {
  const std::vector<Hash> leaves = some_leaves(*rc::gen::inRange<std::size_t>(2, 40));
  const std::size_t index = *rc::gen::inRange<std::size_t>(0, leaves.size());
  std::vector<Hash> path = inclusion_path(leaves, index);
  path.at(*rc::gen::inRange<std::size_t>(0, path.size()))[0] ^= 1;
  RC_ASSERT(!includes(tree_of(leaves), index, leaves[index], path));

  const std::size_t before = *rc::gen::inRange<std::size_t>(1, leaves.size());
  const Tree earlier = tree_of(std::span(leaves).first(before));
  std::vector<Hash> consistency = consistency_path(leaves, before);
  consistency.at(*rc::gen::inRange<std::size_t>(0, consistency.size()))[31] ^= 0x80;
  RC_ASSERT(!extends(tree_of(leaves), earlier, consistency));
}

RC_GTEST_PROP(Merkle, TakesNoLongerOrShorterProof, ()) {
  const std::vector<Hash> leaves = some_leaves(*rc::gen::inRange<std::size_t>(2, 40));
  const std::size_t index = *rc::gen::inRange<std::size_t>(0, leaves.size());
  std::vector<Hash> path = inclusion_path(leaves, index);
  path.push_back(testing::filled(1));
  RC_ASSERT(!includes(tree_of(leaves), index, leaves[index], path));
  path.pop_back();
  path.pop_back();
  RC_ASSERT(!includes(tree_of(leaves), index, leaves[index], path));
}

}  // namespace
}  // namespace quorate::record

// The verdicts, ledger, checkpoint, receipt and signed verdict of requests.json, to the byte.

#include <gtest/gtest.h>

#include "proto/record/checkpoint.h"
#include "proto/record/merkle.h"
#include "proto/record/receipt.h"
#include "proto/record/record.h"
#include "proto/record/signed_verdict.h"
#include "proto/record/veil.h"
#include "tests/proto/statement/vectors.h"

namespace quorate::record {
namespace {

using nlohmann::json;
using testing::array;
using testing::bytes;
using testing::hex_of;
using testing::point;
using testing::requests;
using testing::signing_key;

const json& ledger() { return requests().at("ledger"); }
const json& verdicts() { return requests().at("verdicts"); }
const json& keys() { return requests().at("keys"); }

ed25519::SigningKey node_a() { return signing_key(keys().at("node_a_seed")); }

std::vector<Hash> leaf_hashes() {
  std::vector<Hash> hashes;
  for (const json& leaf : ledger().at("leaves")) hashes.push_back(leaf_hash(bytes(leaf)));
  return hashes;
}

// Evidence of type 1 and 2 of the vectors' request.
Bytes evidence_data(const json& type) {
  const json& request = requests().at("request");
  return bytes(request.at(type == 1 ? "requester_sshsig" : "approval_evidence"));
}

Verdict verdict_of(const std::string& name) {
  const auto record = decode(bytes(verdicts().at(name).at("record")));
  return std::get<Verdict>(record.value().body);
}

TEST(LedgerVectors, VerdictsHoldWhatWasDecidedAndVeilTheRest) {
  const json& statement = requests().at("statements").at("ssh-user");
  for (const std::string name : {"pending", "approve", "refuse"}) {
    const json& expected = verdicts().at(name);
    const Verdict verdict = verdict_of(name);
    EXPECT_EQ(hex_of(verdict.request_id), statement.at("request_id"));
    EXPECT_EQ(hex_of(verdict.root_id), statement.at("fields").at("root_id"));
    EXPECT_EQ(verdict.not_after, statement.at("fields").at("not_after"));
    EXPECT_EQ(hex_of(verdict.profile), verdicts().at("profile"));
    EXPECT_EQ(verdict.kind, 1);
    if (expected.contains("reason")) {
      const auto& reason = expected.at("reason").get_ref<const std::string&>();
      EXPECT_EQ(verdict.reason, veil(array<16>(expected.at("reason_salt")), bytes_of(reason)));
      EXPECT_EQ(hex_of(verdict.reason), expected.at("reason_veil"));
    }
    ASSERT_EQ(verdict.evidence.size(), expected.at("evidence").size());
    for (std::size_t i = 0; i < verdict.evidence.size(); ++i) {
      const json& seen = expected.at("evidence").at(i);
      EXPECT_EQ(verdict.evidence[i].type, seen.at("type"));
      EXPECT_EQ(verdict.evidence[i].data,
                veil(array<16>(seen.at("data_salt")), evidence_data(seen.at("type"))));
      const auto& person = seen.at("person").get_ref<const std::string&>();
      EXPECT_EQ(verdict.evidence[i].person,
                veil(array<16>(seen.at("person_salt")), bytes_of(person)));
    }
  }
  EXPECT_EQ(hex_of(verdict_of("approve").document), statement.at("document"));
  EXPECT_EQ(verdict_of("approve").decision, Decision::approve);
  EXPECT_EQ(verdict_of("pending").decision, Decision::pending);
  EXPECT_EQ(verdict_of("refuse").decision, Decision::refuse);
  EXPECT_EQ(verdict_of("refuse").code, 302);
}

TEST(LedgerVectors, VerdictsAreEncodedAndSignedToTheByte) {
  for (const std::string name : {"pending", "approve", "refuse"}) {
    const json& expected = verdicts().at(name);
    const Record record = decode(bytes(expected.at("record"))).value();
    const SignedVerdict verdict = sign_verdict(record, node_a());
    EXPECT_EQ(hex_of(verdict.record), expected.at("record"));
    EXPECT_EQ(hex_of(verdict.signature), expected.at("signature"));
  }
}

TEST(LedgerVectors, ProfileAndPoliciesHaveTheirHashes) {
  const auto& profile = verdicts().at("profile_json").get_ref<const std::string&>();
  EXPECT_EQ(hex_of(profile_hash(bytes_of(profile))), verdicts().at("profile"));
  std::vector<std::pair<std::string, Hash>> list;
  for (const json& one : requests().at("policies").at("list")) {
    list.emplace_back(one.at(0), array<32>(one.at(1)));
  }
  EXPECT_EQ(hex_of(policies_hash(list)), requests().at("policies").at("hash"));
}

TEST(LedgerVectors, LeavesHoldOneRecordOfEachType) {
  const std::map<std::string, std::size_t> type_of{
      {"verdict pending", 1}, {"verdict approve", 1}, {"verdict refuse", 1}, {"ceremony", 2},
      {"policy", 3},          {"start", 4},           {"stop", 5},           {"refusals", 6}};
  const json& leaves = ledger().at("leaves");
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const auto read = decode_leaf(bytes(leaves[i]));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->record.body.index() + 1, type_of.at(ledger().at("what").at(i)));
    EXPECT_EQ(hex_of(read->record.node), keys().at("node_a"));
    EXPECT_EQ(hex_of(leaf(read->salt, encode(read->record))), leaves[i]);
  }
}

TEST(LedgerVectors, LeavesAndTreeHaveTheirHashes) {
  const std::vector<Hash> hashes = leaf_hashes();
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    EXPECT_EQ(hex_of(hashes[i]), ledger().at("leaf_hashes").at(i));
  }
  const std::size_t size = ledger().at("size");
  EXPECT_EQ(hex_of(tree_root(std::span(hashes).first(size))), ledger().at("root"));
  const auto path = inclusion_path(std::span(hashes).first(size), ledger().at("receipt_of"));
  ASSERT_EQ(path.size(), ledger().at("path").size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    EXPECT_EQ(hex_of(path[i]), ledger().at("path").at(i));
  }
}

TEST(LedgerVectors, CheckpointIsSignedToTheByteAndOpens) {
  const Checkpoint checkpoint{"demo/alpha", {ledger().at("size"), array<32>(ledger().at("root"))}};
  const std::string note = sign_note(checkpoint, node_a());
  EXPECT_EQ(note, ledger().at("checkpoint"));
  EXPECT_EQ(open_note(note, "demo/alpha", point(keys().at("node_a"))).value(), checkpoint);
}

TEST(LedgerVectors, ReceiptIsEncodedToTheByteAndHolds) {
  const std::vector<Hash> hashes = leaf_hashes();
  const std::size_t size = ledger().at("size");
  const std::size_t index = ledger().at("receipt_of");
  const Leaf of = decode_leaf(bytes(ledger().at("leaves").at(index))).value();
  const Receipt receipt{of.salt, index, size, inclusion_path(std::span(hashes).first(size), index),
                        ledger().at("checkpoint")};
  EXPECT_EQ(hex_of(encode(receipt)), ledger().at("receipt"));
  EXPECT_EQ(decode_receipt(encode(receipt)).value(), receipt);
  const auto checked = check(receipt, of.record_bytes, "demo/alpha", point(keys().at("node_a")));
  ASSERT_TRUE(checked.has_value()) << checked.error().message;
  EXPECT_EQ(checked->tree.size, size);
}

TEST(LedgerVectors, SignedVerdictIsEncodedToTheByteAndHolds) {
  const Bytes expected = bytes(ledger().at("signed_verdict"));
  const SignedVerdict decoded = decode_signed_verdict(expected).value();
  EXPECT_EQ(encode(decoded), expected);
  SignedVerdict ours = sign_verdict(decode(decoded.record).value(), node_a());
  ours.receipt = bytes(ledger().at("receipt"));
  EXPECT_EQ(encode(ours), expected);

  const Verdict approve = verdict_of("approve");
  const Asked asked{point(keys().at("node_a")), "demo/alpha", approve.request_id, approve.root_id};
  EXPECT_EQ(check(decoded, asked, Receipts::required).value(), approve);
}

}  // namespace
}  // namespace quorate::record

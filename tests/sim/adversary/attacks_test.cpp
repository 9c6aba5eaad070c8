// Clients and leaders that attack, one strategy after the other: they are given nothing that was
// not approved, and honest clients go on. And with the bug planted that each is after, each
// succeeds.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/base/plant.h"
#include "proto/wire/decode.h"
#include "sim/adversary/mutator.h"
#include "sim/oracle/blame.h"
#include "sim/oracle/secrets.h"
#include "sim/oracle/theatre.h"
#include "tests/sim/adversary/quorum.h"

namespace quorate::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Attacked {
  Quorum quorum;
  Orders orders;

  explicit Attacked(Seed seed, std::size_t members = 4, std::uint16_t threshold = 3,
                    std::size_t liars = 1)
      : quorum(seed, members, threshold, liars) {}

  // Two roots, requests for both, and somebody's who may ask for nothing.
  bool begin() {
    const auto files = quorum.create(quorum.plan());
    const auto releases = quorum.create(quorum.plan("releases"));
    if (!files || !releases) return false;
    for (int i = 0; i < 6; ++i) orders.approved.push_back(quorum.wanted(*files));
    for (int i = 0; i < 2; ++i) orders.approved.push_back(quorum.wanted(*releases, 1));
    orders.unapproved = {quorum.unwanted(*files), without_approval(*releases)};
    for (const Request& request : orders.unapproved) {
      quorum.adversary.want(request.to_be_signed);
    }
    return true;
  }
  Request without_approval(const ceremony::EpochRecord& root) {
    const std::uint64_t now = quorum.world.true_ms() / 1000;
    return quorum.setting->request(1000, root, quorum.setting->file(root, now),
                                   quorum.setting->requester(), 0, now);
  }
  // What honest nodes have under this name: one record, or the quorum is split.
  std::set<Bytes> records(const std::string& root) {
    std::set<Bytes> found;
    for (NodeHost* node : quorum.honest()) {
      const auto row = node->store().roots().find(root);
      if (row && *row) found.insert((*row)->record);
    }
    return found;
  }
};

class Attacks : public testing::TestWithParam<std::string> {};

TEST_P(Attacks, AreGivenNothingThatWasNotApprovedAndHinderNobody) {
  Attacked attacked(21);
  Quorum& quorum = attacked.quorum;
  ASSERT_TRUE(attacked.begin());
  // So that there is something to replay, by a node that plays along in every ceremony.
  quorum.play("just-before-timeout");
  ASSERT_TRUE(quorum.create(quorum.plan("third")).has_value());
  attacked.orders.plan = quorum.plan("fourth");

  ASSERT_TRUE(quorum.rogue->attack(GetParam(), attacked.orders));
  quorum.run(10 * second);
  EXPECT_GT(quorum.rogue->counts().asks, 0U);
  EXPECT_THAT(quorum.violations, IsEmpty());
  EXPECT_THAT(quorum.adversary.claims(), IsEmpty());
  EXPECT_LE(attacked.records("fourth").size(), 1U);

  quorum.run(11 * minute);  // until limits that it ran into have passed
  EXPECT_TRUE(quorum.sign(quorum.wanted(attacked.orders.approved.front().root)));
  EXPECT_THAT(quorum.violations, IsEmpty());
}

std::vector<std::string> all_attacks() {
  std::vector<std::string> all;
  for (const Strategy& strategy : client_strategies()) all.emplace_back(strategy.name);
  return all;
}

std::string title_of_attack(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Strategies, Attacks, testing::ValuesIn(all_attacks()), title_of_attack);

TEST(Attacks, AreGivenPartialSignaturesOfWhatWasApproved) {
  Attacked attacked(22);
  ASSERT_TRUE(attacked.begin());
  for (const std::string_view strategy : {"two-messages-one-nonce", "many-open-sessions", "ros"}) {
    const std::uint64_t before = attacked.quorum.rogue->counts().partials;
    ASSERT_TRUE(attacked.quorum.rogue->attack(strategy, attacked.orders));
    attacked.quorum.run(10 * second);
    EXPECT_GT(attacked.quorum.rogue->counts().partials, before) << strategy;
    attacked.quorum.run(11 * minute);
  }
  EXPECT_FALSE(
      attacked.quorum.adversary.spoils(attacked.orders.approved.front().root).sessions.empty());
  EXPECT_FALSE(attacked.quorum.rogue->attack("asks-nicely", attacked.orders));
}

#if QUORATE_PLANT
struct Planted {
  explicit Planted(plant::Bug bug) { plant::plant(bug); }
  ~Planted() { plant::plant(plant::Bug::none); }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
};

TEST(PlantedBugs, LetRosForge) {
  const Planted bug(plant::Bug::B21);
  Attacked attacked(31);
  ASSERT_TRUE(attacked.begin());
  ASSERT_TRUE(attacked.quorum.rogue->attack("ros", attacked.orders));
  attacked.quorum.run(10 * second);
  ASSERT_EQ(attacked.quorum.adversary.claims().size(), 1U);
  EXPECT_EQ(attacked.quorum.adversary.claims()[0].root,
            attacked.orders.approved.front().root.root_id());
}

TEST(PlantedBugs, LetARogueKeyIn) {
  const Planted bug(plant::Bug::B10);
  Attacked attacked(32, 3, 3, 1);
  ASSERT_TRUE(attacked.begin());
  attacked.orders.plan = attacked.quorum.plan("rogue");
  ASSERT_TRUE(attacked.quorum.rogue->attack("rogue-key", attacked.orders));
  attacked.quorum.run(10 * second);
  const std::set<Bytes> records = attacked.records("rogue");
  ASSERT_EQ(records.size(), 1U);
  const auto record = ceremony::decode_epoch_record(*records.begin());
  ASSERT_TRUE(record.has_value());
  ASSERT_FALSE(attacked.quorum.adversary.claims().empty());
  EXPECT_EQ(attacked.quorum.adversary.claims()[0].root, record->root_id());
}

TEST(PlantedBugs, LetTheQuorumBeSplit) {
  for (const plant::Bug planted : {plant::Bug::B11, plant::Bug::B12}) {
    const Planted bug(planted);
    Attacked attacked(33, 4, 3, 2);
    ASSERT_TRUE(attacked.begin());
    attacked.orders.plan = attacked.quorum.plan("split");
    ASSERT_TRUE(attacked.quorum.rogue->attack("split-transcript", attacked.orders));
    attacked.quorum.run(10 * second);
    EXPECT_EQ(attacked.records("split").size(), 2U) << plant::name(planted);
  }
}

TEST(PlantedBugs, LetListsThrough) {
  {
    const Planted bug(plant::Bug::B22);
    Attacked attacked(34);
    ASSERT_TRUE(attacked.begin());
    ASSERT_TRUE(attacked.quorum.rogue->attack("rogue-subset", attacked.orders));
    attacked.quorum.run(10 * second);
    EXPECT_THAT(attacked.quorum.violations, Not(IsEmpty()));
  }
  const Planted bug(plant::Bug::B23);
  Attacked attacked(35);
  ASSERT_TRUE(attacked.begin());
  attacked.quorum.play("commitment-is-identity");
  EXPECT_TRUE(attacked.quorum.sign(attacked.quorum.wanted(attacked.orders.approved[0].root)));
  EXPECT_THAT(attacked.quorum.violations, Contains(HasSubstr("the identity")));
}

TEST(PlantedBugs, LetAThresholdBeRaised) {
  const Planted bug(plant::Bug::B09);
  Quorum quorum(36, 4, 3, 1);
  quorum.play("raise-threshold");
  const auto root = quorum.create(quorum.plan());
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->commitments.size(), 4U);
}

TEST(PlantedBugs, LetAnApprovalBeUsedAgain) {
  const Planted bug(plant::Bug::B28);
  Attacked attacked(37);
  ASSERT_TRUE(attacked.begin());
  // One byte of the id must be the same: ask often enough.
  const ceremony::EpochRecord root = attacked.orders.unapproved[1].root;
  attacked.orders.approved = {};
  attacked.orders.unapproved = {};
  for (int i = 0; i < 30; ++i) {
    attacked.orders.approved.push_back(attacked.quorum.wanted(root, 1));
    attacked.orders.unapproved.push_back(attacked.without_approval(root));
  }
  ASSERT_TRUE(attacked.quorum.rogue->attack("reuse-approval", attacked.orders));
  attacked.quorum.run(minute);
  EXPECT_THAT(attacked.quorum.violations, Contains(HasSubstr("what nobody may have")));
}
#endif

TEST(Mutator, ChangesEveryFieldAndKeepsTheId) {
  wire::v1::Ask ask;
  ask.set_id(7);
  ask.mutable_sign()->set_request("request");
  ask.mutable_sign()->set_root("root");
  ask.mutable_sign()->set_epoch(3);
  ask.mutable_sign()->add_commitments()->set_participant(1);
  ask.mutable_sign()->add_commitments()->set_participant(2);
  Stream stream(1, "mutate");
  std::set<std::string> made;
  bool has_other_epoch = false;
  bool has_other_request = false;
  bool has_other_list = false;
  for (int i = 0; i < 500; ++i) {
    wire::v1::Ask mutant = ask;
    ASSERT_TRUE(mutate(mutant, ask, stream));
    EXPECT_EQ(mutant.id(), 7U);
    has_other_epoch = has_other_epoch || mutant.sign().epoch() != 3;
    has_other_request = has_other_request || mutant.sign().request() != "request";
    has_other_list = has_other_list || mutant.sign().commitments_size() != 2;
    made.insert(mutant.SerializeAsString());
  }
  EXPECT_GT(made.size(), 50U);
  EXPECT_TRUE(has_other_epoch && has_other_request && has_other_list);
}

TEST(Theatre, RebuildsWhatRootsSignWithCodeOfItsOwn) {
  Attacked attacked(41);
  ASSERT_TRUE(attacked.begin());
  const Request& file = attacked.orders.approved.front();
  EXPECT_EQ(rebuild(file.statement), file.to_be_signed);
  const std::uint64_t now = attacked.quorum.world.true_ms() / 1000;
  Setting& setting = *attacked.quorum.setting;
  const Request certificate = setting.request(5, file.root, setting.certificate(file.root, now),
                                              setting.requester(), 0, now);
  EXPECT_EQ(rebuild(certificate.statement), certificate.to_be_signed);
  EXPECT_EQ(rebuild(Bytes(20, 1)), std::nullopt);
}

TEST(Secrets, AreFoundInEveryFormAndNowhereElse) {
  StreamEntropy entropy(1, "secrets");
  Bytes secret(32);
  entropy.fill(secret);
  Secrets secrets;
  secrets.add("a", secret);
  Bytes noise(100'000);
  entropy.fill(noise);
  EXPECT_EQ(secrets.find(noise), std::nullopt);

  const auto found_behind = [&](std::size_t before, ByteView form) {
    Bytes bytes(noise.begin(), noise.begin() + static_cast<std::ptrdiff_t>(before));
    append(bytes, form);
    return secrets.find(bytes).has_value();
  };
  EXPECT_TRUE(found_behind(13, secret));
  EXPECT_TRUE(found_behind(0, Bytes(secret.rbegin(), secret.rend())));
  EXPECT_FALSE(found_behind(13, ByteView(secret).first(31)));
  // base64 of text in which it stands, at any place; from RFC 4648's own alphabet, written out.
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t before = 0; before < 4; ++before) {
    Bytes whole(before, 'x');
    append(whole, secret);
    std::string text;
    for (std::size_t bit = 0; bit + 6 <= whole.size() * 8; bit += 6) {
      unsigned value = 0;
      for (std::size_t k = bit; k < bit + 6; ++k) {
        value = value << 1 | (whole[k / 8] >> (7 - k % 8) & 1U);
      }
      text.push_back(alphabet[value]);
    }
    EXPECT_TRUE(found_behind(5, bytes_of(text))) << before;
  }
}

}  // namespace
}  // namespace quorate::sim

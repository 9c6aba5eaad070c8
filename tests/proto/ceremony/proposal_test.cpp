#include "proto/ceremony/proposal.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/proto/ceremony/create_vector.h"
#include "tests/proto/ceremony/whole_ceremony.h"

namespace quorate::ceremony {
namespace {

using testing::identifier;
using testing::SeededEntropy;

class ProposalTest : public ::testing::Test {
 protected:
  const Proposal good_ = CreateVector().proposal;

  void expect_undecodable(Code code, const std::function<void(Proposal&)>& change) const {
    Proposal proposal = good_;
    change(proposal);
    const auto decoded = decode_proposal(encode(proposal));
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code, code) << decoded.error().message;
  }
  // Well formed, and yet nothing that may create a root.
  void expect_unfit(Code code, const std::function<void(Proposal&)>& change) const {
    Proposal proposal = good_;
    change(proposal);
    const auto decoded = decode_proposal(encode(proposal));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    const Status status = check_create(*decoded);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, code) << status.error().message;
  }
};

TEST_F(ProposalTest, HasOneForm) {
  const Bytes good = encode(good_);
  EXPECT_EQ(decode_proposal(good).value(), good_);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_proposal(ByteView(good).first(size)).has_value()) << size;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(decode_proposal(longer).error().code, Code::malformed);
  longer.resize(largest_proposal + 1);
  EXPECT_EQ(decode_proposal(longer).error().code, Code::too_large);
}

TEST_F(ProposalTest, NoTwoEncodingsMeanTheSame) {
  const Bytes good = encode(good_);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Bytes changed = good;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto decoded = decode_proposal(changed);
    if (decoded) {
      EXPECT_EQ(encode(*decoded), changed);
      EXPECT_NE(id(*decoded), id(good_));
    }
  }
}

TEST_F(ProposalTest, LargestOneIsBelowTheLimit) {
  SeededEntropy entropy(1);
  Proposal proposal = good_;
  proposal.root = proposal.purpose = std::string(63, 'a');
  proposal.target.members.clear();
  for (std::uint32_t number = 1; number <= 64; ++number) {
    proposal.target.members.push_back({identifier(number), drawn_identity(entropy).public_key()});
    proposal.base_commitments.push_back(drawn_identity(entropy).public_key());
    proposal.helpers.push_back(identifier(number));
  }
  proposal.base.members = proposal.target.members;
  EXPECT_EQ(decode_proposal(encode(proposal)).value(), proposal);
  proposal.target.members.push_back({identifier(65), drawn_identity(entropy).public_key()});
  EXPECT_EQ(decode_proposal(encode(proposal)).error().code, Code::too_large);
}

TEST_F(ProposalTest, RefusesOtherVersionsKindsAndAlgorithms) {
  for (const std::size_t at : {0U, 1U, 2U}) {
    for (const std::uint8_t value : std::initializer_list<std::uint8_t>{0, 5, 255}) {
      Bytes changed = encode(good_);
      changed[at] = value;
      EXPECT_EQ(decode_proposal(changed).error().code, Code::malformed);
    }
  }
}

TEST_F(ProposalTest, RefusesMembersThatAreNotAscendingAndUnique) {
  expect_undecodable(Code::malformed, [](Proposal& proposal) {
    std::swap(proposal.target.members[0], proposal.target.members[1]);
  });
  expect_undecodable(Code::malformed, [](Proposal& proposal) {
    proposal.target.members[1].index = proposal.target.members[0].index;
  });
  expect_undecodable(Code::malformed, [](Proposal& proposal) {
    proposal.target.members[1].identity = proposal.target.members[0].identity;
  });
  expect_undecodable(Code::malformed, [](Proposal& proposal) {
    proposal.helpers = {identifier(2), identifier(1)};
  });
}

TEST_F(ProposalTest, RefusesNamesThatPeopleCouldMisread) {
  for (const char* name : {"", "-root", "Root", "root name", "r\xc3\xb6ot"}) {
    expect_undecodable(Code::malformed, [&](Proposal& proposal) { proposal.root = name; });
    expect_undecodable(Code::malformed, [&](Proposal& proposal) { proposal.purpose = name; });
  }
}

TEST_F(ProposalTest, CreatesOnlyWhatCreateMayCreate) {
  expect_unfit(Code::unknown_kind, [](Proposal& proposal) { proposal.kind = Kind::reshare; });
  expect_unfit(Code::limits, [](Proposal& proposal) { proposal.base.epoch = 1; });
  expect_unfit(Code::limits,
               [](Proposal& proposal) { proposal.base.members = proposal.target.members; });
  expect_unfit(Code::limits, [](Proposal& proposal) {
    proposal.base_commitments = {proposal.target.members[0].identity};
  });
  expect_unfit(Code::limits, [](Proposal& proposal) { proposal.base_transcript[0] = 1; });
  expect_unfit(Code::limits, [](Proposal& proposal) { proposal.lost = 1; });
  expect_unfit(Code::limits, [](Proposal& proposal) { proposal.helpers = {identifier(1)}; });
  for (const std::uint16_t threshold : std::initializer_list<std::uint16_t>{0, 1, 4}) {
    expect_unfit(Code::limits, [=](Proposal& proposal) { proposal.target.threshold = threshold; });
  }
  expect_unfit(Code::limits, [](Proposal& proposal) { proposal.target.epoch = 0; });
  expect_unfit(Code::limits, [](Proposal& proposal) { proposal.target.epoch = UINT64_MAX; });
}

TEST_F(ProposalTest, IsGoodForThirtyDaysAtMost) {
  constexpr std::uint64_t thirty_days = 30ULL * 24 * 3600;
  Proposal proposal = good_;
  proposal.not_after = proposal.not_before + thirty_days;
  EXPECT_TRUE(check_create(proposal).has_value());
  for (const std::uint64_t end :
       {good_.not_before, good_.not_before - 1, good_.not_before + thirty_days + 1, UINT64_MAX}) {
    expect_unfit(Code::outside_window, [=](Proposal& changed) { changed.not_after = end; });
  }
}

TEST_F(ProposalTest, IsDescribedWithEveryFieldThatPeopleSignFor) {
  const auto lines = describe(good_);
  const auto value = [&](const std::string& name) {
    const auto line = std::find_if(lines.begin(), lines.end(),
                                   [&](const auto& pair) { return pair.first == name; });
    return line == lines.end() ? std::string("missing") : line->second;
  };
  EXPECT_EQ(value("ceremony"), to_hex(id(good_)));
  EXPECT_EQ(value("root"), "ssh-users");
  EXPECT_EQ(value("purpose"), "ssh-user-ca");
  EXPECT_EQ(value("threshold"), "2 of 3");
  EXPECT_EQ(value("epoch"), "1");
  EXPECT_EQ(value("not before"), "1767225600");
  EXPECT_EQ(value("not after"), "1767312000");
  EXPECT_EQ(value("member 3"), "bcc67f660eede60c75a29861eeb9d048213433fa1c75f21aaca54e775d4cb797");
}

}  // namespace
}  // namespace quorate::ceremony

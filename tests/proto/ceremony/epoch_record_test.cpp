#include "proto/ceremony/epoch_record.h"

#include <gtest/gtest.h>

#include "tests/proto/ceremony/whole_ceremony.h"

namespace quorate::ceremony {
namespace {

using testing::SeededEntropy;

class EpochRecordTest : public ::testing::Test {
 protected:
  SeededEntropy entropy_{1};
  const WholeCeremony whole_ = run(2, 3, entropy_);
  EpochRecord record_ = verify(whole_.certificate()).value();

  void expect_refused(Code code) const {
    const auto decoded = decode_epoch_record(encode(record_));
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code, code) << decoded.error().message;
  }
};

TEST_F(EpochRecordTest, IsReadAsItWasWritten) {
  EXPECT_EQ(decode_epoch_record(encode(record_)).value(), record_);
  const frost::Quorum quorum = record_.quorum();
  EXPECT_EQ(quorum.epoch, frost::Epoch{1});
  EXPECT_EQ(quorum.threshold, 2);
  EXPECT_EQ(quorum.group_key, record_.commitments[0]);
  EXPECT_EQ(quorum.members, (std::vector{whole_.index(0), whole_.index(1), whole_.index(2)}));
}

TEST_F(EpochRecordTest, HasOneForm) {
  const Bytes good = encode(record_);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(decode_epoch_record(ByteView(good).first(size)).error().code, Code::malformed);
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(decode_epoch_record(longer).error().code, Code::malformed);
}

// Any changed bit is refused, or gives another record that is written as it was read.
TEST_F(EpochRecordTest, NoTwoEncodingsMeanTheSame) {
  const Bytes good = encode(record_);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Bytes changed = good;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto decoded = decode_epoch_record(changed);
    if (decoded) {
      EXPECT_NE(*decoded, record_);
      EXPECT_EQ(encode(*decoded), changed);
    }
  }
}

TEST_F(EpochRecordTest, RefusesWhatNoCeremonyLeadsTo) {
  const EpochRecord good = record_;
  record_.commitments.pop_back();
  expect_refused(Code::malformed);
  record_ = good;
  record_.members.threshold = 1;
  record_.commitments.pop_back();
  expect_refused(Code::threshold_invalid);
  record_ = good;
  record_.members.threshold = 4;
  expect_refused(Code::threshold_invalid);
  record_ = good;
  std::swap(record_.members.members[0], record_.members.members[1]);
  expect_refused(Code::malformed);
  record_ = good;
  record_.members.members[1].identity = record_.members.members[0].identity;
  expect_refused(Code::malformed);
  record_ = good;
  record_.root = "";
  expect_refused(Code::malformed);
}

}  // namespace
}  // namespace quorate::ceremony

#include "proto/ceremony/epoch_record.h"

#include <algorithm>
#include <set>

#include "crypto/base/plant.h"
#include "crypto/dkg/receiver.h"
#include "proto/ceremony/limits.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::ceremony {

using ed25519::Point;
using frost::Identifier;

namespace {

Status read_members(layout::Reader& reader, EpochRecord& record) {
  QUORATE_TRY(const std::uint16_t count, reader.count(most_members, "members"));
  std::set<Point> identities;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const std::uint16_t number, reader.u16("index"));
    QUORATE_TRY(const ByteView key, reader.raw(32, "identity"));
    QUORATE_TRY(const Identifier index, Identifier::make(number));
    QUORATE_TRY(const Point identity, Point::parse(key));
    const bool ascending =
        record.members.members.empty() || record.members.members.back().index < index;
    if (!ascending || !identities.insert(identity).second) {
      return fail(Code::malformed, "the record's members are not ascending and unique");
    }
    record.members.members.push_back({index, identity});
  }
  return Done{};
}

Status read_commitments(layout::Reader& reader, EpochRecord& record) {
  QUORATE_TRY(const std::uint16_t count, reader.count(most_members, "commitments"));
  for (std::uint16_t k = 0; k < count; ++k) {
    QUORATE_TRY(const ByteView bytes, reader.raw(32, "commitment"));
    QUORATE_TRY(const Point commitment, Point::parse(bytes));
    record.commitments.push_back(commitment);
  }
  if (record.commitments.size() != record.members.threshold && !QUORATE_PLANTED(B09)) {
    return fail(Code::malformed, "a record has one commitment for each of t");
  }
  return Done{};
}

}  // namespace

frost::Quorum EpochRecord::quorum() const {
  frost::Quorum quorum{frost::Epoch{members.epoch}, members.threshold, group_key(), {}};
  for (const Member& member : members.members) quorum.members.push_back(member.index);
  return quorum;
}

Result<frost::VerificationShares> EpochRecord::verification_shares() const {
  frost::VerificationShares shares;
  for (const Member& member : members.members) {
    QUORATE_TRY(const Point share, dkg::evaluate(commitments, member.index));
    shares.emplace(member.index, share);
  }
  return shares;
}

Bytes encode(const EpochRecord& record) {
  layout::Writer writer;
  writer.str(record.root)
      .str(record.purpose)
      .u8(ed25519_algorithm)
      .u64(record.members.epoch)
      .u16(record.members.threshold)
      .count(record.members.members.size());
  for (const Member& member : record.members.members) {
    writer.u16(member.index.number()).raw(member.identity.bytes());
  }
  writer.count(record.commitments.size());
  for (const Point& commitment : record.commitments) writer.raw(commitment.bytes());
  writer.raw(record.transcript);
  return std::move(writer).bytes();
}

Result<EpochRecord> decode_epoch_record(ByteView bytes) {
  layout::Reader reader(bytes);
  EpochRecord record;
  QUORATE_TRY(record.root, reader.name("root"));
  QUORATE_TRY(record.purpose, reader.name("purpose"));
  QUORATE_TRY(const std::uint8_t algorithm, reader.u8("algorithm"));
  if (algorithm != ed25519_algorithm) return fail(Code::malformed, "not an Ed25519 root");
  QUORATE_TRY(record.members.epoch, reader.u64("epoch"));
  QUORATE_TRY(record.members.threshold, reader.u16("threshold"));
  QUORATE_CHECK(read_members(reader, record));
  QUORATE_CHECK(frost::check_sizes(record.members.threshold, record.members.members.size()));
  QUORATE_CHECK(read_commitments(reader, record));
  QUORATE_TRY(record.transcript, reader.array<32>("transcript"));
  QUORATE_CHECK(reader.finish("the epoch record"));
  return record;
}

}  // namespace quorate::ceremony

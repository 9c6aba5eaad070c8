#include "proto/ceremony/proposal.h"

#include <algorithm>
#include <set>

#include "crypto/base/hex.h"
#include "proto/ceremony/limits.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"

namespace quorate::ceremony {

using ed25519::Point;
using frost::Identifier;

namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint64_t longest_window_s = 30ULL * 24 * 3600;

void write(layout::Writer& writer, const Side& side) {
  writer.u64(side.epoch).u16(side.threshold).count(side.members.size());
  for (const Member& member : side.members) {
    writer.u16(member.index.number()).raw(member.identity.bytes());
  }
}

Status check_ascending(const std::vector<Identifier>& indices, std::string_view what) {
  if (std::adjacent_find(indices.begin(), indices.end(), std::greater_equal<>()) != indices.end()) {
    return fail(Code::malformed, std::string(what) + " are not strictly ascending");
  }
  return Done{};
}

Result<Side> read_side(layout::Reader& reader) {
  Side side;
  QUORATE_TRY(side.epoch, reader.u64("epoch"));
  QUORATE_TRY(side.threshold, reader.u16("threshold"));
  QUORATE_TRY(const std::uint16_t count, reader.count(most_members, "members"));
  std::vector<Identifier> indices;
  std::set<Point> identities;
  for (std::uint16_t i = 0; i < count; ++i) {
    QUORATE_TRY(const std::uint16_t number, reader.u16("index"));
    QUORATE_TRY(const ByteView key, reader.raw(32, "identity"));
    QUORATE_TRY(const Identifier index, Identifier::make(number));
    QUORATE_TRY(const Point identity, Point::parse(key));
    if (!identities.insert(identity).second) {
      return fail(Code::malformed, "one identity key stands for two members");
    }
    indices.push_back(index);
    side.members.push_back({index, identity});
  }
  QUORATE_CHECK(check_ascending(indices, "member indices"));
  return side;
}

Status read_base(layout::Reader& reader, Proposal& proposal) {
  QUORATE_TRY(proposal.base, read_side(reader));
  QUORATE_TRY(const std::uint16_t commitments, reader.count(most_members, "base commitments"));
  for (std::uint16_t k = 0; k < commitments; ++k) {
    QUORATE_TRY(const ByteView point, reader.raw(32, "base commitment"));
    QUORATE_TRY(const Point commitment, Point::parse(point));
    proposal.base_commitments.push_back(commitment);
  }
  QUORATE_TRY(proposal.base_transcript, reader.array<32>("base transcript"));
  return Done{};
}

Status read_repair(layout::Reader& reader, Proposal& proposal) {
  QUORATE_TRY(proposal.lost, reader.u16("lost index"));
  QUORATE_TRY(const std::uint16_t helpers, reader.count(most_members, "helpers"));
  for (std::uint16_t i = 0; i < helpers; ++i) {
    QUORATE_TRY(const std::uint16_t number, reader.u16("helper"));
    QUORATE_TRY(const Identifier helper, Identifier::make(number));
    proposal.helpers.push_back(helper);
  }
  return check_ascending(proposal.helpers, "helpers");
}

Result<Kind> kind_of(std::uint8_t number) {
  for (const Kind kind : {Kind::create, Kind::refresh, Kind::reshare, Kind::repair}) {
    if (static_cast<std::uint8_t>(kind) == number) return kind;
  }
  return fail(Code::malformed, "no ceremony of kind " + std::to_string(number));
}

}  // namespace

const Member* Side::find(Identifier index) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.index == index; });
  return found == members.end() ? nullptr : &*found;
}

const Member* Side::find(const Point& identity) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& member) {
    return member.identity == identity;
  });
  return found == members.end() ? nullptr : &*found;
}

Bytes encode(const Proposal& proposal) {
  layout::Writer writer;
  writer.u8(version)
      .u8(static_cast<std::uint8_t>(proposal.kind))
      .u8(ed25519_algorithm)
      .raw(proposal.nonce)
      .str(proposal.root)
      .str(proposal.purpose)
      .u64(proposal.not_before)
      .u64(proposal.not_after);
  write(writer, proposal.base);
  writer.count(proposal.base_commitments.size());
  for (const Point& commitment : proposal.base_commitments) writer.raw(commitment.bytes());
  writer.raw(proposal.base_transcript);
  write(writer, proposal.target);
  writer.u16(proposal.lost).count(proposal.helpers.size());
  for (const Identifier helper : proposal.helpers) writer.u16(helper.number());
  return std::move(writer).bytes();
}

Result<Proposal> decode_proposal(ByteView bytes) {
  if (bytes.size() > largest_proposal) {
    return fail(Code::too_large, "a proposal has at most 16 KiB");
  }
  layout::Reader reader(bytes);
  Proposal proposal;
  QUORATE_TRY(const std::uint8_t found_version, reader.u8("version"));
  QUORATE_TRY(const std::uint8_t kind, reader.u8("kind"));
  QUORATE_TRY(const std::uint8_t algorithm, reader.u8("algorithm"));
  if (found_version != version || algorithm != ed25519_algorithm) {
    return fail(Code::malformed, "this program knows proposals of version 1 for Ed25519 only");
  }
  QUORATE_TRY(proposal.kind, kind_of(kind));
  QUORATE_TRY(proposal.nonce, reader.array<16>("nonce"));
  QUORATE_TRY(proposal.root, reader.name("root"));
  QUORATE_TRY(proposal.purpose, reader.name("purpose"));
  QUORATE_TRY(proposal.not_before, reader.u64("not_before"));
  QUORATE_TRY(proposal.not_after, reader.u64("not_after"));
  QUORATE_CHECK(read_base(reader, proposal));
  QUORATE_TRY(proposal.target, read_side(reader));
  QUORATE_CHECK(read_repair(reader, proposal));
  QUORATE_CHECK(reader.finish("the proposal"));
  return proposal;
}

Id id(const Proposal& proposal) { return layout::hash("proposal", encode(proposal)); }

Status check_create(const Proposal& proposal) {
  if (proposal.kind != Kind::create) {
    return fail(Code::unknown_kind, "this node takes part in ceremonies of kind create only");
  }
  if (proposal.base != Side{} || !proposal.base_commitments.empty() ||
      proposal.base_transcript != layout::Hash{} || proposal.lost != 0 ||
      !proposal.helpers.empty()) {
    return fail(Code::limits, "a proposal to create a root has no base and no helpers");
  }
  const Side& target = proposal.target;
  if (const Status sizes = frost::check_sizes(target.threshold, target.members.size()); !sizes) {
    return fail(Code::limits, sizes.error().message);
  }
  // Numbers above not_before are refused for every kind, so that no signed proposal for epoch
  // 2^64-1 can freeze a root for ever.
  if (target.epoch == 0 || target.epoch > proposal.not_before) {
    return fail(Code::limits, "the epoch must be at least 1 and not above not_before");
  }
  if (proposal.not_after <= proposal.not_before ||
      proposal.not_after - proposal.not_before > longest_window_s) {
    return fail(Code::outside_window, "a proposal is good for at most 30 days");
  }
  return Done{};
}

std::vector<std::pair<std::string, std::string>> describe(const Proposal& proposal) {
  std::vector<std::pair<std::string, std::string>> lines = {
      {"ceremony", to_hex(id(proposal))},
      {"kind", proposal.kind == Kind::create ? "create a root, no dealer" : "other"},
      {"root", proposal.root},
      {"purpose", proposal.purpose},
      {"algorithm", "Ed25519"},
      {"threshold", std::to_string(proposal.target.threshold) + " of " +
                        std::to_string(proposal.target.members.size())},
      {"epoch", std::to_string(proposal.target.epoch)},
      {"not before", std::to_string(proposal.not_before)},
      {"not after", std::to_string(proposal.not_after)}};
  for (const Member& member : proposal.target.members) {
    lines.emplace_back("member " + std::to_string(member.index.number()),
                       to_hex(member.identity.bytes()));
  }
  return lines;
}

}  // namespace quorate::ceremony

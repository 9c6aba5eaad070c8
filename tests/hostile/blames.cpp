// Proofs that a node lied, as files of strangers.

#include "proto/blame/blame.h"
#include "tests/hostile/table.h"
#include "tests/proto/blame/lie.h"

namespace quorate::hostile {
namespace {

// Where a field begins, counted from the layout's front: the record is a blob of its own length.
struct Places {
  std::size_t record = 2 + 4;
  std::size_t to_be_signed;
  std::size_t commitments;
  std::size_t partial;
  std::size_t certificate;

  explicit Places(const blame::WrongPartial& evidence)
      : to_be_signed(record + ceremony::encode(evidence.record).size()),
        commitments(to_be_signed + 4 + evidence.to_be_signed.size()),
        partial(commitments + 2 + evidence.commitments.size() * 66),
        certificate(partial + 4 + evidence.partial.body.size() + 64) {}
};

}  // namespace

Table blames() {
  const blame::WrongPartial evidence = blame::lie().evidence;
  blame::WrongPartial bare = evidence;
  bare.certificate.reset();
  const Bytes good = blame::encode(evidence);
  const Bytes small = blame::encode(bare);
  const Places at(evidence);
  return {
      "blame::decode",
      [](ByteView input) { return code_of(blame::decode(input)); },
      {good, small},
      {
          {"nothing", {}, Code::malformed},
          {"another version", with_byte(good, 0, 2), Code::malformed},
          {"another kind", with_byte(good, 1, 2), Code::malformed},
          {"a record of 4 GiB", with_byte(good, 2, 0xff), Code::too_large},
          {"a record that is none", with_byte(good, at.record, 0xff), Code::malformed},
          {"signed bytes of 4 GiB", with_byte(good, at.to_be_signed, 0xff), Code::too_large},
          {"65 commitments", with_byte(good, at.commitments + 1, 65), Code::too_large},
          {"a commitment of participant 0", with_byte(good, at.commitments + 3, 0),
           Code::unknown_participant},
          {"a partial of 4 GiB", with_byte(good, at.partial, 0xff), Code::too_large},
          {"neither with nor without a certificate", with_byte(small, at.certificate, 2),
           Code::malformed},
          {"a certificate announced and missing", with_byte(small, at.certificate, 1),
           Code::malformed},
          {"a certificate of 4 GiB", with_byte(good, at.certificate + 1, 0xff), Code::too_large},
          {"cut short", without_last(good), Code::malformed},
          {"something behind it", followed_by(good, {0}), Code::malformed},
      }};
}

}  // namespace quorate::hostile

#include "proto/record/receipt.h"

#include "crypto/base/invariant.h"
#include "proto/layout/reader.h"
#include "proto/layout/writer.h"
#include "proto/record/record.h"

namespace quorate::record {

Bytes encode(const Receipt& receipt) {
  QUORATE_INVARIANT(receipt.index < receipt.size && receipt.path.size() <= path_limit &&
                    receipt.note.size() <= note_limit);
  layout::Writer out;
  out.raw(receipt.salt).u64(receipt.index).u64(receipt.size).count(receipt.path.size());
  for (const Hash& hash : receipt.path) out.raw(hash);
  out.blob(bytes_of(receipt.note));
  return std::move(out).bytes();
}

Result<Receipt> decode_receipt(ByteView receipt) {
  layout::Reader in(receipt);
  Receipt out;
  QUORATE_TRY(out.salt, in.array<16>("the receipt's salt"));
  QUORATE_TRY(out.index, in.u64("the receipt's index"));
  QUORATE_TRY(out.size, in.u64("the receipt's size"));
  QUORATE_TRY(const std::uint16_t hashes, in.count(path_limit, "the inclusion path"));
  for (std::uint16_t i = 0; i < hashes; ++i) {
    QUORATE_TRY(const Hash hash, in.array<32>("the inclusion path"));
    out.path.push_back(hash);
  }
  QUORATE_TRY(const ByteView note, in.blob(note_limit, "the checkpoint note"));
  out.note = text_of(note);
  QUORATE_CHECK(in.finish("the receipt"));
  if (out.index >= out.size) {
    return fail(Code::malformed, "the receipt's index is beyond its tree");
  }
  return out;
}

Result<Checkpoint> check(const Receipt& receipt, ByteView record, std::string_view origin,
                         const ed25519::Point& identity) {
  QUORATE_TRY(Checkpoint checkpoint, open_note(receipt.note, origin, identity));
  if (checkpoint.tree.size != receipt.size) {
    return fail(Code::receipt_invalid, "the receipt and its checkpoint differ in size");
  }
  const Hash hash = leaf_hash(leaf(receipt.salt, record));
  if (!includes(checkpoint.tree, receipt.index, hash, receipt.path)) {
    return fail(Code::receipt_invalid,
                "the receipt does not lead from the record to the root of " + checkpoint.origin);
  }
  return checkpoint;
}

}  // namespace quorate::record

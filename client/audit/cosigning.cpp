#include "client/audit/cosigning.h"

#include <algorithm>

#include "proto/record/merkle.h"

namespace quorate::audit {
namespace {

constexpr std::string_view signature_mark = "\u2014 ";  // as each signature line of a note begins

}  // namespace

Cosigning::Cosigning(Node of, Node by, std::string note)
    : of_(std::move(of)), by_(std::move(by)), ask_{std::move(note), 0, {}} {}

Result<std::optional<Finding>> Cosigning::prove(const Page& page) {
  QUORATE_TRY(const record::Checkpoint now,
              record::open_note(page.checkpoint, of_.origin, of_.identity));
  if (now.tree.size < ask_.from) {
    return Finding{Kind::shrunk,
                   {of_.name},
                   by_.name + " has cosigned a ledger of " + std::to_string(ask_.from) +
                       " records of " + of_.name + ", which now shows only " +
                       std::to_string(now.tree.size),
                   {},
                   {{"checkpoint now", page.checkpoint}}};
  }
  ask_.checkpoint = page.checkpoint;
  ask_.consistency = page.consistency;
  return std::nullopt;
}

Result<CosignOutcome> Cosigning::judge(const CosignAnswer& answer) {
  QUORATE_TRY(const record::Checkpoint shown,
              record::open_note(ask_.checkpoint, of_.origin, of_.identity));
  if (!answer.contradicted.empty()) {
    // Only what the node itself signed speaks against it.
    QUORATE_TRY(const record::Checkpoint earlier,
                record::open_note(answer.contradicted, of_.origin, of_.identity));
    const bool is_shown_to_fit = record::extends(shown.tree, earlier.tree, ask_.consistency);
    if (is_shown_to_fit || earlier == shown) {
      return fail(Code::message_differs,
                  by_.name + " calls two checkpoints a contradiction that fit together");
    }
    return Finding{Kind::split,
                   {of_.name},
                   of_.name + " showed " + by_.name + " a ledger of " +
                       std::to_string(earlier.tree.size) +
                       " records that the one it shows here, of " +
                       std::to_string(shown.tree.size) + ", does not extend",
                   {},
                   {{"checkpoint shown to " + by_.name, answer.contradicted},
                    {"checkpoint shown here", ask_.checkpoint}}};
  }
  if (answer.cosignature.empty()) {
    if (answer.size == 0) return fail(Code::malformed, "it gave neither a cosignature nor a size");
    ask_.from = answer.size;
    return NeedsProof{answer.size};
  }
  QUORATE_CHECK(record::open_cosignature(answer.cosignature, shown, by_.origin, by_.cosigner));
  const bool has_line_feed = answer.cosignature.ends_with('\n');
  return CosignedNote{ask_.checkpoint + answer.cosignature + (has_line_feed ? "" : "\n")};
}

Result<OpenedCosigned> open_cosigned(const std::string& note, const Node& of, const Node& by) {
  QUORATE_TRY(record::Checkpoint checkpoint, record::open_note(note, of.origin, of.identity));
  // Signature lines of others are passed over, whatever they say.
  std::size_t begin = note.rfind("\n\n") + 2;
  while (begin < note.size()) {
    const std::size_t end = note.find('\n', begin) + 1;
    const std::string_view line = std::string_view(note).substr(begin, end - begin);
    begin = end;
    if (!line.starts_with(std::string(signature_mark) + by.origin + " ")) continue;
    const Result<std::uint64_t> time =
        record::open_cosignature(line, checkpoint, by.origin, by.cosigner);
    if (time) return OpenedCosigned{std::move(checkpoint), *time};
  }
  return fail(Code::signature_invalid, "the checkpoint is not cosigned by " + by.name);
}

}  // namespace quorate::audit

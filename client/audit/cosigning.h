// Carries one node's checkpoint to another, which vouches for having seen nothing else: then the
// first can't show two histories without a witness. The node that cosigns asks for a proof from the
// tree it cosigned before; whoever carries the checkpoint brings it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/audit/finding.h"
#include "client/audit/node.h"
#include "client/audit/pull.h"
#include "crypto/base/result.h"

namespace quorate::audit {

struct CosignAsk {
  std::string checkpoint;
  std::uint64_t from;  // 0: no proof
  std::vector<Hash> consistency;
};

struct CosignAnswer {
  std::uint64_t size;
  std::string cosignature;
  std::string contradicted;
};

struct CosignedNote {
  std::string note;  // the checkpoint, with both signatures
};
// Ask the other node for its history from there, and come again with the page.
struct NeedsProof {
  std::uint64_t size;
};
using CosignOutcome = std::variant<CosignedNote, NeedsProof, Finding>;

class Cosigning {
 public:
  // `of` signed the note; `by` is to cosign it.
  Cosigning(Node of, Node by, std::string note);

  CosignAsk ask() const { return ask_; }
  // The page that `NeedsProof` asked for: it brings the newest checkpoint and the proof to it. A
  // finding where that is smaller than what was cosigned before. `malformed`, `signature_invalid`.
  [[nodiscard]] Result<std::optional<Finding>> prove(const Page& page);
  // Fails where the answer proves nothing: `malformed`, `signature_invalid`.
  [[nodiscard]] Result<CosignOutcome> judge(const CosignAnswer& answer);

 private:
  Node of_;
  Node by_;
  CosignAsk ask_;
};

// Whether the note is a checkpoint of `of` that `by` cosigned, and when.
struct OpenedCosigned {
  record::Checkpoint checkpoint;
  std::uint64_t time_s;
};
[[nodiscard]] Result<OpenedCosigned> open_cosigned(const std::string& note, const Node& of,
                                                   const Node& by);

}  // namespace quorate::audit

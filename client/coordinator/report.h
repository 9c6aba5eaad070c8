// What came of a request, node by node, and the proof against a node that lied.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/frost/package.h"
#include "proto/blame/blame.h"
#include "proto/record/signed_verdict.h"

namespace quorate::coordinator {

// The proof against a liar: proto/blame. Here without the certificate, which the coordinator does
// not need: its caller trusts the record.
using blame::judge;
using blame::WrongPartial;

enum class Conduct {
  answered,  // nothing to complain of; perhaps it was never needed
  silent,    // connected, and it did not answer in time
  unreachable,
  refused,    // with a code and a reason
  unstable,   // it lost its nonces again and again; nobody's guilt
  malformed,  // an answer that no honest node sends, but that convinces nobody else
  lied,       // a wrong partial signature, with evidence
  not_asked,  // the caller left it out
};

// `answered`, `silent`, `not asked`, ...
std::string_view name(Conduct conduct);

// Where in a node's ledger a verdict stands, as its receipt says.
struct LedgerPlace {
  std::uint64_t index;
  std::uint64_t size;
};

// What a node wrote down about the request, as it sent it.
struct ReportedVerdict {
  Bytes signed_verdict;                  // record::encode(SignedVerdict)
  std::optional<record::Record> record;  // whose body is a verdict; none where it does not decode
  std::optional<LedgerPlace> in_ledger;  // where there is a receipt
  std::string trouble;  // what does not hold of signature, record, receipt or reason; else empty

  const record::Verdict* decided() const {
    return record ? std::get_if<record::Verdict>(&record->body) : nullptr;
  }
};

// A refusal may have no receipt: then it was only counted.
inline constexpr record::Receipts approval_receipts = record::Receipts::required;

ReportedVerdict read_verdict(ByteView signed_verdict, const record::Asked& asked,
                             record::Receipts receipts);

// The same for one that came with a refusal, which must be what was written down.
struct SaidRefusal {
  std::uint32_t code;
  std::string_view reason;
  record::Salt salt;
};
ReportedVerdict read_verdict(ByteView signed_verdict, const record::Asked& asked,
                             const SaidRefusal& said);

struct NodeReport {
  frost::Identifier node;
  std::string name;
  Conduct conduct;
  std::uint32_t code;  // of a refusal, as it travelled (code_of_number()); else 0
  std::string reason;  // printable ASCII: what the node said, or what broke; may be empty
  std::optional<WrongPartial> evidence;         // where it lied
  std::optional<ReportedVerdict> verdict = {};  // what it decided, where it said so
};

// `bravo refused: requester_not_allowed: …`
std::string text(const NodeReport& report);

// The exit code of a command that ends so.
enum class Outcome : int {
  refused = 1,        // even with everybody reachable too few would have agreed
  too_few_nodes = 3,  // with the missing ones it could still be done
};

struct Report {
  Outcome outcome;
  std::uint16_t threshold;
  std::vector<NodeReport> nodes;  // every member of the root, ascending
  std::size_t sessions;           // that were opened

  // In one line, without names: `too few nodes: 2 of 3 are needed, 1 refused, 1 unreachable`.
  std::string summary() const;
};

}  // namespace quorate::coordinator

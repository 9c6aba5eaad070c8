// What stood behind the veils of records, where it was not erased: names, reasons, evidence.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/audit/pull.h"
#include "proto/record/record.h"

namespace quorate::audit {

class Texts {
 public:
  void add(const std::vector<Text>& texts);

  // What was veiled to this hash. Nothing where it was erased.
  const Bytes* find(const Hash& veil) const;

 private:
  std::map<Hash, Bytes> texts_;
};

// `alice`, or `erased`; printable ASCII whatever the node sent.
std::string name_behind(const Texts& texts, const Hash& veil);

}  // namespace quorate::audit

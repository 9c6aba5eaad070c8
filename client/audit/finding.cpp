#include "client/audit/finding.h"

namespace quorate::audit {

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::file_damaged: return "file_damaged";
    case Kind::record_malformed: return "record_malformed";
    case Kind::tree_differs: return "tree_differs";
    case Kind::note_invalid: return "note_invalid";
    case Kind::start_differs: return "start_differs";
    case Kind::time_went_back: return "time_went_back";
    case Kind::approved_too_late: return "approved_too_late";
    case Kind::order_broken: return "order_broken";
    case Kind::shrunk: return "shrunk";
    case Kind::rewritten: return "rewritten";
    case Kind::split: return "split";
    case Kind::two_documents: return "two_documents";
    case Kind::too_few_ledgers: return "too_few_ledgers";
    case Kind::clocks_disagree: return "clocks_disagree";
  }
  return "unknown";
}

std::optional<Kind> kind_of_name(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Kind::clocks_disagree); ++i) {
    const auto kind = static_cast<Kind>(i);
    if (audit::name(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace quorate::audit

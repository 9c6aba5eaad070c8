// What `quorate audit` does, command by command.

#pragma once

#include "client/cli/arguments.h"

namespace quorate::cli {

[[nodiscard]] Outcome<Exit> verify_ledgers(const Common& common, const Console& console);

struct RecordFilter {
  std::string who;    // asked or approved; empty: anybody
  std::string since;  // a period (`2d`) or a time (`20261231Z`); empty: from the beginning
  std::string root;
  std::string code;  // its name or number
};
[[nodiscard]] Outcome<Exit> show_records(const RecordFilter& filter, const Common& common,
                                         const Console& console);
[[nodiscard]] Outcome<Exit> export_records(const RecordFilter& filter, const Common& common,
                                           const Console& console);

struct TraceArguments {
  Path file;               // a certificate, a .sig, or a request
  std::optional<Path> of;  // --file: what the .sig is a signature of
  bool is_offline = false;
};
[[nodiscard]] Outcome<Exit> trace(const TraceArguments& arguments, const Common& common,
                                  const Console& console);

}  // namespace quorate::cli

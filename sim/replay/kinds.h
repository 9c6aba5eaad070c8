// The two kinds of recordings. The room's own.

#pragma once

#include "proto/recording/reader.h"
#include "sim/replay/replay.h"

namespace quorate::sim::replay {

// Both fill in the report as far as they come; an error is what keeps them from going on.
[[nodiscard]] Status replay_client(recording::Reader& reader, const Teller& tell, Report& report);
[[nodiscard]] Status replay_node(recording::Reader& reader, const std::filesystem::path& folder,
                                 const Teller& tell, Report& report);

// `12.304 s`, since the first entry.
std::string time_in_words(std::uint64_t time_ms, std::uint64_t begin_ms);

// The first difference counts.
void differs(Report& report, std::size_t entry, std::string what);

}  // namespace quorate::sim::replay

#include "sim/replay/replay.h"

#include "sim/replay/kinds.h"

namespace quorate::sim::replay {

Result<Report> replay(ByteView recording, const std::filesystem::path& folder, const Teller& tell) {
  QUORATE_TRY(recording::Reader reader, recording::Reader::open(recording));
  Report report;
  report.core = reader.core();
  const Status ended = reader.core() == recording::Core::coordinator
                           ? replay_client(reader, tell, report)
                           : replay_node(reader, folder, tell, report);
  if (!ended && ended.error().code == Code::io) {
    Error error = ended.error();
    return tl::unexpected(std::move(error));
  }
  if (!ended) report.broken = ended.error();
  report.entries = reader.count();
  report.is_cut = reader.is_cut();
  return report;
}

std::string time_in_words(std::uint64_t time_ms, std::uint64_t begin_ms) {
  const std::uint64_t since = time_ms >= begin_ms ? time_ms - begin_ms : 0;
  std::string thousandths = std::to_string(since % 1000);
  thousandths.insert(0, 3 - thousandths.size(), '0');
  std::string text = std::to_string(since / 1000) + "." + thousandths + " s";
  if (text.size() < 11) text.insert(0, 11 - text.size(), ' ');
  return text;
}

void differs(Report& report, std::size_t entry, std::string what) {
  if (!report.difference) report.difference = Difference{entry, std::move(what)};
}

}  // namespace quorate::sim::replay

// quorate-sim replay: a run that was kept as a file, or a recording of a real node or client.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

#include "client/home/file.h"
#include "sim/cli/commands.h"
#include "sim/cli/words.h"
#include "sim/replay/replay.h"
#include "sim/run/shrink.h"
#include "version.h"

namespace quorate::sim {
namespace {

constexpr std::size_t largest_file = std::size_t{2} << 30;
constexpr std::string_view recording_begins = "QREC";
constexpr std::chrono::minutes longest_run{30};

std::string text_of(const replay::Report& report) {
  std::string out = line("entries", std::to_string(report.entries)) +
                    line("decisions compared", std::to_string(report.compared));
  if (report.is_cut) out += "the file ends inside an entry: whoever wrote it was killed\n";
  if (report.broken) out += "the rest can't be run: " + report.broken->message + "\n";
  if (report.difference) {
    return out + "DIFFERENT at entry " + std::to_string(report.difference->entry) + ": " +
           report.difference->what + "\n";
  }
  return out + "decided as it was then\n";
}

int complain(const Error& error) {
  std::cerr << "quorate-sim: " << error.message << '\n';
  return 2;
}

// A folder that is gone when the replay is over.
class Folder {
 public:
  static Result<Folder> make() {
    std::error_code error;
    std::string path =
        (std::filesystem::temp_directory_path(error) / "quorate-replay-XXXXXX").string();
    if (error || ::mkdtemp(path.data()) == nullptr) {
      return fail(Code::io, "can't make a temporary folder for the node's databases");
    }
    return Folder(path);
  }
  explicit Folder(std::string path) : path_(std::move(path)) {}
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Folder& operator=(Folder&&) = delete;
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct ReplayCommand {
  std::string file;
  std::string trace;
  std::string follow;
  bool expects_failure = false;

  int act() const {
    const Result<std::string> content = home::read_file(file, largest_file);
    if (!content) return complain(content.error());
    return content->starts_with(recording_begins) ? replay_recording(*content)
                                                  : replay_case(*content);
  }

  bool is_wanted(std::string_view host, std::string_view text) const {
    return follow.empty() || host == follow || text.find(follow) != std::string_view::npos;
  }

  int replay_case(const std::string& text) const {
    const Result<Case> read = read_case(text, file);
    if (!read) return complain(read.error());
    const plant::Bug bug = expects_failure ? read->bug : plant::Bug::none;
    if (bug != plant::Bug::none && !plant_named(std::string(plant::name(bug)))) return 2;
    RunOptions options;
    if (trace == "short") {
      options.reader = [this](Time time, std::string_view host, std::string_view line) {
        // Written at once: what a process says last before it dies matters most.
        if (is_wanted(host, line)) std::cout << trace_line(time, host, line) << std::flush;
      };
    }
    const RunPlan plan = draw_plan(read->seed, read->overrides);
    const std::optional<RunResult> result = judge(plan, bug, read->property, longest_run, options);
    if (!result) {
      std::cerr << "quorate-sim: " << file << ": the run did not end in half an hour\n";
      return 1;
    }
    std::cout << text_of(plan, *result);
    if (read->release != version) {
      std::cout << "found with release " << read->release << "; this is " << version << '\n';
    }
    if (!expects_failure) return result->violations.empty() ? 0 : 1;
    if (breaks(*result, read->property)) return 0;
    std::cout << "expected " << read->property << " to fail, as " << file << " says\n";
    return 1;
  }

  // Points in a recording are real, so the transparent group can't read them.
  int replay_recording(const std::string& content) const {
    if (is_group_transparent()) return run_real({"replay", file, "--follow", follow});
    const Result<Folder> folder = Folder::make();
    if (!folder) return complain(folder.error());
    const auto tell = [&](const std::string& line) {
      if (is_wanted("", line)) std::cout << line << '\n';
    };
    const Result<replay::Report> report = replay::replay(bytes_of(content), folder->path(), tell);
    if (!report) return complain(report.error());
    std::cout << text_of(*report);
    return report->difference || report->broken ? 1 : 0;
  }
};

}  // namespace

void add_replay(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "replay", "a run that was kept as a file, or a recording of a node or a client, once more");
  auto arguments = std::make_shared<ReplayCommand>();
  command->add_option("FILE", arguments->file, "of quorate-sim shrink, or of a recorder")
      ->required();
  command->add_option("--trace", arguments->trace, "short: a line for each event")
      ->check(CLI::IsMember({"short"}));
  command->add_option("--follow", arguments->follow,
                      "only lines of this host, or with this text: #17");
  command->add_flag("--expect-failure", arguments->expects_failure,
                    "with the file's planted bug, if it names one; and 0 is the exit code when the "
                    "file's property fails, 1 when it holds");
  command->callback([&action, arguments] { action = [arguments] { return arguments->act(); }; });
}

}  // namespace quorate::sim

#include "client/dev/local_quorum.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

#include "client/dev/process.h"

namespace quorate::dev {
namespace {

constexpr std::chrono::seconds patience_to_end(10);

StoppedNode::How how_of(Stopped stopped) {
  return stopped == Stopped::by_force ? StoppedNode::How::by_force : StoppedNode::How::on_request;
}

}  // namespace

Result<Lock> Lock::take(const Place& place) {
  std::error_code failed;
  std::filesystem::create_directories(place.folder(), failed);
  const int file = failed ? -1 : open(place.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    const std::string why = failed ? failed.message() : std::system_category().message(errno);
    return fail(Code::io, "can't write to " + place.folder().string() + ": " + why);
  }
  Lock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return fail(Code::usage, "another `quorate dev` is at work in " + place.folder().string());
  }
  return lock;
}

Lock::Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Lock::~Lock() {
  if (file_ >= 0) close(file_);
}

bool is_made(const Place& place) {
  std::error_code failed;
  return std::filesystem::exists(place.client() / "roster.toml", failed);
}

Result<std::vector<StoppedNode>> stop(const Place& place) {
  QUORATE_TRY(const std::vector<std::string> names, place.node_names());
  std::vector<StoppedNode> out;
  std::vector<std::pair<std::size_t, Stopping>> under_way;  // all at once, then one by one
  for (const std::string& name : names) {
    if (const std::optional<pid_t> process = running_node(place.node(name))) {
      Result<Stopping> stopping = Stopping::of(*process);
      if (stopping && running_node(place.node(name)) == process) {
        QUORATE_CHECK(stopping->ask());
        under_way.emplace_back(out.size(), *std::move(stopping));
      }
    }
    out.push_back({name, StoppedNode::How::was_not_running});
  }
  for (auto& [index, stopping] : under_way) {
    QUORATE_TRY(const Stopped stopped, stopping.wait(patience_to_end));
    out[index].how = how_of(stopped);
  }
  return out;
}

}  // namespace quorate::dev

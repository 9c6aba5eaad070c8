// What `dev up` does each time.

#include "client/dev/local_quorum.h"
#include "client/dev/node_file.h"
#include "client/dev/port.h"
#include "client/dev/process.h"
#include "client/driver/description.h"
#include "client/home/home.h"
#include "client/home/identity.h"

namespace quorate::dev {
namespace {

constexpr std::chrono::seconds patience_to_start(60);
constexpr std::chrono::milliseconds one_look(500);
constexpr std::chrono::milliseconds between_looks(20);
constexpr std::chrono::seconds patience_to_stop(10);
constexpr std::size_t small_file = std::size_t{64} * 1024;

// What start() started, stopped again unless it is kept.
class Started {
 public:
  Started() = default;
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;
  ~Started() {
    for (const LocalNode& node : nodes_) {
      if (node.was_running) continue;
      Result<Stopping> stopping = Stopping::of(node.process);
      if (!stopping || !stopping->ask()) continue;
      if (!stopping->wait(patience_to_stop)) continue;  // nothing better is left to do
    }
  }

  void add(LocalNode node) { nodes_.push_back(std::move(node)); }
  const std::vector<LocalNode>& nodes() const { return nodes_; }
  std::vector<LocalNode> keep() { return std::exchange(nodes_, {}); }

 private:
  std::vector<LocalNode> nodes_;
};

Status move_to_another_port(const Place& place, home::Roster& roster, home::RosterNode& node) {
  QUORATE_TRY(const std::vector<std::uint16_t> ports, free_ports(1));
  node.address.port = ports.front();
  const Path file = place.node(node.name) / "node.toml";
  QUORATE_TRY(const std::string text, home::read_file(file, small_file));
  QUORATE_TRY(const std::string changed, with_listen(text, node.address.text()));
  QUORATE_CHECK(home::write_file(file, changed, 0600, home::Existing::replace));
  return home::write_file(home::Home(place.client()).roster(), home::format(roster), 0644,
                          home::Existing::replace);
}

Error ended(const Place& place, const LocalNode& node) {
  const Path log = place.node(node.name) / "log";
  return {Code::tool_failed, "node " + node.name + " ended instead of answering; the end of " +
                                 log.string() + ":\n" + tail(log, 10)};
}

Error not_answering(const Place& place, const driver::NodeDescription& answer,
                    const std::string& why) {
  const Path log = place.node(answer.node.name) / "log";
  return {Code::timed_out, "node " + answer.node.name + " is not ready: " + why + "; the end of " +
                               log.string() + ":\n" + tail(log, 10)};
}

// Why the node can't sign yet.
std::optional<std::string> trouble_of(const driver::NodeDescription& answer) {
  if (!answer.description) return answer.description.error().message;
  if (answer.description->custody_state != "ready") return answer.description->custody_state;
  return std::nullopt;
}

Status wait_until_ready(const Place& place, const home::Roster& roster, const Started& started) {
  QUORATE_TRY(const ed25519::SigningKey identity,
              home::load_identity(home::Home(place.client()).identity()));
  QUORATE_TRY(const auto quorum, driver::Quorum::make(identity, roster.nodes));
  const std::uint64_t until =
      driver::Quorum::now_ms() + driver::Milliseconds(patience_to_start).count();
  while (true) {
    std::optional<Error> waiting;
    for (const driver::NodeDescription& answer :
         driver::describe(*quorum, one_look, driver::Patience::until_timeout)) {
      const std::optional<std::string> why = trouble_of(answer);
      if (why) waiting = not_answering(place, answer, *why);
    }
    if (!waiting) return Done{};
    for (const LocalNode& node : started.nodes()) {
      if (!node.was_running && has_ended(node.process)) return tl::unexpected(ended(place, node));
    }
    if (driver::Quorum::now_ms() >= until) return tl::unexpected(*std::move(waiting));
    quorum->run_for(between_looks);
  }
}

// A node is rude from its start or not at all.
Status refuse_running(const Place& place, const home::Roster& roster) {
  for (const home::RosterNode& node : roster.nodes) {
    if (!running_node(place.node(node.name))) continue;
    return fail(Code::usage, "node " + node.name +
                                 " runs already, and politely; `quorate dev down" + " --dir " +
                                 place.folder().string() + "` stops it");
  }
  return Done{};
}

std::vector<std::string> arguments_of(const Path& dir, const std::optional<Rude>& rude,
                                      std::size_t seat, const home::Roster& roster) {
  std::vector<std::string> arguments{"run", dir.string()};
  if (!rude) return arguments;
  arguments.insert(arguments.end(),
                   {"--rude", std::to_string(rude->seed), std::to_string(seat),
                    std::to_string(roster.nodes.size()), std::to_string(rude->unwell)});
  return arguments;
}

}  // namespace

Result<std::vector<LocalNode>> start(const Place& place, const std::optional<Rude>& rude,
                                     const Progress& progress) {
  QUORATE_TRY(home::Roster roster, home::load_roster(home::Home(place.client()).roster()));
  const Path program = program_beside_us("quorate-node");
  if (rude) QUORATE_CHECK(refuse_running(place, roster));
  Started started;
  for (home::RosterNode& node : roster.nodes) {
    const Path dir = place.node(node.name);
    if (const std::optional<pid_t> process = running_node(dir)) {
      started.add({node.name, node.address, *process, true});
      continue;
    }
    if (!is_free(node.address.port)) {
      QUORATE_CHECK(move_to_another_port(place, roster, node));
    }
    progress("starting node " + node.name + " on " + node.address.text());
    QUORATE_TRY(const pid_t process,
                start_in_background(
                    program, arguments_of(dir, rude, started.nodes().size(), roster), dir / "log"));
    started.add({node.name, node.address, process, false});
  }
  QUORATE_CHECK(wait_until_ready(place, roster, started));
  return started.keep();
}

}  // namespace quorate::dev

#include "node/program/run.h"

#include <csignal>
#include <ctime>
#include <fstream>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>
#include <boost/asio.hpp>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "node/core/core.h"
#include "node/custody/memory.h"
#include "node/custody/pkcs11/softhsm.h"
#include "node/door/door.h"
#include "node/oidc/fetch/fetcher.h"
#include "node/program/keys.h"
#include "node/program/policy_files.h"
#include "node/program/recorder.h"
#include "node/program/system.h"
#include "node/server/refusal.h"
#include "node/server/rude_service.h"
#include "node/server/server.h"
#include "node/server/worker.h"
#include "version.h"

namespace quorate::node {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr auto custody_poll = std::chrono::seconds(1);

std::int64_t read_clock_ms(clockid_t clock) {
  timespec time{};
  QUORATE_INVARIANT(clock_gettime(clock, &time) == 0);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

Now read_clocks() {
  const std::int64_t wall = read_clock_ms(CLOCK_REALTIME);
  return {static_cast<std::uint64_t>(wall),
          {read_clock_ms(CLOCK_MONOTONIC), wall - read_clock_ms(CLOCK_BOOTTIME)}};
}

// DIR/pid, for whoever wants to stop exactly this node; gone when it ends well.
class PidFile {
 public:
  explicit PidFile(fs::path file) : file_(std::move(file)) {
    std::ofstream(file_) << ::getpid() << '\n';
  }
  ~PidFile() {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

 private:
  fs::path file_;
};

// Says a thing when it changes, and not every second.
class Complaint {
 public:
  void say(const std::string& what) {
    if (what == last_) return;
    last_ = what;
    spdlog::warn("{}; waiting", what);
  }

 private:
  std::string last_;
};

class Node {
 public:
  explicit Node(const RunOptions& options)
      : options_(options), signals_(io_, SIGTERM, SIGINT, SIGHUP) {}

  Status run();

 private:
  Status open_custody();
  Result<bool> try_custody(Complaint& complaint);
  Status start_core(const std::string& node_toml);
  std::vector<Bytes> root_records();
  Result<asio::ip::tcp::endpoint> address();
  Status plant_bug();
  Status check_rudeness();
  void start_rudeness();
  server::Service& service();
  Status listen();
  void watch_signals();
  void stop();
  void reload();
  std::vector<std::optional<wire::v1::Answer>> answer(std::span<const server::Worker::Asked> asks);
  void start_fetches();
  void on_fetched(std::uint64_t ticket, const Result<oidc::Documents>& answer);

  RunOptions options_;
  asio::io_context io_;
  asio::signal_set signals_;
  SystemEntropy entropy_;
  config::NodeConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<custody::Backend> backend_;
  std::unique_ptr<custody::Custody> custody_;
  std::optional<Keys> keys_;
  std::unique_ptr<Core> core_;
  Recorder recorder_;
  std::unique_ptr<server::Worker> worker_;
  std::unique_ptr<oidc::Fetcher> fetcher_;
  std::unique_ptr<server::RudeService> rude_;  // almost always none
  std::unique_ptr<server::Server> server_;
  bool is_stopping_ = false;
};

Status Node::run() {
  const fs::path& directory = options_.directory;
  QUORATE_TRY(const std::string text, read_text(directory / "node.toml"));
  QUORATE_TRY(config_, config::parse(text, (directory / "node.toml").string()));
  QUORATE_CHECK(plant_bug());
  QUORATE_CHECK(check_rudeness());
  custody::pkcs11::use_softhsm_configuration(directory);
  QUORATE_TRY(store_, store::Store::open(directory / "node.db"));
  const PidFile pid(directory / "pid");
  watch_signals();
  QUORATE_CHECK(open_custody());
  if (is_stopping_) return Done{};
  QUORATE_CHECK(start_core(text));
  QUORATE_CHECK(listen());
  io_.restart();
  io_.run();
  fetcher_.reset();  // it calls the worker
  worker_->stop();
  Status stopped = core_->stop(read_clocks());
  if (stopped) spdlog::info("stopped");
  return stopped;
}

Status Node::open_custody() {
  // Without its token the node can't even show who it is. It waits, and says for what.
  Complaint complaint;
  for (;;) {
    QUORATE_TRY(const bool is_open, try_custody(complaint));
    if (is_open || is_stopping_) return Done{};
    io_.restart();
    io_.run_for(custody_poll);  // signals are heard meanwhile
  }
}

Result<bool> Node::try_custody(Complaint& complaint) {
  const auto failed = [&](const Error& error) -> Result<bool> {
    if (error.code == Code::configuration || error.code == Code::io) {
      return tl::unexpected(error);
    }
    complaint.say("custody: " + error.message);
    return false;
  };
  if (!backend_) {
    auto backend = open_backend(options_.directory, config_.custody, *store_,
                                [](const std::string& line) { spdlog::info("{}", line); });
    if (!backend) return failed(backend.error());
    backend_ = std::move(*backend);
    // The command line leaves pairs behind at every signature: a script that signs file after file
    // must not run into the limit of its own leftovers.
    custody::NonceLimits limits;
    limits.per_peer = 1024;
    custody_ = std::make_unique<custody::Custody>(*backend_, entropy_, limits);
  }
  auto keys = open_keys(*custody_, *store_);
  if (!keys) return failed(keys.error());
  keys_.emplace(std::move(*keys));
  return true;
}

Status Node::start_core(const std::string& node_toml) {
  const Parts parts{config_, keys_->identity, keys_->cosigner, *store_, *custody_, entropy_};
  const ClockWord word =
      options_.accept_clock == AcceptClock::yes ? ClockWord::given : ClockWord::none;
  Result<PolicyFiles> policy = read_policy(options_.directory);
  if (!policy) return tl::unexpected(std::move(policy).error());
  const Now now = read_clocks();
  if (options_.record) {
    QUORATE_TRY(recorder_, Recorder::create(options_.record->file, options_.record->limit_bytes));
    recorder_.begin({std::string(version), node_toml, keys_->identity.public_key(), now, word,
                     texts_of(options_.directory, policy), root_records()});
  }
  QUORATE_TRY(core_, Core::start(parts, *std::move(policy), now, word));
  worker_ = std::make_unique<server::Worker>(
      [this](std::span<const server::Worker::Asked> asks) { return answer(asks); },
      server::Worker::Limits{});
  fetcher_ = std::make_unique<oidc::Fetcher>(
      [this](std::uint64_t ticket, const Result<oidc::Documents>& answer) {
        worker_->post([this, ticket, answer] { on_fetched(ticket, answer); });
      },
      [](const std::string& line) { spdlog::info("{}", line); });
  return Done{};
}

// Their public records. A database that fails here fails the core as well, which says so.
std::vector<Bytes> Node::root_records() {
  std::vector<Bytes> records;
  if (const auto rows = store_->roots().all()) {
    for (const store::RootRow& row : *rows) records.push_back(row.record);
  }
  return records;
}

// On the worker's thread, like everything that touches the core.
std::vector<std::optional<wire::v1::Answer>> Node::answer(
    std::span<const server::Worker::Asked> asks) {
  std::vector<std::optional<wire::v1::Answer>> answers(asks.size());
  std::vector<Asked> decoded;
  std::vector<const server::Worker::Asked*> in_words;  // of the wire
  std::vector<std::size_t> places;
  bool has_ceremony = false;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    Result<Ask> ask = decode(asks[i].ask);
    if (ask) {
      has_ceremony = has_ceremony || std::holds_alternative<CeremonyAsk>(*ask);
      decoded.push_back({asks[i].client, *std::move(ask)});
      in_words.push_back(&asks[i]);
      places.push_back(i);
    } else {
      answers[i] = server::refusal(ask.error());
    }
  }
  const Now now = read_clocks();
  recorder_.asks(in_words, now);
  const auto said = core_->handle(decoded, now);
  recorder_.answers(said, now);
  if (has_ceremony && recorder_.is_on()) recorder_.roots(root_records(), now);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (said[i]) answers[places[i]] = encode(*said[i]);
  }
  for (const std::string& alarm : core_->take_alarms()) spdlog::error("{}", alarm);
  start_fetches();
  return answers;
}

void Node::start_fetches() {
  for (const oidc::Fetch& fetch : core_->take_fetches()) fetcher_->start(fetch);
}

void Node::on_fetched(std::uint64_t ticket, const Result<oidc::Documents>& answer) {
  const Now now = read_clocks();
  recorder_.fetched(ticket, answer, now);
  if (const Status fetched = core_->fetched(ticket, answer, now); !fetched) {
    spdlog::warn("{}", fetched.error().message);
  }
  worker_->retry_parked();
}

void Node::reload() {
  worker_->post([this] {
    const Now now = read_clocks();
    Result<PolicyFiles> files = read_policy(options_.directory);
    if (recorder_.is_on()) recorder_.reload({now, texts_of(options_.directory, files)});
    const Status loaded = core_->reload(std::move(files), now);
    if (loaded) {
      spdlog::info("policy.toml is in force");
    } else {
      spdlog::error("policy.toml is not taken over, the one before stays in force: {}",
                    loaded.error().message);
    }
    worker_->retry_parked();
  });
}

Result<asio::ip::tcp::endpoint> Node::address() {
  boost::system::error_code failed;
  asio::ip::tcp::resolver resolver(io_);
  const auto found = resolver.resolve(config_.listen_host, std::to_string(config_.listen_port),
                                      asio::ip::tcp::resolver::passive, failed);
  if (failed || found.empty()) {
    return fail(Code::configuration,
                "node.toml: `listen` names no address of this machine: " + config_.listen_host);
  }
  return found.begin()->endpoint();
}

// Before anything is read or written that a bug could spoil.
Status Node::plant_bug() {
#if QUORATE_PLANT
  if (options_.planted == plant::Bug::none) return Done{};
  QUORATE_TRY(const asio::ip::tcp::endpoint here, address());
  if (!here.address().is_loopback()) {
    return fail(Code::configuration,
                "a node with a planted bug listens on a loopback address only, not on " +
                    config_.listen_host);
  }
  plant::plant(options_.planted);
  spdlog::critical("PLANTED BUG {}: this node is made to be broken; trust nothing that it signs",
                   plant::name(options_.planted));
#endif
  return Done{};
}

// In its test quorum only: nobody far away may depend on this node.
Status Node::check_rudeness() {
  if (!options_.rude) return Done{};
  const server::Rudeness& rude = *options_.rude;
  if (rude.seat >= rude.nodes || rude.unwell >= rude.nodes) {
    return fail(
        Code::configuration,
        "--rude takes SEED SEAT NODES UNWELL, and both SEAT and UNWELL are less than NODES");
  }
  QUORATE_TRY(const asio::ip::tcp::endpoint here, address());
  if (!here.address().is_loopback()) {
    return fail(Code::configuration,
                "a rude node listens on a loopback address only, not on " + config_.listen_host);
  }
  return Done{};
}

server::Service& Node::service() {
  if (!options_.rude) return *worker_;
  rude_ = std::make_unique<server::RudeService>(io_, *options_.rude, *worker_);
  return *rude_;
}

void Node::start_rudeness() {
  if (!rude_) return;
  spdlog::warn(
      "RUDE, with seed {}: this node answers late, refuses and stays away for a while; it"
      " judges and signs as ever",
      options_.rude->seed);
  rude_->watch([this](server::RudeService::Presence presence) {
    if (presence == server::RudeService::Presence::away) {
      spdlog::warn("rude: away; so far {}", rude_->summary());
      server_->stay_away();
    } else {
      spdlog::warn("rude: back");
      server_->come_back();
    }
  });
}

Status Node::listen() {
  server::Settings settings;
  QUORATE_TRY(settings.listen, address());
  QUORATE_TRY(server_, server::Server::open(
                           io_, keys_->identity, settings,
                           [this](const ed25519::Point& client) {
                             return config_.find_client(client) != nullptr;
                           },
                           service()));
  spdlog::info("{} of quorum {}, custody {}, listening on {}:{}", config_.name, config_.quorum,
               custody_->description(), config_.listen_host, server_->port());
  spdlog::info("identity {}", to_hex(keys_->identity.public_key().bytes()));
  start_rudeness();
  if (config_.clients.empty()) {
    spdlog::warn("node.toml has no [[client]]: nobody may connect");
  }
  return Done{};
}

void Node::watch_signals() {
  signals_.async_wait([this](const boost::system::error_code& failed, int signal) {
    if (failed) return;
    if (signal == SIGHUP) {
      spdlog::info("SIGHUP: reading policy.toml again, and trying custody again");
      if (custody_) custody_->retry_now();
      if (worker_) reload();
      watch_signals();
      return;
    }
    spdlog::info("stopping");
    stop();
  });
}

void Node::stop() {
  is_stopping_ = true;
  if (rude_) rude_->stop();
  if (server_) {
    server_->stop([this] { io_.stop(); });
  } else {
    io_.stop();
  }
}

}  // namespace

Status run(const RunOptions& options) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("quorate-node"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S%z %l %v");
  if (const Status locked = custody::check_memory_lock(); !locked) {
    spdlog::warn("{}", locked.error().message);
  }
  Node node(options);
  return node.run();
}

}  // namespace quorate::node

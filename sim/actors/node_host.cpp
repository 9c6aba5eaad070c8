#include "sim/actors/node_host.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "crypto/base/plant.h"
#include "crypto/base/probe.h"
#include "node/door/door.h"
#include "proto/wire/decode.h"
#include "sim/actors/person.h"

namespace quorate::sim {
namespace {

constexpr std::size_t most_waiting = 512;  // as node/server has it
constexpr std::size_t most_in_flight = 64;
constexpr std::size_t batch_limit = 256;
constexpr const char* database = "/node.db";

Card card_of(Seed seed, const std::string& name) {
  StreamEntropy entropy(seed, name + "/card");
  return Card::fresh(entropy);
}

ed25519::SigningKey key_of(Seed seed, const std::string& label) {
  StreamEntropy entropy(seed, label);
  return draw_key(entropy);
}

}  // namespace

NodeHost::NodeHost(World& world, NodePlan plan)
    : disk(plan.name, world.seed),
      token(plan.name, world.seed, card_of(world.seed, plan.name)),
      world_(world),
      plan_(std::move(plan)),
      host_(world.network.add(plan_.name, this)),
      entropy_(world.seed, plan_.name + "/entropy"),
      identity_(identity_of(world.seed, plan_.name)),
      cosigner_(key_of(world.seed, plan_.name + "/cosigner")) {
  disk.set_sync_time(plan_.sync);
  token.set_call_time(plan_.token_call);
  const Result<config::NodeConfig> config = config::parse(plan_.toml, plan_.name + "/node.toml");
  QUORATE_INVARIANT(config.has_value());
  config_ = *config;
  world_.network.switch_off(host_, false);
}

NodeHost::~NodeHost() {
  disk.stop();
  core_.reset();
  custody_.reset();
  store_.reset();
}

void NodeHost::start() {
  if (core_) return;
  stays_down_ = false;
  token.set_now(world_.queue.now());
  const Status started = start_core();
  (void)disk.take_latency();
  (void)token.take_latency();
  if (disk.is_down()) {
    crash(cut_);
    return;
  }
  if (started) {
    refused_starts_ = 0;
    world_.network.switch_on(host_);
    world_.trace.event(world_.queue.now(), plan_.name, "up");
    world_.trace.say(world_.queue.now(), plan_.name, [&] {
      return "up again, ledger " + std::to_string(core_->ledger().tree().value().size);
    });
    world_.witness.started(*this);
    return;
  }
  world_.trace.event(world_.queue.now(), plan_.name, "does not start");
  world_.trace.say(world_.queue.now(), plan_.name,
                   [&] { return "does not start: " + started.error().message; });
  world_.witness.failed_to_start(*this, started.error());
  core_.reset();
  custody_.reset();
  store_.reset();
  ++refused_starts_;
  // What an operator does, after a while: looks at the clock.
  if (started.error().code == Code::clock_behind) clock.set_right();
  try_again(std::min<Time>(plan_.restart * refused_starts_, minute));
}

Status NodeHost::start_core() {
  QUORATE_TRY(store_, store::Store::open(database, disk));
  custody_ = std::make_unique<custody::Custody>(token, entropy_);
  const node::Parts parts{config_, identity_, cosigner_, *store_, *custody_, entropy_};
  // A clock that is right, and yet behind the last record, is vouched for by the operator.
  const bool is_vouched = refused_starts_ > 0 && clock.offset_ms() == 0;
  const auto word = is_vouched ? node::ClockWord::given : node::ClockWord::none;
  QUORATE_TRY(core_, node::Core::start(parts, *plan_.policy, now(), word));
  return Done{};
}

bool NodeHost::is_behind_its_records() {
  return core_->ledger().last_record_ms().value_or(0) > now().wall_ms;
}

void NodeHost::try_again(Time delay) {
  const std::uint64_t generation = generation_;
  world_.queue.in(delay, [this, generation] {
    if (generation == generation_ && !stays_down_) start();
  });
}

void NodeHost::crash(Cut cut, bool stays_down) {
  ++generation_;
  ++crashes_;
  stays_down_ = stays_down;
  disk.stop();
  core_.reset();
  custody_.reset();
  store_.reset();
  disk.power_cut(cut);
  guests_.clear();
  inbox_.clear();
  is_busy_ = false;
  paused_until_ = 0;
  world_.network.switch_off(host_, cut == Cut::keep);
  world_.trace.event(world_.queue.now(), plan_.name, "crash");
  world_.trace.say(world_.queue.now(), plan_.name, [&] {
    return cut == Cut::keep ? std::string("** killed **")
                            : "** power cut (" + std::string(sim::name(cut)) + ") **";
  });
  world_.witness.crashed(*this, cut);
  if (!stays_down) try_again(plan_.restart);
}

void NodeHost::crash_within(std::uint64_t n, Cut cut) {
  cut_ = cut;
  disk.crash_at(disk.operations() + 1 + n);
}

void NodeHost::pause(Time time) {
  if (!is_up()) return;
  const Time begun = std::max(paused_until_, world_.queue.now());
  const Time until = world_.queue.now() + time;
  if (until <= begun) return;  // within a longer pause
  paused_until_ = until;
  const std::uint64_t generation = generation_;
  world_.queue.at(until, [this, generation, stood_still = until - begun] {
    if (generation != generation_) return;
    clock.pause(stood_still);
    serve();
  });
}

End* NodeHost::accept(ConnectionId connection, const ed25519::Point& client) {
  if (!core_ || config_.find_client(client) == nullptr) return nullptr;
  guests_.emplace(connection, Guest{client, {}, {}});
  return this;
}

void NodeHost::closed(ConnectionId connection, const std::string& /*why*/) {
  guests_.erase(connection);
}

void NodeHost::received(ConnectionId connection, ByteView bytes) {
  const auto found = guests_.find(connection);
  if (found == guests_.end()) return;
  Guest& guest = found->second;
  guest.reader.feed(bytes);
  while (true) {
    Result<std::optional<Bytes>> message = guest.reader.next();
    if (message && !*message) break;
    Result<wire::v1::Ask> ask = message ? wire::decode_ask(**message)
                                        : Result<wire::v1::Ask>(tl::unexpected(message.error()));
    if (!ask || guest.open.contains(ask->id()) || guest.open.size() >= most_in_flight) {
      refuse(connection, 0, ask ? Error{Code::malformed, "two open asks"} : ask.error());
      guests_.erase(found);
      world_.network.close(connection, Side::server);
      return;
    }
    if (inbox_.size() >= most_waiting) {
      refuse(connection, ask->id(), {Code::busy, "too many asks wait here"});
      continue;
    }
    Result<node::Ask> decoded = node::decode(*ask);
    if (!decoded) {
      refuse(connection, ask->id(), decoded.error());
      continue;
    }
    guest.open.insert(ask->id());
    inbox_.push_back({connection, ask->id(), {guest.client, *std::move(decoded)}});
  }
  serve();
}

void NodeHost::serve() {
  if (is_busy_ || inbox_.empty() || !core_ || world_.queue.now() < paused_until_) return;
  std::vector<Waiting> batch;
  const std::size_t most = QUORATE_SOMETIMES("batch of one") ? 1 : batch_limit;
  while (!inbox_.empty() && batch.size() < most) {
    batch.push_back(std::move(inbox_.front()));
    inbox_.pop_front();
  }
  std::vector<node::Asked> asks;
  asks.reserve(batch.size());
  for (const Waiting& one : batch) asks.push_back(one.asked);
  token.set_now(world_.queue.now());
  std::vector<std::optional<node::Answer>> answers = core_->handle(asks, now());
  if (disk.is_down()) {
    crash(cut_);  // and nothing of what it answered leaves
    return;
  }
  world_.witness.judged(*this, asks, answers);
  for (const std::string& alarm : core_->take_alarms()) {
    world_.trace.say(world_.queue.now(), plan_.name, [&] { return alarm; });
  }
  is_busy_ = true;
  const Time taken = plan_.compute * batch.size() + disk.take_latency() + token.take_latency();
  busy_until_ = world_.queue.now() + taken;
  const std::uint64_t generation = generation_;
  world_.queue.in(taken, [this, generation, batch = std::move(batch), answers]() mutable {
    if (generation != generation_) return;
    is_busy_ = false;
    finish_batch(batch, std::move(answers));
    serve();
  });
}

void NodeHost::finish_batch(const std::vector<Waiting>& batch,
                            std::vector<std::optional<node::Answer>> answers) {
  const std::uint64_t generation = generation_;
  for (std::size_t i = 0; i < batch.size() && generation == generation_; ++i) {
    if (answers[i]) leave(batch[i], *std::move(answers[i]));
  }
}

void NodeHost::leave(const Waiting& asked, node::Answer answer) {
  world_.witness.leaves(*this, asked.asked, answer);
  std::optional<Time> held = 0;
  if (behaviour_ != nullptr) held = behaviour_->leaving(*this, asked.asked, answer);
  if (!held) return;
  if (*held == 0) {
    reply(asked.connection, asked.id, node::encode(answer));
    return;
  }
  const std::uint64_t generation = generation_;
  world_.queue.in(*held, [this, generation, connection = asked.connection, id = asked.id, answer] {
    if (generation == generation_) reply(connection, id, node::encode(answer));
  });
}

void NodeHost::refuse(ConnectionId connection, std::uint64_t id, const Error& error) {
  wire::v1::Answer answer;
  answer.mutable_refused()->set_code(number(error.code));
  answer.mutable_refused()->set_reason(error.message);
  if (error.code == Code::busy) answer.mutable_refused()->set_wait_s(1);
  reply(connection, id, std::move(answer));
}

void NodeHost::reply(ConnectionId connection, std::uint64_t id, wire::v1::Answer message) {
  const auto found = guests_.find(connection);
  if (found == guests_.end()) return;  // it has gone
  found->second.open.erase(id);
  message.set_id(id);
  const Result<Bytes> frame = wire::frame(wire::encode(message));
  if (!frame) return;
  world_.witness.sent(*this, *frame);
  world_.network.send(connection, Side::server, *frame);
}

}  // namespace quorate::sim

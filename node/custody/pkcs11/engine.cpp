#include "node/custody/pkcs11/engine.h"

#include <algorithm>
#include <string>

#include <sodium.h>

#include "crypto/base/invariant.h"

namespace quorate::custody::pkcs11 {
namespace {

using std::chrono::milliseconds;

// So that the nodes of a quorum with one network token do not all come back in one moment.
milliseconds jittered(milliseconds wait) {
  const auto span = static_cast<std::uint32_t>(std::max<milliseconds::rep>(wait.count() / 4, 1));
  return wait - milliseconds(span / 2) + milliseconds(randombytes_uniform(span));
}

tl::unexpected<Error> refusal(const Health& health) {
  return fail(code_of(health.state), health.advice);
}

}  // namespace

Engine::Engine(const Config& config, std::shared_ptr<Module> module, void* functions)
    : connection_(config, std::move(module), functions), workers_(config.sessions) {
  QUORATE_INVARIANT(workers_ > 0);
}

void Engine::start() {
  std::unique_lock lock(mutex_);
  // Each thread holds the engine: a token that never returns must not find it gone.
  threads_.emplace_back([self = shared_from_this()] { self->keep(); });
  for (std::size_t i = 0; i < workers_; ++i) {
    threads_.emplace_back([self = shared_from_this()] { self->work(); });
  }
  progress_.wait_for(lock, 2 * connection_.config().deadline, [&] { return connects_ > 0; });
}

void Engine::stop() {
  std::unique_lock lock(mutex_);
  life_ = Life::stopping;
  work_.notify_all();
  keeper_.notify_all();
  const bool all_ended = progress_.wait_for(lock, connection_.config().deadline,
                                            [&] { return ended_ == threads_.size(); });
  lock.unlock();
  for (std::thread& thread : threads_) {
    if (all_ended) {
      thread.join();
    } else {
      thread.detach();
    }
  }
  if (all_ended) connection_.disconnect();
}

Health Engine::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void Engine::retry_now() {
  const std::lock_guard lock(mutex_);
  if (health_.state == State::ready) return;
  wish_ = Wish::at_once;
  keeper_.notify_all();
}

Status Engine::run(const std::shared_ptr<Job>& job) {
  const milliseconds deadline = connection_.config().deadline;
  std::unique_lock lock(mutex_);
  if (health_.state != State::ready) return refusal(health_);
  queue_.push_back(job);
  work_.notify_all();
  const auto is = [&](Job::Phase phase) { return job->phase_ == phase; };
  progress_.wait_for(lock, deadline, [&] { return !is(Job::Phase::waiting); });
  if (!is(Job::Phase::waiting)) {
    progress_.wait_for(lock, deadline, [&] { return is(Job::Phase::done); });
  }
  if (is(Job::Phase::done)) return std::move(job->status_);
  if (is(Job::Phase::waiting)) {
    queue_.erase(std::find(queue_.begin(), queue_.end(), job));
    return fail(Code::token_busy, "no session with the token became free within " +
                                      std::to_string(deadline.count()) + " ms");
  }
  give_up(job);
  return fail(Code::token_suspect,
              "the token has not answered within " + std::to_string(deadline.count()) + " ms");
}

// With mutex_ held.
void Engine::give_up(const std::shared_ptr<Job>& job) {
  job->phase_ = Job::Phase::abandoned;
  ++lost_;
  if (active_workers() == 0) request_reconnect("calls to the token do not return");
}

void Engine::work() {
  std::optional<Session> session;
  std::uint64_t rests_during = 0;  // the connection during which the token had no session for us
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] {
      return life_ == Life::stopping || (!queue_.empty() && rests_during != connects_);
    });
    if (life_ == Life::stopping) break;
    const std::shared_ptr<Job> job = queue_.front();
    queue_.pop_front();
    job->phase_ = Job::Phase::running;
    progress_.notify_all();
    lock.unlock();
    Outcome outcome = perform(*job, session);
    lock.lock();
    settle(job, std::move(outcome), rests_during);
  }
  lock.unlock();
  discard(session);
  lock.lock();
  ++ended_;
  progress_.notify_all();
}

// With mutex_ held.
void Engine::settle(const std::shared_ptr<Job>& job, Outcome outcome, std::uint64_t& rests_during) {
  if (job->phase_ == Job::Phase::abandoned) {
    --lost_;  // the caller is gone, but the worker is back
    if (health_.state != State::ready) {
      wish_ = Wish::at_once;
      keeper_.notify_all();
    }
    return;
  }
  // The token gives no more sessions: those that have one go on without us.
  if (outcome.crowded && active_workers() > 1 && health_.state == State::ready) {
    ++resting_;
    rests_during = connects_;
    job->phase_ = Job::Phase::waiting;
    queue_.push_front(job);
    work_.notify_all();
    return;
  }
  job->status_ = std::move(outcome.status);
  job->phase_ = Job::Phase::done;
  progress_.notify_all();
}

Engine::Outcome Engine::perform(Job& job, std::optional<Session>& session) {
  const Result<Module::Use> use = connection_.module().use(connection_.config().deadline);
  if (!use) {
    reconnect(use.error().message);
    return {tl::unexpected(use.error())};
  }
  std::optional<Trouble> trouble = attempt(job, session, *use);
  if (trouble && (trouble->remedy == Remedy::renew || trouble->remedy == Remedy::missing)) {
    connection_.forget_handles();
    trouble = attempt(job, session, *use);
  }
  if (!trouble) return {Done{}};
  return judge(job, *trouble, *use);
}

std::optional<Trouble> Engine::attempt(Job& job, std::optional<Session>& session,
                                       const Module::Use& use) {
  if (session && session->generation() != use.generation()) {
    session->abandon();
    session.reset();
  }
  if (!session) {
    Answer<Session> opened = connection_.open_session(use);
    if (!opened) return std::move(opened).error();
    session = *std::move(opened);
  }
  std::optional<Trouble> trouble = job.attempt(*session);
  if (trouble) session.reset();  // some tokens leave it stuck in the middle of an operation
  return trouble;
}

Engine::Outcome Engine::judge(const Job& job, const Trouble& trouble, const Module::Use& use) {
  switch (trouble.remedy) {
    case Remedy::report:
      if (const auto& log = connection_.config().log) {
        log("custody: " + trouble.text + ": a mistake of ours, or of `quorate-node init`");
      }
      return {fail(Code::internal, trouble.text)};
    case Remedy::wait:
      return {fail(Code::token_busy, "the token has no session to give (" + trouble.text + ")"),
              true};
    case Remedy::stop_login:
      reconnect(trouble.text);
      return {fail(Code::pin_refused, trouble.text)};
    case Remedy::renew: reconnect(trouble.text); return {fail(Code::token_suspect, trouble.text)};
    case Remedy::missing:
    case Remedy::suspect: break;
  }
  const Answer<Session> fresh = connection_.open_session(use);
  const bool well = fresh && connection_.check_canary(*fresh);
  if (well && trouble.remedy == Remedy::missing) return {fail(Code::key_missing, trouble.text)};
  if (well) {
    return {fail(job.declined(), trouble.text + ", while the token opens its canary")};
  }
  reconnect(trouble.text);
  return {fail(Code::token_suspect, trouble.text)};
}

void Engine::discard(std::optional<Session>& session) {
  if (!session) return;
  const Result<Module::Use> use = connection_.module().use(connection_.config().deadline);
  if (!use || use->generation() != session->generation()) session->abandon();
  session.reset();
}

void Engine::reconnect(const std::string& why) {
  const std::lock_guard lock(mutex_);
  request_reconnect(why);
}

void Engine::request_reconnect(const std::string& why) {
  if (health_.state != State::ready) return;  // under way already
  set_health({State::suspect, why + "; the node is reconnecting"});
  wish_ = Wish::reconnect;
  keeper_.notify_all();
}

void Engine::set_health(Health health) {
  if (health.state != health_.state) {
    if (const auto& log = connection_.config().log) {
      log("custody: " + std::string(name(health.state)) + ": " + health.advice);
    }
  }
  health_ = std::move(health);
  if (health_.state == State::ready) return;
  for (const std::shared_ptr<Job>& job : queue_) {  // nobody waits for a token that is away
    job->status_ = refusal(health_);
    job->phase_ = Job::Phase::done;
  }
  queue_.clear();
  progress_.notify_all();
}

void Engine::keep() {
  const Config& config = connection_.config();
  milliseconds wait = config.first_wait;
  std::unique_lock lock(mutex_);
  while (life_ != Life::stopping) {
    wish_ = Wish::none;
    lock.unlock();
    Health health = connection_.connect();
    lock.lock();
    set_health(std::move(health));
    ++connects_;
    resting_ = 0;
    work_.notify_all();
    progress_.notify_all();
    const auto tried = Clock::now();
    if (health_.state == State::ready) {
      keeper_.wait(lock, [&] { return life_ == Life::stopping || wish_ != Wish::none; });
      // A token that connects and fails in turns: not more often than the first waiting time.
      if (Clock::now() - tried > config.first_wait) wait = config.first_wait;
    }
    if (health_.state != State::ready && Clock::now() - tried < wait) {
      keeper_.wait_until(lock, tried + jittered(wait),
                         [&] { return life_ == Life::stopping || wish_ == Wish::at_once; });
      wait = std::min(2 * wait, config.longest_wait);
    }
  }
  ++ended_;
  progress_.notify_all();
}

}  // namespace quorate::custody::pkcs11

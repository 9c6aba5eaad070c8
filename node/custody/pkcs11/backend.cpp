#include "node/custody/pkcs11/backend.h"

#include <algorithm>

#include "crypto/base/invariant.h"
#include "node/custody/pkcs11/engine.h"
#include "node/custody/pkcs11/softhsm.h"

namespace quorate::custody::pkcs11 {
namespace {

template <typename T>
class JobFor final : public Job {
 public:
  using Step = std::function<Answer<T>(Session&)>;
  JobFor(Step step, Code declined) : step_(std::move(step)), declined_(declined) {}

  std::optional<Trouble> attempt(Session& session) override {
    Answer<T> answer = step_(session);
    if (!answer) return std::move(answer).error();
    result_ = *std::move(answer);
    return std::nullopt;
  }
  Code declined() const override { return declined_; }
  T take() { return *std::move(result_); }

 private:
  Step step_;
  Code declined_;
  std::optional<T> result_;
};

class TokenBackend final : public Backend {
 public:
  explicit TokenBackend(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}
  TokenBackend(const TokenBackend&) = delete;
  TokenBackend& operator=(const TokenBackend&) = delete;
  ~TokenBackend() override { engine_->stop(); }

  WrapMode wrap_mode() const override { return mode(); }
  KeyId seal_key() const override { return engine_->connection().seal_key(); }
  Health health() const override { return engine_->health(); }
  std::string description() const override { return "pkcs11"; }
  void retry_now() override { engine_->retry_now(); }

  Result<Bytes> wrap(const KeyId& key, const DataKey& data_key, ByteView aad,
                     Entropy& entropy) override {
    Bytes iv(iv_size(mode()));
    entropy.fill(iv);
    // A copy of its own, wiped with the job: the caller may be gone before a slow token returns.
    auto secret = std::make_shared<DataKey>();
    std::copy(data_key.expose().begin(), data_key.expose().end(), secret->writable().begin());
    return run<Bytes>([this_engine = engine_.get(), key, iv = std::move(iv), secret,
                       aad = Bytes(aad.begin(), aad.end())](Session& session) -> Answer<Bytes> {
      Connection& connection = this_engine->connection();
      const Answer<ObjectHandle> handle = connection.handle(session, key);
      if (!handle) return tl::unexpected(handle.error());
      return session.wrap(*handle, connection.config().mode, iv, *secret, aad);
    });
  }

  Result<DataKey> unwrap(const KeyId& key, ByteView wrapped, ByteView aad) override {
    if (wrapped.size() != wrapped_size(mode())) {
      return fail(Code::blob_damaged, "the wrapped data key has a wrong length");
    }
    return run<DataKey>(
        [this_engine = engine_.get(), key, wrapped = Bytes(wrapped.begin(), wrapped.end()),
         aad = Bytes(aad.begin(), aad.end())](Session& session) -> Answer<DataKey> {
          Connection& connection = this_engine->connection();
          const Answer<ObjectHandle> handle = connection.handle(session, key);
          if (!handle) return tl::unexpected(handle.error());
          return session.unwrap(*handle, connection.config().mode, wrapped, aad);
        },
        Code::blob_damaged);
  }

  Status create_key(const KeyId& key, Entropy&) override {
    QUORATE_CHECK(run<Done>([this_engine = engine_.get(), key,
                             one_at_a_time = creating_](Session& session) -> Answer<Done> {
      const std::lock_guard lock(*one_at_a_time);
      const auto existing = find_surely(*this_engine, session, key);
      if (!existing) return tl::unexpected(existing.error());
      if (!existing->empty()) return Done{};
      const auto made = session.generate(key, this_engine->connection().config().mode);
      if (!made) return tl::unexpected(made.error());
      return Done{};
    }));
    // What the node promises next rests on this key: it must outlast a power cut.
    const auto& folder = engine_->connection().config().token_folder;
    return folder ? sync_token_folder(*folder) : Status(Done{});
  }

  Status destroy_key(const KeyId& key) override {
    QUORATE_INVARIANT(key.kind != KeyKind::seal);
    return run<Done>([this_engine = engine_.get(), key](Session& session) -> Answer<Done> {
      const auto found = find_surely(*this_engine, session, key);
      if (!found) return tl::unexpected(found.error());
      for (const ObjectHandle handle : *found) {
        if (auto gone = session.destroy(handle); !gone) return gone;
      }
      this_engine->connection().forget_handles();
      const auto left = session.find_all(key);
      if (!left) return tl::unexpected(left.error());
      if (!left->empty()) return trouble(Remedy::report, "a destroyed key is still in the token");
      return Done{};
    });
  }

  Result<bool> has_key(const KeyId& key) override {
    return run<bool>([this_engine = engine_.get(), key](Session& session) -> Answer<bool> {
      const auto found = find_surely(*this_engine, session, key);
      if (!found) return tl::unexpected(found.error());
      return !found->empty();
    });
  }

 private:
  WrapMode mode() const { return engine_->connection().config().mode; }

  // That a token finds nothing may also mean that it is away: SoftHSM without its folder says so,
  // and so does a process without file descriptors. Only a token that opens the canary is believed.
  static Answer<std::vector<ObjectHandle>> find_surely(Engine& engine, Session& session,
                                                       const KeyId& key) {
    auto found = session.find_all(key);
    if (found && found->empty()) {
      if (const auto well = engine.connection().check_canary(session); !well) {
        return trouble(Remedy::suspect, well.error().text);
      }
    }
    return found;
  }

  // The engine outlives every job: the thread that works on one holds it.
  template <typename T>
  Result<T> run(typename JobFor<T>::Step step, Code declined = Code::token_suspect) {
    const auto job = std::make_shared<JobFor<T>>(std::move(step), declined);
    QUORATE_CHECK(engine_->run(job));
    return job->take();
  }

  std::shared_ptr<Engine> engine_;
  std::shared_ptr<std::mutex> creating_ = std::make_shared<std::mutex>();
};

}  // namespace

Result<std::unique_ptr<Backend>> open(const Config& config) {
  if (config.mode != WrapMode::gcm && config.mode != WrapMode::cbc) {
    return fail(Code::configuration, "a token wraps by gcm (1) or cbc (3)");
  }
  if (config.sessions == 0 || config.sessions > 64) {
    return fail(Code::configuration, "custody takes 1 to 64 sessions with the token");
  }
  QUORATE_TRY(std::shared_ptr<Module> module, Module::load(config.token.module_path));
  void* functions = config.shim ? config.shim(module->functions()) : module->functions();
  const auto engine = std::make_shared<Engine>(config, std::move(module), functions);
  engine->start();
  return std::make_unique<TokenBackend>(engine);
}

}  // namespace quorate::custody::pkcs11

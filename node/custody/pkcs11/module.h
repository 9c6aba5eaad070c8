// A loaded PKCS#11 library. There is one in the process for each file, whatever the number of
// tokens used through it, because C_Initialize and C_Finalize concern all of them: to finalize, all
// calls of all tokens must be out.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "crypto/base/result.h"
#include "node/custody/pkcs11/fault.h"

namespace quorate::custody::pkcs11 {

class Module {
 public:
  // Loads it, or finds it loaded. It is never unloaded: modules leave threads and exit handlers
  // behind. Fails with `configuration`. Does not call C_Initialize yet.
  [[nodiscard]] static Result<std::shared_ptr<Module>> load(const std::filesystem::path& path);

  void* functions() const { return functions_; }  // CK_FUNCTION_LIST*

  // Held while the token is called. While any is held the module stays initialized, and
  // generation() says the same.
  class Use {
   public:
    explicit Use(Module& module) : module_(&module) {}
    Use(Use&& other) noexcept : module_(other.module_) { other.module_ = nullptr; }
    Use& operator=(Use&&) = delete;
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

    // Every handle and every login is of one generation, and void in the next.
    std::uint64_t generation() const { return module_->generation_; }

   private:
    Module* module_;
  };

  using Wait = std::chrono::milliseconds;

  // Fails with token_absent where the module is not initialized (see restart), token_suspect when
  // it is being restarted for longer than `wait`.
  [[nodiscard]] Result<Use> use(Wait wait);

  std::uint64_t generation();

  // C_Finalize if needed, and C_Initialize, with all calls out; does nothing where the generation
  // has moved on from `seen` already. Fails with token_suspect when a call does not return within
  // `wait`, token_absent when the module does not start.
  [[nodiscard]] Status restart(std::uint64_t seen, Wait wait);

 private:
  explicit Module(void* functions) : functions_(functions) {}
  [[nodiscard]] Status initialize();

  void* functions_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t users_ = 0;
  enum class Gate : unsigned char { open, closing } gate_ = Gate::open;
  std::uint64_t generation_ = 0;  // 0: not initialized yet; written with the gate closed
  enum class Standing : unsigned char { down, ours, of_others } standing_ = Standing::down;
};

}  // namespace quorate::custody::pkcs11

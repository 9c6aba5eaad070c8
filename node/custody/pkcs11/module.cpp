#include "node/custody/pkcs11/module.h"

#include <map>

#include <dlfcn.h>

#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

CK_FUNCTION_LIST& functions_of(void* functions) {
  return *static_cast<CK_FUNCTION_LIST*>(functions);
}

Result<void*> load_functions(const std::filesystem::path& path) {
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's dlerror is of this thread
    const char* why = ::dlerror();
    return fail(Code::configuration, "can't load the PKCS#11 module " + path.string() + ": " +
                                         (why == nullptr ? "unknown error" : why));
  }
  auto get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* list = nullptr;
  if (get_list == nullptr || get_list(&list) != CKR_OK || list == nullptr) {
    return fail(Code::configuration, path.string() + " is a library, but no PKCS#11 module");
  }
  return list;
}

}  // namespace

Result<std::shared_ptr<Module>> Module::load(const std::filesystem::path& path) {
  // One for each file and process, as the standard has it. Never destroyed: see the header.
  static std::mutex mutex;
  static auto& loaded = *new std::map<std::filesystem::path, std::shared_ptr<Module>>();
  std::error_code ignored;  // a path that can't be resolved fails in dlopen, with a better message
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, ignored);
  const std::lock_guard lock(mutex);
  std::shared_ptr<Module>& module = loaded[real];
  if (!module) {
    QUORATE_TRY(void* functions, load_functions(path));
    module = std::shared_ptr<Module>(new Module(functions));
  }
  return module;
}

Module::Use::~Use() {
  if (module_ == nullptr) return;
  const std::lock_guard lock(module_->mutex_);
  --module_->users_;
  module_->changed_.notify_all();
}

Result<Module::Use> Module::use(Wait wait) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, wait, [&] { return gate_ == Gate::open; })) {
    return fail(Code::token_suspect, "the PKCS#11 module is being restarted");
  }
  if (standing_ == Standing::down) {
    return fail(Code::token_absent, "the PKCS#11 module is not running");
  }
  ++users_;
  return Use(*this);
}

std::uint64_t Module::generation() {
  const std::lock_guard lock(mutex_);
  return generation_;
}

Status Module::restart(std::uint64_t seen, Wait wait) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, wait, [&] { return gate_ == Gate::open; })) {
    return fail(Code::token_suspect, "the PKCS#11 module is being restarted");
  }
  if (generation_ != seen && standing_ != Standing::down) return Done{};
  gate_ = Gate::closing;  // nobody new comes in; those inside have their time
  const bool out = changed_.wait_for(lock, wait, [&] { return users_ == 0; });
  Status started = fail(Code::token_suspect, "a call to the token has not returned");
  if (out) {
    if (standing_ == Standing::ours) functions_of(functions_).C_Finalize(nullptr);
    started = initialize();
    if (started) ++generation_;
  }
  gate_ = Gate::open;
  changed_.notify_all();
  return started;
}

Status Module::initialize() {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV code = functions_of(functions_).C_Initialize(&arguments);
  if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    standing_ = Standing::down;
    return fail(Code::token_absent,
                "the PKCS#11 module does not start (C_Initialize: " + name(code) +
                    "): is its configuration, and the token's "
                    "folder or device, in place?");
  }
  // Initialized by somebody else in this process: then it is not ours to finalize.
  standing_ = code == CKR_OK ? Standing::ours : Standing::of_others;
  return Done{};
}

}  // namespace quorate::custody::pkcs11

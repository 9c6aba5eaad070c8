// quorate-fuzz --target=NAME [libFuzzer's own options and folders]: see script/fuzz.

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <google/protobuf/stubs/logging.h>
#include <sodium.h>

#include "targets.h"

namespace {

const quorate::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view option = "--target=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (!argument.starts_with(option)) continue;
    for (const auto& target : quorate::fuzz::targets) {
      if (target.name == argument.substr(option.size())) chosen = &target;
    }
  }
  if (chosen == nullptr) {
    std::fputs("quorate-fuzz: --target=NAME names none of the targets:\n", stderr);
    for (const auto& target : quorate::fuzz::targets) {
      std::fprintf(stderr, "  %.*s\n", static_cast<int>(target.name.size()), target.name.data());
    }
    std::exit(2);
  }
  // What is no UTF-8 would be complained of a million times.
  google::protobuf::SetLogHandler(nullptr);
  return sodium_init() < 0 ? 1 : 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->run(quorate::ByteView(data, size));
  return 0;
}

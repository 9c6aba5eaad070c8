#pragma once

namespace quorate::cli {

// `quorate`, from its command line to its exit code.
int run(int argc, const char* const* argv);

}  // namespace quorate::cli

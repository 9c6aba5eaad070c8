// The command line of quorate-sim. Exit codes: 0 all is well, 1 a promise was broken, 2 the words
// were wrong.

#pragma once

namespace quorate::sim {

enum class Mode { fast, real };  // the group that this program is linked with

int run_program(int argc, char** argv, Mode mode);

}  // namespace quorate::sim

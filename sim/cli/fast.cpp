// quorate-sim: linked with the transparent group.

#include "sim/cli/program.h"

int main(int argc, char** argv) {
  return quorate::sim::run_program(argc, argv, quorate::sim::Mode::fast);
}

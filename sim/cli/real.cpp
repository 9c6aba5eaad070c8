// quorate-sim-real: the same with the real group.

#include "sim/cli/program.h"

int main(int argc, char** argv) {
  return quorate::sim::run_program(argc, argv, quorate::sim::Mode::real);
}

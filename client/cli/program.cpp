#include "client/cli/run.h"

int main(int argc, char** argv) { return quorate::cli::run(argc, argv); }

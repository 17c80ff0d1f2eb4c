#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/program.h"

int main(int argc, char** argv) {
    inquest::guard_standard_streams();
    std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(inquest::run_program(words));
}

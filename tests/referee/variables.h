// Which registers hold pointer variables of a function, and where.
#pragma once

#include <cstdint>
#include <elfutils/libdw.h>
#include <string>
#include <vector>

#include "kernel_file.h"
#include "types.h"

namespace referee {

// From `start` up to `end`, a variable or parameter of the function, or of what is inlined in it, has the
// value of the register plus `shift`. Other than 0 that is when the compiler kept a pointer into the object
// only.
struct Holding {
    std::uint64_t start, end;
    unsigned register_number;  // DWARF's
    std::int64_t shift;
    std::string variable;
    Pointee pointee;
};

std::vector<Holding> holdings_of(const Function& function);

}  // namespace referee

// Where the value in a register came from, as far as the instructions before the fault show it.
#pragma once

#include <string>
#include <string_view>

#include "reason/scene.h"

namespace inquest::reason {

struct Origin {
    enum class Type : std::uint8_t {
        unknown,
        argument,  // the function's own argument, untouched since its entry
        loaded,    // read from memory
        result,    // returned by the call before
    };
    Type type = Type::unknown;
    int argument = 0;          // argument: which one, from 1
    Decoded::Memory memory;    // loaded: from there
    int through_argument = 0;  // loaded: the memory's base is this argument; 0 when unknown
};

Origin origin_of(const Scene& scene, std::string_view reg);

// "rdi" -> 1; 0 when it is no argument register.
int argument_number(const Arch& arch, std::string_view reg);

}  // namespace inquest::reason

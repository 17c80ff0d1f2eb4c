// The machine that the kernel ran on.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/session.h"

namespace inquest {

// What cannot be told is empty.
struct Machine {
    std::string node;                    // uname -n
    std::string hardware;                // as oopses have it behind "Hardware name:"
    std::optional<std::int64_t> time;    // seconds since 1970, of the dump's CRASHTIME or the kernel's clock
    std::optional<std::int64_t> uptime;  // seconds
    std::optional<std::array<double, 3>> load;  // of 1, 5 and 15 minutes
    std::optional<std::uint64_t> memory;        // bytes that the kernel manages: MemTotal
    std::vector<unsigned> cpus;                 // that took tasks when it died, by number
    std::vector<unsigned> offline;              // present, but taking none
};
Machine read_machine(Session& session);

// The words of the last panic(), without "Kernel panic - not syncing: "; "" when there was none, or where it
// lies cannot be told. It is formatted into a static buffer, whose address stands in panic()'s own code
// (kernel/panic.c: vpanic since 6.15, panic before; x86-64 only).
std::string panic_message(Session& session);

}  // namespace inquest

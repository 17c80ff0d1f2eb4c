// Per-CPU variables.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/session.h"

namespace inquest {

// The address of a per-CPU variable on each possible CPU, by CPU number: its symbol plus
// __per_cpu_offset[cpu] (zero-based symbols on x86 up to 6.14, real addresses since; the sum is right for
// both). Empty when either symbol is missing.
std::vector<std::uint64_t> per_cpu_addresses(Session& session, std::string_view name);

// __per_cpu_offset of each possible CPU.
std::vector<std::uint64_t> per_cpu_offsets(Session& session);

// What alloc_percpu() gave to the pointer variable `name`, on each CPU. Empty when it cannot be read or is
// NULL.
std::vector<std::uint64_t> per_cpu_allocations(Session& session, std::string_view name);

// The pointer that lies `offset` bytes into the variable, on each CPU; 0 where it cannot be read.
std::vector<std::uint64_t> per_cpu_pointers(Session& session, std::string_view name,
                                            std::uint64_t offset = 0);

}  // namespace inquest

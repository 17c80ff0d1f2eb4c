// The registers of each CPU as kdump's NT_PRSTATUS notes hold them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inquest {

struct CpuRegisters {
    int pid = 0;  // of the task that ran; QEMU writes the CPU's index + 1 instead
    std::vector<std::uint64_t>
        values;  // x86-64: struct pt_regs in its order (21 words); arm64: x0..x30, sp, pc, pstate
};

// One entry a note, in their order: CPUs that were offline have none, so that the place does not tell the
// CPU.
std::vector<CpuRegisters> cpu_registers(std::span<const std::uint8_t> notes);

}  // namespace inquest

// What QEMU notes of each CPU beside NT_PRSTATUS (its target/i386/arch_dump.c: QEMUCPUState, version 1).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inquest {

struct QemuCpu {
    std::uint64_t idt;       // linear address of the interrupt descriptor table
    std::uint64_t cr3, cr4;  // x86-64
};

// One a note, in their order; empty for dumps that no QEMU wrote and for machines other than x86-64.
std::vector<QemuCpu> qemu_cpus(std::span<const std::uint8_t> notes);

}  // namespace inquest

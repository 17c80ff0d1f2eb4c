// Interrupt lines, their handlers and counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/object.h"

namespace inquest {

struct InterruptAction {
    std::string name;           // as /proc/interrupts has it
    std::uint64_t handler = 0;  // of the hard interrupt
    std::uint64_t thread = 0;   // function of its thread, 0 for none
};

struct InterruptView {
    std::uint64_t irq = 0, address = 0, hardware_irq = 0;
    std::string chip;                        // "IO-APIC", "PCI-MSI"
    std::vector<std::uint32_t> counts;       // by CPU, of those that are online
    std::vector<InterruptAction> actions;    // empty: nobody handles it
    std::uint32_t unhandled = 0, depth = 0;  // since the last 100,000; depth above 0: disabled
};

// By number. Empty when the kernel's symbols do not tell where they are.
std::vector<InterruptView> interrupts(Objects& objects);

}  // namespace inquest

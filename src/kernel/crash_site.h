// How the CPU that died came to do so, out of its registers and stack.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/backtrace.h"

namespace inquest {

struct CrashSite {
    // The function by which the exception entered the kernel: "asm_exc_page_fault"; "" when none is seen.
    std::string entry;
    // pt_regs at the fault, in its order. x86's entry code has overwritten the error code (orig_ax) with -1.
    std::vector<std::uint64_t> registers;
    std::size_t frame = 0;  // of the backtrace, that the registers belong to
};

// From the innermost exception on the way of a task that crashed, or from the registers that kdump took at
// the fault. nullopt when neither shows: the kernel called panic() by itself, or a person asked for the dump.
std::optional<CrashSite> crash_site(Session& session, CodeMap& code, const Backtrace& trace);

}  // namespace inquest

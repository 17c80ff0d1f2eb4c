// Finding the kernel in a dump: its architecture, its page tables, and what VMCOREINFO tells.
#pragma once

#include "arch/arch.h"
#include "arch/paging.h"
#include "base/result.h"
#include "dump/memory.h"

namespace inquest {

struct FoundKernel {
    const Arch* arch = nullptr;
    PageTables tables;
    // Of the note; without one, of the kernel's memory; without that, SYMBOL(_stext) alone.
    Vmcoreinfo info;
};

// By VMCOREINFO; else on x86-64 by the control registers that QEMU notes of each CPU. `tell` hears which way
// it was when it was not the note. The error says what the dump lacks.
Result<FoundKernel> find_kernel(const Dump& dump, const Tell& tell);

}  // namespace inquest

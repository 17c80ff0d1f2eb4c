// Frame by frame from a set of registers to the end of the stack.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debuginfo/target.h"
#include "unwind/orc.h"

namespace inquest {

struct StackFrame {
    std::uint64_t ip = 0, sp = 0;
    bool exact = false;         // ip is the instruction itself (a trap), not a return address behind a call
    std::string_view found_by;  // "registers", "orc", "frame-pointer", "call"
    std::optional<std::uint64_t> registers;  // address of the pt_regs that this frame was taken from
    bool all_registers = false;              // that pt_regs is whole, not only what the CPU itself pushes
};

struct StackTrace {
    std::vector<StackFrame> frames;  // innermost first
    bool complete = false;           // ended where stacks end: user mode, or the entry code's mark
    std::string lost;                // why the trail ends otherwise
    std::optional<std::uint64_t> user_registers;  // the pt_regs with which user mode entered the kernel
};

// What the unwinder asks of the kernel that it walks through.
struct UnwindContext {
    TargetMemory memory;
    std::function<std::optional<OrcEntry>(std::uint64_t ip)>
        orc;  // of the kernel or the module that holds ip
    std::function<bool(std::uint64_t ip)> is_text;
};

struct UnwindStart {
    std::uint64_t ip = 0, sp = 0, bp = 0;
    bool exact = true;                       // ip is where the CPU was, not a return address
    std::optional<std::uint64_t> registers;  // address of a full pt_regs when it lies in memory
    std::vector<std::uint64_t> values;       // pt_regs by value, in its order, when it came from a note
};

// x86-64: ORC where there is an entry, a frame pointer where there is none (BPF and other generated code).
StackTrace unwind_x86_64(const UnwindContext& context, const UnwindStart& start);

// arm64: the chain of frame records (AAPCS64: x29 points to the caller's x29 and x30), which links IRQ stacks
// and exception frames too. start.bp is x29. `pac_mask`: bits of a signed return address that hold the
// signature (VMCOREINFO's KERNELPACMASK), 0 for none.
StackTrace unwind_arm64(const UnwindContext& context, const UnwindStart& start, std::uint64_t pac_mask);

}  // namespace inquest

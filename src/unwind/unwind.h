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
    bool exact = false;  // ip is the instruction itself (a trap), not a return address behind a call
    // "registers", "orc", "frame-pointer", "frame-record", "call"; "kretprobe" and "function-graph" where
    // these kept the return address while their own trampoline's stood on the stack.
    std::string_view found_by;
    std::optional<std::uint64_t> registers;  // address of the pt_regs that this frame was taken from
    bool all_registers = false;              // that pt_regs is whole, not only what the CPU itself pushes
    // arm64: x29, which holds the address of the function's own frame record once it has made one; 0 unknown.
    // There `sp` of a caller is the end of the record that the inner function made, not its own.
    std::uint64_t fp = 0;
};

struct StackTrace {
    std::vector<StackFrame> frames;  // innermost first
    bool complete = false;           // ended where stacks end: user mode, or the entry code's mark
    std::string lost;                // why the trail ends otherwise
    std::optional<std::uint64_t> user_registers;  // the pt_regs with which user mode entered the kernel
};

// A return address that a tracer had replaced by its trampoline's.
struct KeptReturn {
    std::uint64_t address = 0;
    std::string_view kept_by;  // becomes the frame's found_by
};

// What the unwinder asks of the kernel that it walks through.
struct UnwindContext {
    TargetMemory memory;
    std::function<std::optional<OrcEntry>(std::uint64_t ip)>
        orc;  // of the kernel or the module that holds ip
    std::function<bool(std::uint64_t ip)> is_text;
    // The true return address behind the one found at `slot` of the stack (arm64: in the frame record that
    // holds this x29 of the caller); nullopt where that is the true one. May be empty.
    std::function<std::optional<KeptReturn>(std::uint64_t address, std::uint64_t slot)> kept_return;
};

struct UnwindStart {
    std::uint64_t ip = 0, sp = 0, bp = 0;
    bool exact = true;                       // ip is where the CPU was, not a return address
    std::optional<std::uint64_t> registers;  // address of a full pt_regs when it lies in memory
    std::vector<std::uint64_t> values;       // pt_regs by value, in its order, when it came from a note
};

// x86-64: ORC where there is an entry, a frame pointer where there is none (BPF and other generated code).
StackTrace unwind_x86_64(const UnwindContext& context, const UnwindStart& start);

// How arm64's stacks tell what they are.
struct Arm64Stacks {
    std::uint64_t pac_mask = 0;  // bits of a signed return address that hold the signature, 0 for none
    std::optional<std::uint64_t> record_in_registers;  // offset of the frame record in struct pt_regs
    bool record_has_type = false;                      // it is a struct frame_record_meta (since 6.13)
    std::uint64_t entry_start = 0, entry_end = 0;      // the exception vectors' code
};

// arm64: the chain of frame records (AAPCS64: x29 points to the caller's x29 and x30), which links IRQ stacks
// and the registers of exceptions too. start.bp is x29.
StackTrace unwind_arm64(const UnwindContext& context, const UnwindStart& start, const Arm64Stacks& stacks);

}  // namespace inquest

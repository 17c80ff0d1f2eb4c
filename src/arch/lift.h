// Instructions reduced to what they do to registers and memory: what data flow is followed through.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace inquest {

// A general register by its number: its place in CallingConvention::names.
using RegisterId = std::uint8_t;
inline constexpr RegisterId kNoRegister = 0xff;
inline constexpr std::size_t kMostRegisters = 32;

// How functions of the kernel call each other.
struct CallingConvention {
    std::span<const std::string_view> names;  // whole registers, by RegisterId: "rdi", "x0"
    std::span<const RegisterId> arguments;    // in order
    RegisterId result, sp;
    RegisterId link;          // holds the return address at the entry; kNoRegister: it is on the stack
    std::uint32_t preserved;  // a bit a register: the callee leaves it as it was
    // Where the caller's stack pointer was before the call, above the callee's at its entry: the return
    // address that a call pushes.
    std::int64_t pushed_by_call;
    // The word of struct pt_regs that holds each register, by RegisterId.
    std::span<const std::uint8_t> in_pt_regs;
};

struct MemoryPlace {
    RegisterId base = kNoRegister, index = kNoRegister;
    std::uint8_t scale = 1;         // of the index
    std::uint8_t index_width = 8;   // bytes of the index that count: 4 where arm64 extends a half of it
    bool index_signed = false;      // how: sxtw, or uxtw
    std::uint8_t size = 0;          // bytes accessed, by each step of several; 0 unknown
    bool per_cpu = false;           // relative to the CPU's own area (x86: %gs)
    std::int64_t displacement = 0;  // the whole address when there is neither base nor index
};

// One step of an instruction. Steps happen in their order.
struct Effect {
    enum class Kind : std::uint8_t {
        copy,          // target = source
        constant,      // target = value
        insert,        // the 16 bits of target from bit `shift` on = value; the others stay
        address,       // target = the address of memory
        load,          // target = what memory holds; without a target it is the jump's or call's own target
        store,         // memory = source; = value without a source and with `known`; else something
        touch,         // memory is read (compared, tested), or changed in place where `writes`
        add,           // target += source, or += value without a source
        add_loaded,    // target += what memory holds
        mask,          // target = source & value
        select,        // target = source, or = value without a source; or it stays as it was
        current,       // target = the running task (arm64 keeps it in SP_EL0)
        per_cpu_base,  // target = the offset of this CPU's area (x86 loads it: %gs:this_cpu_off)
        compute,       // target = something else
    };
    Kind kind = Kind::compute;
    RegisterId target = kNoRegister, source = kNoRegister;
    std::uint8_t width = 8;  // bytes of the target that get a meaning: 8, or 4 (the rest zero)
    std::uint8_t shift = 0;  // insert
    bool known = false;      // store: `value` is what is stored
    bool writes = false;     // touch: memory is changed
    std::int64_t value = 0;
    MemoryPlace memory;
};

enum class Flow : std::uint8_t {
    next,
    branch,  // to the target, or on
    jump,
    call,
    leave,  // returns
    stop,   // ends here: nothing follows
};

struct Lifted {
    std::uint64_t address = 0;
    std::uint8_t length = 0;
    Flow flow = Flow::next;
    std::optional<std::uint64_t> target;       // of a direct branch, jump or call
    RegisterId target_register = kNoRegister;  // of an indirect one
    std::array<Effect, 6> steps;
    std::uint8_t count = 0;

    void add(const Effect& effect) {
        if (count < steps.size()) steps[count++] = effect;
    }
    [[nodiscard]] std::span<const Effect> effects() const { return std::span(steps).first(count); }
};

// The instruction at the start of `code`, which lies at `address`; false when it is none. What it does and
// `out` cannot say is a `compute` of every register that it writes, and a `touch` of the memory.
using Lifter = bool(std::span<const std::uint8_t> code, std::uint64_t address, Lifted& out);

Lifter lift_x86_64;
Lifter lift_arm64;

}  // namespace inquest

// What the lift_x86*.cpp share: the operands of an instruction.
#pragma once

#include "arch/capstone_engine.h"
#include "arch/lift.h"

namespace inquest::x86 {

// Their numbers as arches/x86_64.cpp names them.
enum : RegisterId { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 };

struct Part {
    RegisterId id = kNoRegister;
    std::uint8_t width = 0;  // bytes
};

// Of capstone's number for a register; no id when it is none of the general ones.
Part part_of(unsigned number);
bool is_high_byte(unsigned number);  // %ah and kin: a part that does not start at bit 0

// What one instruction is lifted from.
struct Source {
    const capstone::Engine& engine;
    const cs_insn& instruction;
    const cs_x86& x86;
    std::uint64_t address;

    // capstone lists operands as AT&T writes them: the destination last.
    [[nodiscard]] const cs_x86_op& destination() const { return x86.operands[x86.op_count - 1]; }
    [[nodiscard]] const cs_x86_op& origin() const { return x86.operands[0]; }
};

MemoryPlace place_of(const Source& from, const cs_x86_op& op);

// Once for a register.
void add_compute(Lifted& out, RegisterId target);

// Every register that it writes gets something, every place in memory is touched.
void lift_anything(const Source& from, Lifted& out);

}  // namespace inquest::x86

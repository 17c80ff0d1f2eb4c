#include <algorithm>
#include <string_view>

#include "arch/lift_x86.h"

namespace inquest::x86 {
namespace {

// What capstone's tables call a read, and is a write: fills, and moves of vectors.
bool writes_after_all(const Source& from, bool last_operand) {
    std::string_view mnemonic = from.instruction.mnemonic;
    if (auto prefix = mnemonic.rfind(' '); prefix != mnemonic.npos) mnemonic.remove_prefix(prefix + 1);
    return mnemonic.starts_with("cmpxchg") || mnemonic.starts_with("xadd") || mnemonic.starts_with("stos") ||
           (mnemonic.starts_with("mov") && last_operand);
}

// Some of these write a register in capstone's tables: test with an immediate does.
bool only_compares(unsigned id) { return id == X86_INS_CMP || id == X86_INS_TEST || id == X86_INS_BT; }

}  // namespace

Part part_of(unsigned number) {
    struct Known {
        unsigned number;
        Part part;
    };
    static const auto table = [] {
        std::array<Part, X86_REG_ENDING> made;
        made.fill({});  // g++ 12 zeroes all but the first of `made{}`: they would be rax
        constexpr std::array<std::array<unsigned, 4>, 8> kLow{{
            {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL},
            {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL},
            {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL},
            {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL},
            {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL},
            {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL},
            {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL},
            {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL},
        }};
        constexpr std::array<std::uint8_t, 4> kWidths{8, 4, 2, 1};
        for (RegisterId id = 0; id < kLow.size(); ++id)
            for (std::size_t i = 0; i < kWidths.size(); ++i) made[kLow[id][i]] = {id, kWidths[i]};
        constexpr std::array<unsigned, 4> kHigh{X86_REG_AH, X86_REG_CH, X86_REG_DH, X86_REG_BH};
        for (RegisterId id = 0; id < kHigh.size(); ++id) made[kHigh[id]] = {id, 1};
        for (unsigned i = 0; i < 8; ++i) {
            const auto id = static_cast<RegisterId>(r8 + i);
            made[X86_REG_R8 + i] = {id, 8};
            made[X86_REG_R8D + i] = {id, 4};
            made[X86_REG_R8W + i] = {id, 2};
            made[X86_REG_R8B + i] = {id, 1};
        }
        return made;
    }();
    return number < table.size() ? table[number] : Part{};
}

bool is_high_byte(unsigned number) {
    return number == X86_REG_AH || number == X86_REG_BH || number == X86_REG_CH || number == X86_REG_DH;
}

MemoryPlace place_of(const Source& from, const cs_x86_op& op) {
    MemoryPlace place;
    place.size = op.size;
    place.displacement = op.mem.disp;
    place.per_cpu = op.mem.segment == X86_REG_GS;
    if (op.mem.base == X86_REG_RIP || op.mem.base == X86_REG_EIP) {
        place.displacement += static_cast<std::int64_t>(from.address + from.instruction.size);
    } else {
        place.base = part_of(op.mem.base).id;
    }
    place.index = part_of(op.mem.index).id;
    place.scale = static_cast<std::uint8_t>(op.mem.scale);
    return place;
}

void add_compute(Lifted& out, RegisterId target) {
    const bool known = std::ranges::any_of(out.effects(), [&](const Effect& effect) {
        return effect.kind == Effect::Kind::compute && effect.target == target;
    });
    if (target != kNoRegister && !known) out.add({.kind = Effect::Kind::compute, .target = target});
}

void lift_anything(const Source& from, Lifted& out) {
    for (unsigned i = 0; i < from.x86.op_count; ++i) {
        const cs_x86_op& op = from.x86.operands[i];
        if (op.type != X86_OP_MEM) continue;
        const bool last = i + 1U == from.x86.op_count;
        out.add({.kind = Effect::Kind::touch,
                 .writes = writes_after_all(from, last) || (op.access & CS_AC_WRITE) != 0,
                 .memory = place_of(from, op)});
    }
    if (only_compares(from.instruction.id)) return;
    cs_regs read, written;
    std::uint8_t reads = 0, writes = 0;
    if (cs_regs_access(from.engine.handle(), &from.instruction, read, &reads, written, &writes) != CS_ERR_OK)
        return;
    for (unsigned i = 0; i < writes; ++i) add_compute(out, part_of(written[i]).id);
}

}  // namespace inquest::x86

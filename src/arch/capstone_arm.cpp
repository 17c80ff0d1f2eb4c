#include <algorithm>
#include <string_view>

#include "arch/capstone.h"
#include "arch/capstone_engine.h"
#include "base/text.h"

namespace inquest {
namespace {

using capstone::Engine;

// w0 -> x0; the rest is spelled as oopses do.
std::string whole_arm64(std::string name) {
    if (name.size() >= 2 && name[0] == 'w' && is_digit(name[1])) name[0] = 'x';
    return name;
}

// capstone names r9 and r10 by their APCS roles, oopses by number.
std::string arm_register(std::string name) {
    if (name == "sb") return "r9";
    if (name == "sl") return "r10";
    return name;
}

// The memory operand as the instruction's text has it: from '[' to ']'.
std::string bracketed(std::string_view text) {
    auto start = text.find('['), end = text.find(']');
    if (start == text.npos || end == text.npos || end < start) return {};
    return std::string(text.substr(start, end - start + 1));
}

template <typename Spell>
void add_registers(const Engine& engine, const cs_insn& instruction, Decoded& decoded, Spell spell) {
    cs_regs read, written;
    std::uint8_t reads = 0, writes = 0;
    if (cs_regs_access(engine.handle(), &instruction, read, &reads, written, &writes) != CS_ERR_OK) return;
    for (unsigned i = 0; i < reads; ++i)
        capstone::add_unique(decoded.reads, spell(engine.register_name(read[i])));
    for (unsigned i = 0; i < writes; ++i)
        capstone::add_unique(decoded.writes, spell(engine.register_name(written[i])));
}

// ldr, ldxr, ldadd read; str, stp, stlr write; the atomics that return the old value do both.
void set_access(Decoded::Memory& memory, std::string_view mnemonic) {
    bool store = mnemonic.starts_with("st");
    bool atomic = mnemonic.starts_with("cas") || mnemonic.starts_with("swp") ||
                  mnemonic.starts_with("ldadd") || mnemonic.starts_with("ldset") ||
                  mnemonic.starts_with("ldclr") || mnemonic.starts_with("ldeor");
    memory.read = !store;
    memory.write = store || atomic;
}

}  // namespace

std::optional<Decoded> disassemble_arm64(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_ARM64, CS_MODE_ARM);
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return std::nullopt;
    Decoded decoded = capstone::common_part(engine, *instruction, false);
    std::string_view mnemonic = instruction->mnemonic;
    decoded.is_trap = mnemonic == "brk";
    decoded.is_call = mnemonic == "bl" || mnemonic == "blr";
    const cs_arm64& detail = instruction->detail->arm64;
    for (unsigned i = 0; i < detail.op_count; ++i) {
        const cs_arm64_op& op = detail.operands[i];
        if (op.type == ARM64_OP_MEM && mnemonic != "prfm") {
            Decoded::Memory memory;
            memory.text = bracketed(decoded.text);
            memory.base = engine.register_name(op.mem.base);
            // A register of half width stays spelled "w1": what it adds depends on its extension.
            memory.index = engine.register_name(op.mem.index);
            memory.scale = 1 << std::min(op.shift.value, 4U);
            memory.displacement = op.mem.disp;
            set_access(memory, mnemonic);
            decoded.memory = std::move(memory);
        } else if (op.type == ARM64_OP_REG && (mnemonic == "blr" || mnemonic == "br")) {
            decoded.target_register = engine.register_name(op.reg);
        }
    }
    add_registers(engine, *instruction, decoded, whole_arm64);
    return decoded;
}

std::optional<Decoded> disassemble_arm(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine arm(CS_ARCH_ARM, CS_MODE_ARM);
    static thread_local Engine thumb(CS_ARCH_ARM, CS_MODE_THUMB);
    Engine& engine = address & 1 ? thumb : arm;
    const cs_insn* instruction = engine.decode(code, address & ~std::uint64_t{1});
    if (!instruction) return std::nullopt;
    Decoded decoded = capstone::common_part(engine, *instruction, false);
    std::string_view mnemonic = instruction->mnemonic;
    decoded.is_trap = mnemonic == "udf" || mnemonic == "bkpt";
    decoded.is_call = decoded.is_call || mnemonic.starts_with("bl ") || mnemonic == "bl" || mnemonic == "blx";
    const cs_arm& detail = instruction->detail->arm;
    for (unsigned i = 0; i < detail.op_count; ++i) {
        const cs_arm_op& op = detail.operands[i];
        if (op.type == ARM_OP_MEM && mnemonic != "pld") {
            Decoded::Memory memory;
            memory.text = bracketed(decoded.text);
            memory.base = arm_register(engine.register_name(op.mem.base));
            memory.index = arm_register(engine.register_name(op.mem.index));
            memory.scale = (op.mem.scale < 0 ? -1 : 1) * (1 << std::min(op.shift.value, 4U));
            memory.displacement = op.mem.disp;
            set_access(memory, mnemonic);
            decoded.memory = std::move(memory);
        } else if (op.type == ARM_OP_REG && (mnemonic == "blx" || mnemonic == "bx")) {
            decoded.target_register = arm_register(engine.register_name(op.reg));
        }
    }
    add_registers(engine, *instruction, decoded, arm_register);
    return decoded;
}

}  // namespace inquest

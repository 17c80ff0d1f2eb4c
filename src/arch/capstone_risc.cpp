// ppc, mips and s390x: capstone knows their operands but not which of them are read and written; the load and
// store mnemonics of these architectures tell.
#include <string_view>

#include "arch/capstone.h"
#include "arch/capstone_engine.h"
#include "base/text.h"

namespace inquest {
namespace {

using capstone::Engine;

bool stores(std::string_view mnemonic) {
    return mnemonic.starts_with("st") || mnemonic == "sb" || mnemonic == "sh" || mnemonic == "sw" ||
           mnemonic == "sd" || mnemonic == "sc" || mnemonic == "scd" || mnemonic == "swl" ||
           mnemonic == "swr" || mnemonic == "sdl" || mnemonic == "sdr";
}

bool compares(std::string_view mnemonic) {
    return mnemonic.starts_with("cmp") || mnemonic == "cr" || mnemonic == "cgr" || mnemonic == "ltgr";
}

// The first register is the destination of everything but stores, compares and branches.
void add_register(Decoded& decoded, std::string_view mnemonic, std::string name, bool first) {
    bool written = first && !stores(mnemonic) && !compares(mnemonic) && !decoded.is_jump;
    capstone::add_unique(written ? decoded.writes : decoded.reads, std::move(name));
}

template <typename Op>
Decoded::Memory memory_operand(const Op& op, std::string base, std::string_view mnemonic) {
    Decoded::Memory memory;
    memory.base = std::move(base);
    memory.displacement = static_cast<std::int64_t>(op.mem.disp);
    memory.text = capstone::signed_hex(memory.displacement) + "(" + memory.base + ")";
    memory.write = stores(mnemonic);
    memory.read = !memory.write;
    return memory;
}

std::optional<Decoded> disassemble_ppc(Engine& engine, std::span<const std::uint8_t> code,
                                       std::uint64_t address) {
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return std::nullopt;
    Decoded decoded = capstone::common_part(engine, *instruction, false);
    std::string_view mnemonic = instruction->mnemonic;
    decoded.is_trap = mnemonic.starts_with("tw") || mnemonic.starts_with("td") || mnemonic == "trap";
    decoded.is_jump = decoded.is_jump || mnemonic.starts_with("b");
    decoded.is_call = mnemonic == "bl" || mnemonic == "bctrl" || mnemonic == "blrl";
    if (mnemonic == "bctr" || mnemonic == "bctrl") decoded.target_register = "ctr";
    const cs_ppc& detail = instruction->detail->ppc;
    for (unsigned i = 0; i < detail.op_count; ++i) {
        const cs_ppc_op& op = detail.operands[i];
        if (op.type == PPC_OP_MEM)
            decoded.memory = memory_operand(op, engine.register_name(op.mem.base), mnemonic);
        if (op.type == PPC_OP_REG) add_register(decoded, mnemonic, engine.register_name(op.reg), i == 0);
    }
    return decoded;
}

// Oopses number the registers.
std::string mips_register(const Engine& engine, unsigned id) {
    return id >= MIPS_REG_0 && id <= MIPS_REG_31 ? "r" + std::to_string(id - MIPS_REG_0)
                                                 : engine.register_name(id);
}

std::optional<Decoded> disassemble_mips(Engine& engine, std::span<const std::uint8_t> code,
                                        std::uint64_t address) {
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return std::nullopt;
    Decoded decoded = capstone::common_part(engine, *instruction, false);
    std::string_view mnemonic = instruction->mnemonic;
    decoded.is_trap = mnemonic == "break" || mnemonic == "teq" || mnemonic == "tne";
    decoded.is_call = mnemonic == "jal" || mnemonic == "jalr";
    const cs_mips& detail = instruction->detail->mips;
    for (unsigned i = 0; i < detail.op_count; ++i) {
        const cs_mips_op& op = detail.operands[i];
        if (op.type == MIPS_OP_MEM && mnemonic != "pref")
            decoded.memory = memory_operand(op, mips_register(engine, op.mem.base), mnemonic);
        if (op.type != MIPS_OP_REG) continue;
        if (mnemonic == "jalr" || mnemonic == "jr") decoded.target_register = mips_register(engine, op.reg);
        add_register(decoded, mnemonic, mips_register(engine, op.reg), i == 0);
    }
    return decoded;
}

// capstone numbers them only.
std::string s390_register(const Engine& engine, unsigned id) {
    std::string name = engine.register_name(id);
    return !name.empty() && is_digit(name[0]) ? "r" + name : name;
}

}  // namespace

std::optional<Decoded> disassemble_ppc32(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_PPC, CS_MODE_32 | CS_MODE_BIG_ENDIAN);
    return disassemble_ppc(engine, code, address);
}

std::optional<Decoded> disassemble_ppc64(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_PPC, CS_MODE_64 | CS_MODE_BIG_ENDIAN);
    return disassemble_ppc(engine, code, address);
}

std::optional<Decoded> disassemble_ppc64le(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_PPC, CS_MODE_64 | CS_MODE_LITTLE_ENDIAN);
    return disassemble_ppc(engine, code, address);
}

std::optional<Decoded> disassemble_mips32(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_MIPS, CS_MODE_MIPS32 | CS_MODE_BIG_ENDIAN);
    return disassemble_mips(engine, code, address);
}

std::optional<Decoded> disassemble_mips64(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_MIPS, CS_MODE_MIPS64 | CS_MODE_BIG_ENDIAN);
    return disassemble_mips(engine, code, address);
}

std::optional<Decoded> disassemble_s390x(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_SYSZ, CS_MODE_BIG_ENDIAN);
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return std::nullopt;
    Decoded decoded = capstone::common_part(engine, *instruction, false);
    std::string_view mnemonic = instruction->mnemonic;
    const cs_sysz& detail = instruction->detail->sysz;
    for (unsigned i = 0; i < detail.op_count; ++i) {
        const cs_sysz_op& op = detail.operands[i];
        // Load address computes only.
        if (op.type == SYSZ_OP_MEM && mnemonic != "la" && mnemonic != "lay") {
            decoded.memory = memory_operand(op, s390_register(engine, op.mem.base), mnemonic);
            decoded.memory->index = s390_register(engine, op.mem.index);
        }
        if (op.type == SYSZ_OP_REG) add_register(decoded, mnemonic, s390_register(engine, op.reg), i == 0);
    }
    return decoded;
}

}  // namespace inquest

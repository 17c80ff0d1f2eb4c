#include <array>
#include <string_view>

#include "arch/capstone.h"
#include "arch/capstone_engine.h"
#include "base/text.h"

namespace inquest {
namespace {

using capstone::Engine;

// The register that an oops prints for a part of it: %edi, %di, %dil -> "rdi", %r8d -> "r8", %ah -> "rax".
std::string whole_register(std::string name, unsigned bits) {
    if (name.size() >= 2 && name[0] == 'r' && is_digit(name[1])) {
        while (!is_digit(name.back())) name.pop_back();
        return name;
    }
    static constexpr std::array<std::array<std::string_view, 4>, 8> kParts{{
        {"ax", "al", "ah", "eax"},
        {"bx", "bl", "bh", "ebx"},
        {"cx", "cl", "ch", "ecx"},
        {"dx", "dl", "dh", "edx"},
        {"si", "sil", "esi", ""},
        {"di", "dil", "edi", ""},
        {"bp", "bpl", "ebp", ""},
        {"sp", "spl", "esp", ""},
    }};
    for (const auto& parts : kParts)
        for (auto part : parts)
            if (!part.empty() && name == part) return (bits == 64 ? "r" : "e") + std::string(parts[0]);
    return name;
}

// The same by capstone's number, worked out once.
const std::string& whole_register(const Engine& engine, unsigned id, unsigned bits) {
    using Table = std::array<std::string, X86_REG_ENDING>;
    auto make = [&](unsigned width) {
        Table table;
        for (unsigned i = 0; i < table.size(); ++i) table[i] = whole_register(engine.register_name(i), width);
        return table;
    };
    static const Table narrow = make(32), wide = make(64);
    const Table& table = bits == 64 ? wide : narrow;
    return table[id < table.size() ? id : 0];
}

Decoded::Memory memory_operand(const Engine& engine, const cs_x86_op& op, unsigned bits) {
    Decoded::Memory memory;
    memory.base = whole_register(engine, op.mem.base, bits);
    memory.index = whole_register(engine, op.mem.index, bits);
    memory.scale = op.mem.scale;
    memory.displacement = op.mem.disp;
    memory.segment = engine.register_name(op.mem.segment);
    memory.size = op.size;
    memory.read = op.access & CS_AC_READ;
    memory.write = op.access & CS_AC_WRITE;
    if (!memory.segment.empty()) memory.text = "%" + memory.segment + ":";
    if (memory.displacement || memory.base.empty()) memory.text += capstone::signed_hex(memory.displacement);
    if (!memory.base.empty() || !memory.index.empty()) {
        memory.text += '(';
        if (!memory.base.empty()) memory.text += '%' + memory.base;
        if (!memory.index.empty()) memory.text += ",%" + memory.index + ',' + std::to_string(memory.scale);
        memory.text += ')';
    }
    return memory;
}

// Instructions with a memory operand that they do not access.
bool computes_only(unsigned id) {
    switch (id) {
        case X86_INS_LEA:
        case X86_INS_NOP:
        case X86_INS_PREFETCH:
        case X86_INS_PREFETCHNTA:
        case X86_INS_PREFETCHT0:
        case X86_INS_PREFETCHT1:
        case X86_INS_PREFETCHT2:
        case X86_INS_PREFETCHW:
        case X86_INS_INVLPG:
            return true;
        default:
            return false;
    }
}

// capstone's tables call these stores reads.
void correct_access(Decoded::Memory& memory, std::string_view mnemonic, bool last_operand) {
    if (auto prefix = mnemonic.rfind(' '); prefix != mnemonic.npos) mnemonic.remove_prefix(prefix + 1);
    if (mnemonic.starts_with("cmpxchg")) {
        memory.write = true;
    } else if (mnemonic.starts_with("stos") || (mnemonic.starts_with("mov") && last_operand)) {
        memory.read = false;
        memory.write = true;
    }
}

bool is_trap(unsigned id) {
    return id == X86_INS_UD2 || id == X86_INS_UD2B || id == X86_INS_INT3 || id == X86_INS_INT ||
           id == X86_INS_HLT;
}

std::optional<Decoded> disassemble(Engine& engine, unsigned bits, std::span<const std::uint8_t> code,
                                   std::uint64_t address) {
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return std::nullopt;
    Decoded decoded = capstone::common_part(engine, *instruction, true);
    decoded.is_trap = is_trap(instruction->id);
    decoded.is_divide = instruction->id == X86_INS_DIV || instruction->id == X86_INS_IDIV;
    const cs_x86& x86 = instruction->detail->x86;
    for (unsigned i = 0; i < x86.op_count; ++i) {
        const cs_x86_op& op = x86.operands[i];
        if (op.type == X86_OP_MEM && !computes_only(instruction->id)) {
            auto memory = memory_operand(engine, op, bits);
            correct_access(memory, instruction->mnemonic, i + 1U == x86.op_count);
            if (decoded.is_divide) decoded.divisor = memory.text;
            (decoded.memory ? decoded.other_memory : decoded.memory) = std::move(memory);
        } else if (op.type == X86_OP_REG && (decoded.is_call || decoded.is_jump)) {
            decoded.target_register = whole_register(engine, op.reg, bits);
        } else if (op.type == X86_OP_REG && decoded.is_divide) {
            decoded.divisor = engine.register_name(op.reg);
        }
    }
    cs_regs read, written;
    std::uint8_t reads = 0, writes = 0;
    if (cs_regs_access(engine.handle(), instruction, read, &reads, written, &writes) == CS_ERR_OK) {
        for (unsigned i = 0; i < reads; ++i)
            capstone::add_unique(decoded.reads, whole_register(engine, read[i], bits));
        for (unsigned i = 0; i < writes; ++i)
            capstone::add_unique(decoded.writes, whole_register(engine, written[i], bits));
    }
    return decoded;
}

}  // namespace

std::optional<Decoded> disassemble_x86_64(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_X86, CS_MODE_64);
    return disassemble(engine, 64, code, address);
}

std::optional<Decoded> disassemble_i386(std::span<const std::uint8_t> code, std::uint64_t address) {
    static thread_local Engine engine(CS_ARCH_X86, CS_MODE_32);
    return disassemble(engine, 32, code, address);
}

std::size_t x86_length(std::span<const std::uint8_t> code, unsigned bits) {
    static thread_local Engine engine64(CS_ARCH_X86, CS_MODE_64, false);
    static thread_local Engine engine32(CS_ARCH_X86, CS_MODE_32, false);
    const cs_insn* instruction = (bits == 64 ? engine64 : engine32).decode(code, 0);
    return instruction ? instruction->size : 0;
}

}  // namespace inquest

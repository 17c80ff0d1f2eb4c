#include <algorithm>

#include "arch/capstone_engine.h"
#include "arch/lift.h"

namespace inquest {
namespace {

using capstone::Engine;

// Their numbers as arches/x86_64.cpp names them.
enum : RegisterId { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 };

struct Part {
    RegisterId id = kNoRegister;
    std::uint8_t width = 0;  // bytes
};

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

// The bits of an immediate that count.
std::int64_t cut(std::int64_t value, std::uint8_t width) {
    return width == 4 ? static_cast<std::int64_t>(static_cast<std::uint32_t>(value)) : value;
}

bool is_high_byte(unsigned number) {
    return number == X86_REG_AH || number == X86_REG_BH || number == X86_REG_CH || number == X86_REG_DH;
}

// What one instruction is lifted from.
struct Source {
    const Engine& engine;
    const cs_insn& instruction;
    const cs_x86& x86;
    std::uint64_t address;

    // capstone lists operands as AT&T writes them: the destination last.
    [[nodiscard]] const cs_x86_op& destination() const { return x86.operands[x86.op_count - 1]; }
    [[nodiscard]] const cs_x86_op& origin() const { return x86.operands[0]; }
};

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

// What capstone's tables call a read, and is a write: fills, and moves of vectors.
bool writes_after_all(const Source& from, bool last_operand) {
    std::string_view mnemonic = from.instruction.mnemonic;
    if (auto prefix = mnemonic.rfind(' '); prefix != mnemonic.npos) mnemonic.remove_prefix(prefix + 1);
    return mnemonic.starts_with("cmpxchg") || mnemonic.starts_with("xadd") || mnemonic.starts_with("stos") ||
           (mnemonic.starts_with("mov") && last_operand);
}

// Some of these write a register in capstone's tables: test with an immediate does.
bool only_compares(unsigned id) { return id == X86_INS_CMP || id == X86_INS_TEST || id == X86_INS_BT; }

// Every register that it writes gets something, every place in memory is touched.
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

void lift_move(const Source& from, Lifted& out) {
    const cs_x86_op &to = from.destination(), &of = from.origin();
    const bool widens = from.instruction.id == X86_INS_MOVZX || from.instruction.id == X86_INS_MOVSX ||
                        from.instruction.id == X86_INS_MOVSXD;
    if (to.type == X86_OP_MEM) {
        Effect store{.kind = Effect::Kind::store, .memory = place_of(from, to)};
        if (of.type == X86_OP_REG) store.source = part_of(of.reg).id;
        if (of.type == X86_OP_IMM) {
            store.known = true;
            store.value = of.imm;
        }
        out.add(store);
        return;
    }
    const Part target = part_of(to.type == X86_OP_REG ? to.reg : 0);
    if (target.id == kNoRegister) return lift_anything(from, out);
    // The rest of the register stays: what it holds then nobody names.
    const bool partial = target.width < 4;
    if (of.type == X86_OP_MEM) {
        const MemoryPlace memory = place_of(from, of);
        if (partial) {
            out.add({.kind = Effect::Kind::touch, .memory = memory});
            add_compute(out, target.id);
        } else {
            out.add(
                {.kind = Effect::Kind::load, .target = target.id, .width = target.width, .memory = memory});
        }
        return;
    }
    if (partial) return add_compute(out, target.id);
    if (of.type == X86_OP_IMM) {
        out.add({.kind = Effect::Kind::constant, .target = target.id, .value = cut(of.imm, target.width)});
        return;
    }
    const Part source = part_of(of.type == X86_OP_REG ? of.reg : 0);
    if (from.instruction.id == X86_INS_MOVZX && source.id != kNoRegister && !is_high_byte(of.reg)) {
        out.add({.kind = Effect::Kind::mask,
                 .target = target.id,
                 .source = source.id,
                 .value = source.width == 1 ? 0xff : 0xffff});
        return;
    }
    if (source.id == kNoRegister || (widens && source.width < 4)) return add_compute(out, target.id);
    out.add({.kind = Effect::Kind::copy,
             .target = target.id,
             .source = source.id,
             .width = std::min(target.width, source.width)});
}

void lift_push(const Source& from, Lifted& out) {
    const cs_x86_op& op = from.origin();
    Effect store{.kind = Effect::Kind::store, .memory = {.base = rsp, .size = 8}};
    if (op.type == X86_OP_REG) store.source = part_of(op.reg).id;
    if (op.type == X86_OP_IMM) {
        store.known = true;
        store.value = op.imm;
    }
    if (op.type == X86_OP_MEM) out.add({.kind = Effect::Kind::touch, .memory = place_of(from, op)});
    out.add({.kind = Effect::Kind::add, .target = rsp, .value = -8});
    out.add(store);
}

void lift_pop(const Source& from, Lifted& out) {
    const cs_x86_op& op = from.destination();
    const RegisterId target = op.type == X86_OP_REG ? part_of(op.reg).id : kNoRegister;
    if (target != kNoRegister)
        out.add({.kind = Effect::Kind::load, .target = target, .memory = {.base = rsp, .size = 8}});
    out.add({.kind = Effect::Kind::add, .target = rsp, .value = 8});
    // Its address is worked out after that, from the new rsp.
    if (op.type == X86_OP_MEM) out.add({.kind = Effect::Kind::store, .memory = place_of(from, op)});
}

// What adding or masking with `of` is; nullopt when there is no step for it.
std::optional<Effect> arithmetic_step(const Source& from, const Part& target, const cs_x86_op& of) {
    using Kind = Effect::Kind;
    const unsigned id = from.instruction.id;
    Effect step{.kind = Kind::add, .target = target.id, .width = target.width};
    if (id == X86_INS_INC || id == X86_INS_DEC) {
        step.value = id == X86_INS_INC ? 1 : -1;
    } else if (of.type == X86_OP_IMM && (id == X86_INS_ADD || id == X86_INS_SUB)) {
        step.value = id == X86_INS_ADD ? of.imm : -of.imm;
    } else if (of.type == X86_OP_IMM && id == X86_INS_AND) {
        step.kind = Kind::mask;
        step.source = target.id;
        step.value = cut(of.imm, target.width);
    } else if (of.type == X86_OP_REG && id == X86_INS_ADD && part_of(of.reg).width == target.width) {
        step.source = part_of(of.reg).id;
    } else if (of.type == X86_OP_MEM && id == X86_INS_ADD) {  // this CPU's area, the direct map's start
        step.kind = Kind::add_loaded;
        step.memory = place_of(from, of);
    } else {
        return std::nullopt;
    }
    return step;
}

// add, sub, inc, dec, and, xor: what keeps a pointer a pointer, or makes a zero.
void lift_arithmetic(const Source& from, Lifted& out) {
    const unsigned id = from.instruction.id;
    const cs_x86_op &to = from.destination(), &of = from.origin();
    const Part target = part_of(to.type == X86_OP_REG ? to.reg : 0);
    if (target.id == kNoRegister || target.width < 4) return lift_anything(from, out);
    if (from.x86.op_count == 2 && of.type == X86_OP_REG && of.reg == to.reg &&
        (id == X86_INS_XOR || id == X86_INS_SUB)) {
        out.add({.kind = Effect::Kind::constant, .target = target.id, .value = 0});
    } else if (auto step = arithmetic_step(from, target, of)) {
        out.add(*step);
    } else {
        lift_anything(from, out);
    }
}

// xchg and xadd with memory: the register gets what memory held, memory something else, since no step can
// name what two exchange.
void lift_exchange(const Source& from, Lifted& out) {
    const cs_x86_op &first = from.x86.operands[0], &second = from.x86.operands[1];
    const bool memory_first = first.type == X86_OP_MEM;
    const cs_x86_op &memory = memory_first ? first : second, &reg = memory_first ? second : first;
    const Part part = part_of(reg.type == X86_OP_REG ? reg.reg : 0);
    if (memory.type != X86_OP_MEM || part.width < 4) return lift_anything(from, out);
    const MemoryPlace place = place_of(from, memory);
    // A register that also holds the address is of no use to a step after the load.
    const bool loses_address = place.base == part.id || place.index == part.id;
    if (loses_address) out.add({.kind = Effect::Kind::touch, .writes = true, .memory = place});
    out.add({.kind = Effect::Kind::load, .target = part.id, .width = part.width, .memory = place});
    if (!loses_address) out.add({.kind = Effect::Kind::store, .memory = place});
}

// rax holds afterwards what memory held, whether they were equal or not.
void lift_compare_exchange(const Source& from, Lifted& out) {
    const cs_x86_op& op = from.destination();
    if (op.type != X86_OP_MEM || op.size < 4) {
        lift_anything(from, out);
        return add_compute(out, rax);
    }
    const MemoryPlace place = place_of(from, op);
    out.add({.kind = Effect::Kind::touch, .writes = true, .memory = place});
    out.add({.kind = Effect::Kind::load, .target = rax, .width = op.size, .memory = place});
}

void lift_transfer(const Source& from, Lifted& out) {
    const cs_x86_op& op = from.origin();
    if (from.x86.op_count == 0) return;
    if (op.type == X86_OP_IMM) out.target = static_cast<std::uint64_t>(op.imm);
    if (op.type == X86_OP_REG) out.target_register = part_of(op.reg).id;
    if (op.type == X86_OP_MEM) out.add({.kind = Effect::Kind::load, .memory = place_of(from, op)});
}

bool is_conditional_move(unsigned id) {
    switch (id) {
        case X86_INS_CMOVA:
        case X86_INS_CMOVAE:
        case X86_INS_CMOVB:
        case X86_INS_CMOVBE:
        case X86_INS_CMOVE:
        case X86_INS_CMOVG:
        case X86_INS_CMOVGE:
        case X86_INS_CMOVL:
        case X86_INS_CMOVLE:
        case X86_INS_CMOVNE:
        case X86_INS_CMOVNO:
        case X86_INS_CMOVNP:
        case X86_INS_CMOVNS:
        case X86_INS_CMOVO:
        case X86_INS_CMOVP:
        case X86_INS_CMOVS:
            return true;
        default:
            return false;
    }
}

void lift_conditional_move(const Source& from, Lifted& out) {
    const cs_x86_op& of = from.origin();
    const Part target = part_of(from.destination().reg);
    if (of.type == X86_OP_REG && target.width == 8) {
        out.add({.kind = Effect::Kind::select, .target = target.id, .source = part_of(of.reg).id});
    } else {
        lift_anything(from, out);
    }
}

void lift_leave(Lifted& out) {
    out.add({.kind = Effect::Kind::copy, .target = rsp, .source = rbp});
    out.add({.kind = Effect::Kind::load, .target = rbp, .memory = {.base = rsp, .size = 8}});
    out.add({.kind = Effect::Kind::add, .target = rsp, .value = 8});
}

void lift(const Source& from, Lifted& out) {
    const unsigned id = from.instruction.id;
    switch (id) {
        case X86_INS_MOV:
        case X86_INS_MOVABS:
        case X86_INS_MOVZX:
        case X86_INS_MOVSX:
        case X86_INS_MOVSXD:
            return lift_move(from, out);
        case X86_INS_LEA: {
            const Part target = part_of(from.destination().reg);
            if (target.width < 4) return add_compute(out, target.id);
            out.add({.kind = Effect::Kind::address,
                     .target = target.id,
                     .width = target.width,
                     .memory = place_of(from, from.origin())});
            return;
        }
        case X86_INS_PUSH:
            return lift_push(from, out);
        case X86_INS_POP:
            return lift_pop(from, out);
        case X86_INS_PUSHFQ:
            out.add({.kind = Effect::Kind::add, .target = rsp, .value = -8});
            out.add({.kind = Effect::Kind::store, .memory = {.base = rsp, .size = 8}});
            return;
        case X86_INS_POPFQ:
            out.add({.kind = Effect::Kind::add, .target = rsp, .value = 8});
            return;
        case X86_INS_ADD:
        case X86_INS_SUB:
        case X86_INS_INC:
        case X86_INS_DEC:
        case X86_INS_AND:
        case X86_INS_XOR:
            return lift_arithmetic(from, out);
        case X86_INS_CMPXCHG:
            return lift_compare_exchange(from, out);
        case X86_INS_XADD:
        case X86_INS_XCHG:
            return lift_exchange(from, out);
        case X86_INS_CDQE:  // movslq %eax,%rax
            out.add({.kind = Effect::Kind::copy, .target = rax, .source = rax, .width = 4});
            return;
        case X86_INS_LEAVE:
            return lift_leave(out);
        case X86_INS_NOP:
        case X86_INS_ENDBR64:
        case X86_INS_PREFETCHT0:
        case X86_INS_PREFETCHT1:
        case X86_INS_PREFETCHT2:
        case X86_INS_PREFETCHNTA:
        case X86_INS_PREFETCHW:
            return;
        default:
            break;
    }
    if (is_conditional_move(id)) return lift_conditional_move(from, out);
    lift_anything(from, out);
}

}  // namespace

bool lift_x86_64(std::span<const std::uint8_t> code, std::uint64_t address, Lifted& out) {
    static thread_local Engine engine(CS_ARCH_X86, CS_MODE_64);
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return false;
    out = {};
    out.address = address;
    out.length = static_cast<std::uint8_t>(instruction->size);
    const Source from{engine, *instruction, instruction->detail->x86, address};
    auto in = [&](unsigned group) { return cs_insn_group(engine.handle(), instruction, group); };
    if (in(CS_GRP_CALL)) {
        out.flow = Flow::call;
        lift_transfer(from, out);
    } else if (in(CS_GRP_JUMP)) {
        out.flow = instruction->id == X86_INS_JMP ? Flow::jump : Flow::branch;
        lift_transfer(from, out);
    } else if (in(CS_GRP_RET) || in(CS_GRP_IRET)) {
        out.flow = Flow::leave;
    } else if (instruction->id == X86_INS_INT3 || instruction->id == X86_INS_HLT) {
        out.flow = Flow::stop;
    } else {
        lift(from, out);
    }
    return true;
}

}  // namespace inquest

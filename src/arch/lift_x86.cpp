#include "arch/lift_x86.h"

#include <algorithm>
#include <optional>

namespace inquest {
namespace x86 {
namespace {

// The bits of an immediate that count.
std::int64_t cut(std::int64_t value, std::uint8_t width) {
    return width == 4 ? static_cast<std::int64_t>(static_cast<std::uint32_t>(value)) : value;
}

// What a move or push writes to memory.
void set_stored(Effect& store, const cs_x86_op& of) {
    if (of.type == X86_OP_REG && !is_high_byte(of.reg)) store.source = part_of(of.reg).id;
    if (of.type == X86_OP_IMM) {
        store.known = true;
        store.value = of.imm;
    }
}

// The rest of a narrow register stays: what it holds then nobody names.
void lift_narrow_move(const Source& from, Lifted& out, RegisterId target) {
    const cs_x86_op& of = from.origin();
    if (of.type == X86_OP_MEM) out.add({.kind = Effect::Kind::touch, .memory = place_of(from, of)});
    add_compute(out, target);
}

void lift_register_move(unsigned id, const Part& target, const cs_x86_op& of, Lifted& out) {
    const Part source = part_of(of.type == X86_OP_REG ? of.reg : 0);
    const bool narrow = source.width < 4;
    if (source.id == kNoRegister || is_high_byte(of.reg) || (narrow && id != X86_INS_MOVZX)) {
        add_compute(out, target.id);
    } else if (narrow) {
        out.add({.kind = Effect::Kind::mask,
                 .target = target.id,
                 .source = source.id,
                 .value = source.width == 1 ? 0xff : 0xffff});
    } else {
        out.add({.kind = Effect::Kind::copy,
                 .target = target.id,
                 .source = source.id,
                 .width = std::min(target.width, source.width)});
    }
}

void lift_move(const Source& from, Lifted& out) {
    const cs_x86_op &to = from.destination(), &of = from.origin();
    if (to.type == X86_OP_MEM) {
        Effect store{.kind = Effect::Kind::store, .memory = place_of(from, to)};
        set_stored(store, of);
        out.add(store);
        return;
    }
    const Part target = part_of(to.type == X86_OP_REG ? to.reg : 0);
    if (target.id == kNoRegister) return lift_anything(from, out);
    if (target.width < 4) return lift_narrow_move(from, out, target.id);
    if (of.type == X86_OP_MEM) {
        out.add({.kind = Effect::Kind::load,
                 .target = target.id,
                 .width = target.width,
                 .memory = place_of(from, of)});
    } else if (of.type == X86_OP_IMM) {
        out.add({.kind = Effect::Kind::constant, .target = target.id, .value = cut(of.imm, target.width)});
    } else {
        lift_register_move(from.instruction.id, target, of, out);
    }
}

void lift_push(const Source& from, Lifted& out) {
    const cs_x86_op& op = from.origin();
    Effect store{.kind = Effect::Kind::store, .memory = {.base = rsp, .size = 8}};
    set_stored(store, op);
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
    if (of.type == X86_OP_REG && target.width >= 4) {
        out.add({.kind = Effect::Kind::select,
                 .target = target.id,
                 .source = part_of(of.reg).id,
                 .width = target.width});
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
}  // namespace x86

bool lift_x86_64(std::span<const std::uint8_t> code, std::uint64_t address, Lifted& out) {
    static thread_local capstone::Engine engine(CS_ARCH_X86, CS_MODE_64);
    const cs_insn* instruction = engine.decode(code, address);
    if (!instruction) return false;
    out = {};
    out.address = address;
    out.length = static_cast<std::uint8_t>(instruction->size);
    const x86::Source from{engine, *instruction, instruction->detail->x86, address};
    auto in = [&](unsigned group) { return cs_insn_group(engine.handle(), instruction, group); };
    if (in(CS_GRP_CALL)) {
        out.flow = Flow::call;
        x86::lift_transfer(from, out);
    } else if (in(CS_GRP_JUMP)) {
        out.flow = instruction->id == X86_INS_JMP ? Flow::jump : Flow::branch;
        x86::lift_transfer(from, out);
    } else if (in(CS_GRP_RET) || in(CS_GRP_IRET)) {
        out.flow = Flow::leave;
    } else if (instruction->id == X86_INS_INT3 || instruction->id == X86_INS_HLT) {
        out.flow = Flow::stop;
    } else {
        x86::lift(from, out);
    }
    return true;
}

}  // namespace inquest

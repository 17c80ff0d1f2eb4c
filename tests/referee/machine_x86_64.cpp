#include <array>
#include <string_view>

#include "capstone_machine.h"

namespace referee {
namespace {

using Flow = Instruction::Flow;
using Effect = Instruction::Effect;

constexpr std::array<std::string_view, 16> kNames{"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp",
                                                  "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr unsigned kStack = 7;

// The row is DWARF's number: the register and its parts.
constexpr unsigned kParts[16][5] = {
    {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH},
    {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH},
    {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH},
    {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH},
    {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, 0},
    {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, 0},
    {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, 0},
    {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, 0},
    {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, 0},
    {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, 0},
    {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, 0},
    {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, 0},
    {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, 0},
    {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, 0},
    {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, 0},
    {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, 0},
};

// The operands of string instructions are implied: they have no displacement, and move.
bool is_string(std::string_view mnemonic) {
    if (auto prefix = mnemonic.rfind(' '); prefix != mnemonic.npos) mnemonic.remove_prefix(prefix + 1);
    for (std::string_view start : {"movs", "stos", "lods", "cmps", "scas"})
        if (mnemonic.size() == 5 && mnemonic.starts_with(start) &&
            std::string_view("bwlq").contains(mnemonic[4]))
            return true;
    return false;
}

class X86 final : public CapstoneMachine {
  public:
    X86() : CapstoneMachine(CS_ARCH_X86, CS_MODE_64) {}
    std::string register_name(unsigned number) const override {
        return number < kNames.size() ? std::string(kNames[number]) : "?";
    }
    // rbx, rbp, rsp, r12 to r15
    bool survives_calls(unsigned number) const override {
        return number == 3 || number == 6 || number == kStack || number >= 12;
    }
    unsigned result_register() const override { return 0; }

  protected:
    std::size_t unknown_step() const override { return 1; }

    std::optional<unsigned> number_of(unsigned capstone_register) const override {
        for (unsigned number = 0; number < 16; ++number)
            for (unsigned part : kParts[number])
                if (part && part == capstone_register) return number;
        return std::nullopt;
    }

    void fill(const cs_insn& raw, Instruction& into) const override {
        const cs_x86& x86 = raw.detail->x86;
        set_flow(raw, x86, into);
        if (!is_string(into.mnemonic))
            for (unsigned i = 0; i < x86.op_count; ++i)
                if (x86.operands[i].type == X86_OP_MEM && raw.id != X86_INS_NOP)
                    into.memory = memory_of(raw, x86.operands[i]);
        add_written(raw, into);
        set_effect(raw, x86, into);
    }

  private:
    void set_flow(const cs_insn& raw, const cs_x86& x86, Instruction& into) const {
        const bool direct = x86.op_count == 1 && x86.operands[0].type == X86_OP_IMM;
        if (in_group(raw, CS_GRP_CALL)) into.flow = Flow::call;
        if (in_group(raw, CS_GRP_JUMP)) into.flow = raw.id == X86_INS_JMP ? Flow::jump : Flow::branch;
        if (in_group(raw, CS_GRP_RET) || raw.id == X86_INS_UD2) into.flow = Flow::end;
        if ((into.flow == Flow::call || into.flow == Flow::jump || into.flow == Flow::branch) && direct)
            into.target = static_cast<std::uint64_t>(x86.operands[0].imm);
    }

    Memory memory_of(const cs_insn& raw, const cs_x86_op& op) const {
        auto base = number_of(op.mem.base);
        const bool wide = base && op.mem.base == kParts[*base][0];
        const bool taken = raw.id != X86_INS_LEA && !std::string_view(raw.mnemonic).starts_with("prefetch");
        return {.base = base ? register_name(*base) : "",
                .register_number = base.value_or(0),
                .displacement = op.mem.disp,
                .indexed = op.mem.index != X86_REG_INVALID,
                .size = op.size,
                .accessed = taken,
                .nameable = wide && *base != kStack && op.mem.segment == X86_REG_INVALID};
    }

    void set_effect(const cs_insn& raw, const cs_x86& x86, Instruction& into) const {
        if (x86.op_count != 2) return;  // AT&T: the source is the first
        const cs_x86_op &from = x86.operands[0], &to = x86.operands[1];
        if (to.type != X86_OP_REG) return;
        std::string_view mnemonic = into.mnemonic;
        const bool conditional = mnemonic.starts_with("cmov"),
                   moves = mnemonic.starts_with("mov") || conditional;
        if (raw.id == X86_INS_LEA) return set_lea(from, into);
        if (from.type == X86_OP_IMM && moves) {
            into.effect = Effect::constant;
        } else if (from.type == X86_OP_REG && moves) {
            auto source = number_of(from.reg);
            if (!source) return;
            into.effect = conditional ? Effect::maybe_move : Effect::move;
            into.source = *source;
        } else if (from.type == X86_OP_MEM && moves) {
            set_load(from, into);
        } else if (from.type == X86_OP_IMM && (raw.id == X86_INS_ADD || raw.id == X86_INS_SUB)) {
            into.effect = Effect::address;
            into.source = number_of(to.reg).value_or(0);
            into.constant = raw.id == X86_INS_ADD ? from.imm : -from.imm;
        } else if (raw.id == X86_INS_ADD && from.type == X86_OP_MEM && from.mem.segment == X86_REG_GS) {
            into.effect = Effect::per_cpu;
        }
    }

    void set_lea(const cs_x86_op& from, Instruction& into) const {
        auto base = number_of(from.mem.base);
        if (!base || from.mem.index != X86_REG_INVALID) {
            if (from.mem.base == X86_REG_RIP) into.effect = Effect::constant;
            return;
        }
        into.effect = Effect::address;
        into.source = *base;
        into.constant = from.mem.disp;
    }

    static void set_load(const cs_x86_op& from, Instruction& into) {
        into.effect = Effect::load;
        into.constant = from.mem.disp;
        if (from.mem.segment == X86_REG_GS) {
            into.effect = Effect::per_cpu;
            if (from.mem.base == X86_REG_RIP)
                into.constant += static_cast<std::int64_t>(into.address + into.length);
        } else if (from.mem.base == X86_REG_RIP) {
            into.effect = Effect::global;
            into.constant += static_cast<std::int64_t>(into.address + into.length);
        } else if (from.mem.base == X86_REG_INVALID) {
            into.effect = Effect::global;
        } else if (from.mem.base == X86_REG_RSP) {
            into.effect = Effect::stack_load;
        }
    }
};

}  // namespace

std::unique_ptr<Machine> machine_x86_64() { return std::make_unique<X86>(); }

}  // namespace referee

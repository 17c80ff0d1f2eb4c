#include <string_view>

#include "capstone_machine.h"

namespace referee {
namespace {

using Flow = Instruction::Flow;
using Effect = Instruction::Effect;

constexpr unsigned kStack = 31, kFrame = 29;

class Arm64 final : public CapstoneMachine {
  public:
    Arm64() : CapstoneMachine(CS_ARCH_ARM64, CS_MODE_ARM) {}
    std::string register_name(unsigned number) const override {
        return number == kStack ? "sp" : "x" + std::to_string(number);
    }
    bool survives_calls(unsigned number) const override { return number >= 19; }
    unsigned result_register() const override { return 0; }

  protected:
    std::size_t unknown_step() const override { return 4; }

    std::optional<unsigned> number_of(unsigned reg) const override {
        if (reg >= ARM64_REG_X0 && reg <= ARM64_REG_X28) return reg - ARM64_REG_X0;
        if (reg >= ARM64_REG_W0 && reg <= ARM64_REG_W30) return reg - ARM64_REG_W0;
        if (reg == ARM64_REG_X29) return kFrame;
        if (reg == ARM64_REG_X30) return 30;
        if (reg == ARM64_REG_SP || reg == ARM64_REG_WSP) return kStack;
        return std::nullopt;
    }

    void fill(const cs_insn& raw, Instruction& into) const override {
        const cs_arm64& arm = raw.detail->arm64;
        set_flow(raw, arm, into);
        for (unsigned i = 0; i < arm.op_count; ++i)
            if (arm.operands[i].type == ARM64_OP_MEM) into.memory = memory_of(raw, arm.operands[i]);
        add_written(raw, into);
        set_effect(arm, into);
    }

  private:
    void set_flow(const cs_insn& raw, const cs_arm64& arm, Instruction& into) const {
        std::string_view mnemonic = into.mnemonic;
        if (mnemonic == "bl" || mnemonic == "blr")
            into.flow = Flow::call;
        else if (mnemonic == "b" || mnemonic == "br")
            into.flow = Flow::jump;
        else if (mnemonic == "ret" || mnemonic == "brk" || mnemonic == "eret")
            into.flow = Flow::end;
        else if (in_group(raw, CS_GRP_JUMP))
            into.flow = Flow::branch;
        const bool goes = into.flow == Flow::call || into.flow == Flow::jump || into.flow == Flow::branch;
        if (!goes || arm.op_count == 0) return;
        const cs_arm64_op& last = arm.operands[arm.op_count - 1];
        if (last.type == ARM64_OP_IMM) into.target = static_cast<std::uint64_t>(last.imm);
    }

    Memory memory_of(const cs_insn& raw, const cs_arm64_op& op) const {
        auto base = number_of(op.mem.base);
        // Behind the brackets stands what the base is changed by afterwards.
        std::string_view operands = raw.op_str;
        const bool afterwards = operands.find("],") != operands.npos;
        return {.base = base ? register_name(*base) : "",
                .register_number = base.value_or(0),
                .displacement = afterwards ? 0 : op.mem.disp,
                .indexed = op.mem.index != ARM64_REG_INVALID,
                .size = size_of(raw),
                .accessed = !std::string_view(raw.mnemonic).starts_with("prf"),
                .nameable = base && *base != kStack};
    }

    // Of one element for the instructions that take a pair.
    static unsigned size_of(const cs_insn& raw) {
        std::string_view mnemonic = raw.mnemonic;
        if (mnemonic.ends_with('b')) return 1;
        if (mnemonic.ends_with('h')) return 2;
        if (mnemonic.ends_with("sw")) return 4;
        const cs_arm64& arm = raw.detail->arm64;
        const bool narrow = arm.op_count > 0 && arm.operands[0].type == ARM64_OP_REG &&
                            ((arm.operands[0].reg >= ARM64_REG_W0 && arm.operands[0].reg <= ARM64_REG_W30) ||
                             arm.operands[0].reg == ARM64_REG_WZR);
        return narrow ? 4 : 8;
    }

    void set_effect(const cs_arm64& arm, Instruction& into) const {
        std::string_view mnemonic = into.mnemonic;
        if (arm.op_count < 2) return;
        const cs_arm64_op& from = arm.operands[1];
        const auto source = number_of(from.type == ARM64_OP_REG ? static_cast<unsigned>(from.reg) : 0);
        if (mnemonic.starts_with("ld") && into.memory) {
            into.effect = into.memory->base == "sp" ? Effect::stack_load : Effect::load;
            into.constant = into.memory->displacement;
        } else if (mnemonic == "mov" && source) {
            into.effect = Effect::move;
            into.source = source.value_or(0);
        } else if (mnemonic == "mov" || mnemonic == "adr" || mnemonic == "adrp" || mnemonic == "movz") {
            into.effect = Effect::constant;
        } else if (mnemonic == "mrs") {
            into.effect = Effect::per_cpu;  // sp_el0 is current, tpidr_el1 the CPU's own variables
        } else if (mnemonic == "csel" && source) {
            into.effect = Effect::maybe_move;
            into.source = source.value_or(0);
        } else if ((mnemonic == "add" || mnemonic == "sub") && source && arm.op_count == 3 &&
                   arm.operands[2].type == ARM64_OP_IMM) {
            into.effect = Effect::address;
            into.source = source.value_or(0);
            into.constant = mnemonic == "add" ? arm.operands[2].imm : -arm.operands[2].imm;
        }
    }
};

}  // namespace

std::unique_ptr<Machine> machine_arm64() { return std::make_unique<Arm64>(); }

}  // namespace referee

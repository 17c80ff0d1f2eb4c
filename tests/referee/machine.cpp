#include "machine.h"

#include <elf.h>
#include <string_view>

#include "capstone_machine.h"

namespace referee {

CapstoneMachine::CapstoneMachine(cs_arch arch, cs_mode mode) {
    if (cs_open(arch, mode, &handle_) != CS_ERR_OK) return;
    cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    if (arch == CS_ARCH_X86) cs_option(handle_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    buffer_ = cs_malloc(handle_);
}

CapstoneMachine::~CapstoneMachine() {
    if (buffer_) cs_free(buffer_, 1);
    if (handle_) cs_close(&handle_);
}

std::vector<Instruction> CapstoneMachine::decode(const KernelFile& kernel, const Function& function) {
    std::vector<Instruction> decoded;
    if (!buffer_) return decoded;
    for (const AddressRange& range : function.ranges) {
        auto code = kernel.code(range);
        const std::uint8_t* next = code.data();
        std::size_t left = code.size();
        std::uint64_t address = range.start;
        while (left > 0) {
            if (!cs_disasm_iter(handle_, &next, &left, &address, buffer_)) {
                // capstone does not know it; nor does inquest, which steps over it the same way.
                std::size_t step = std::min(left, unknown_step());
                next += step, left -= step, address += step;
                continue;
            }
            Instruction instruction;
            instruction.address = buffer_->address;
            instruction.length = buffer_->size;
            instruction.mnemonic = buffer_->mnemonic;
            instruction.text = instruction.mnemonic + (buffer_->op_str[0] ? " " : "") + buffer_->op_str;
            fill(*buffer_, instruction);
            decoded.push_back(std::move(instruction));
        }
    }
    return decoded;
}

void CapstoneMachine::add_written(const cs_insn& instruction, Instruction& into) const {
    // capstone 4 has arm64's cmp and some of x86's test write their first operand.
    for (std::string_view compares : {"cmp", "cmn", "tst", "test", "ccmp", "ccmn"})
        if (into.mnemonic.starts_with(compares) && !into.mnemonic.starts_with("cmpxchg")) return;
    cs_regs read, written;
    std::uint8_t reads = 0, writes = 0;
    if (cs_regs_access(handle_, &instruction, read, &reads, written, &writes) != CS_ERR_OK) return;
    for (unsigned i = 0; i < writes; ++i)
        if (auto number = number_of(written[i])) into.written.push_back(*number);
}

std::unique_ptr<Machine> Machine::of(unsigned elf_machine) {
    switch (elf_machine) {
        case EM_X86_64:
            return machine_x86_64();
        case EM_AARCH64:
            return machine_arm64();
        default:
            return nullptr;
    }
}

}  // namespace referee

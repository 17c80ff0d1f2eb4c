// What the machines that capstone decodes share.
#pragma once

#include <algorithm>
#include <capstone/capstone.h>

#include "machine.h"

namespace referee {

class CapstoneMachine : public Machine {
  public:
    CapstoneMachine(cs_arch arch, cs_mode mode);
    ~CapstoneMachine() override;
    CapstoneMachine(const CapstoneMachine&) = delete;
    CapstoneMachine& operator=(const CapstoneMachine&) = delete;

    std::vector<Instruction> decode(const KernelFile& kernel, const Function& function) override;

  protected:
    virtual void fill(const cs_insn& instruction, Instruction& into) const = 0;
    // DWARF's number of a general register, or of the register that it is a part of.
    virtual std::optional<unsigned> number_of(unsigned capstone_register) const = 0;
    virtual std::size_t unknown_step() const = 0;

    void add_written(const cs_insn& instruction, Instruction& into) const;
    bool in_group(const cs_insn& instruction, unsigned group) const {
        return cs_insn_group(handle_, &instruction, group);
    }

  private:
    csh handle_ = 0;
    cs_insn* buffer_ = nullptr;
};

}  // namespace referee

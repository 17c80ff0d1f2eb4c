// Where the value of a register comes from: told of operands that a typed disassembly left without a name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "machine.h"

namespace referee {

class Origins {
  public:
    // `name_load` names what an instruction loads, "struct dentry d_inode", "" where that is not known.
    Origins(const KernelFile& kernel, const Machine& machine, const std::vector<Instruction>& code,
            std::function<std::string(const Instruction&)> name_load);

    // Of the register before code[index]: "call: igrab", "load: struct dentry d_inode", "argument: rdi";
    // several, with no details, joined by "+" behind "join: ".
    std::string of(std::size_t index, unsigned register_number) const;

  private:
    std::vector<std::size_t> before(std::size_t index) const;
    std::string written_by(const Instruction& instruction, unsigned register_number) const;

    const KernelFile& kernel_;
    const Machine& machine_;
    const std::vector<Instruction>& code_;
    std::function<std::string(const Instruction&)> name_load_;
    std::vector<std::vector<std::size_t>> jumps_to_;  // by index: who jumps there
};

}  // namespace referee

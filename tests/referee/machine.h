// Instructions, as far as typing their memory operands and finding where a register's value comes from take.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel_file.h"

namespace referee {

struct Memory {
    std::string base;          // "rdi"; "" none
    unsigned register_number;  // DWARF's of the base
    std::int64_t displacement;
    bool indexed;
    unsigned size;
    bool accessed;  // false where only the address is taken: lea, prefetch
    // A general register that holds a kernel address: not the stack's, not the instruction pointer, no
    // segment.
    bool nameable;
};

struct Instruction {
    std::uint64_t address = 0;
    unsigned length = 0;
    std::string text;
    std::optional<Memory> memory;
    enum class Flow : std::uint8_t { next, branch, jump, call, end } flow = Flow::next;
    std::uint64_t target = 0;       // of a direct branch, jump or call
    std::vector<unsigned> written;  // DWARF's numbers
    // What `written` gets. move: the value of `source`. address: `source` plus `constant`.
    enum class Effect : std::uint8_t {
        other,
        move,
        maybe_move,
        load,
        stack_load,
        per_cpu,
        global,
        address,
        constant
    };
    Effect effect = Effect::other;
    unsigned source = 0;
    std::int64_t constant = 0;
    std::string mnemonic;
};

class Machine {
  public:
    virtual ~Machine() = default;
    // nullptr: an architecture that there is nothing for.
    static std::unique_ptr<Machine> of(unsigned elf_machine);

    // The function's ranges one after the other.
    virtual std::vector<Instruction> decode(const KernelFile& kernel, const Function& function) = 0;
    virtual std::string register_name(unsigned number) const = 0;
    virtual bool survives_calls(unsigned number) const = 0;
    virtual unsigned result_register() const = 0;
};

std::unique_ptr<Machine> machine_x86_64();
std::unique_ptr<Machine> machine_arm64();

}  // namespace referee

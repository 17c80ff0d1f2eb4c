// What the capstone_*.cpp share: an engine per thread, and the parts of Decoded that every architecture has.
#pragma once

#include <capstone/capstone.h>
#include <optional>
#include <span>
#include <string>

#include "arch/arch.h"

namespace inquest::capstone {

// An open disassembler with a buffer for one instruction. Without capstone's support for the architecture
// `decode` finds nothing.
class Engine {
  public:
    Engine(cs_arch arch, unsigned mode, bool detail = true);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // The instruction at the start of `code`, valid until the next call; nullptr when it is none.
    const cs_insn* decode(std::span<const std::uint8_t> code, std::uint64_t address);

    [[nodiscard]] std::string register_name(unsigned id) const;
    [[nodiscard]] csh handle() const { return handle_; }

  private:
    csh handle_ = 0;
    cs_insn* instruction_ = nullptr;
};

// Address, length, text ("mov 0x38(%rdi),%rax": one blank, none behind commas where `tight`), call, jump,
// return.
Decoded common_part(const Engine& engine, const cs_insn& instruction, bool tight);

// "-0x8", "0x1c".
std::string signed_hex(std::int64_t value);

void add_unique(std::vector<std::string>& names, std::string name);

}  // namespace inquest::capstone

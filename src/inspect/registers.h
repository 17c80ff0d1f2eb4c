// The registers of a struct pt_regs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "kernel/session.h"

namespace inquest {

using NamedRegisters = std::vector<std::pair<std::string_view, std::uint64_t>>;

// The architecture's names for the words of a pt_regs; none for an architecture that is not known.
NamedRegisters name_registers(const Arch& arch, std::span<const std::uint64_t> words);

// A pt_regs in memory; with `all` false only what the CPU itself pushes (x86). Empty when it is not in the
// dump.
NamedRegisters read_registers(const Session& session, std::uint64_t address, bool all);

// Three or four a line, as crash has them.
std::string registers_text(const NamedRegisters& registers);
Json registers_json(const NamedRegisters& registers);

}  // namespace inquest

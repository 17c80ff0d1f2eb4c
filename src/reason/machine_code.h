// From the bytes of "Code:" to the instruction that faulted and those before it.
#pragma once

#include "reason/scene.h"

namespace inquest::reason {

// Fills in scene.instruction, before and from_entry, out of event.code, or out of event.instruction.text
// where the log has a disassembly instead.
void read_machine_code(Scene& scene);

// The address of a memory operand, from the registers of the event; nullopt when one of them is not known, or
// the operand lies in a segment whose base is not.
std::optional<std::uint64_t> effective_address(const Decoded::Memory& memory, const Scene& scene);

// Fills in event.instruction from scene.instruction: text, operand, effective address, whether the fault
// agrees.
void describe_instruction(Scene& scene);

}  // namespace inquest::reason

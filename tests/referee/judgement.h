// DWARF's word on each memory operand of one function, as a line of JSON.
#pragma once

#include <string>

#include "kernel_file.h"
#include "machine.h"

namespace referee {

// {"function","parts":[{"symbol","ambiguous","start","end"}],"operands":[...]}; an operand, which
// is one whose base register is a general one, is
// {"address","text","base","displacement","size","indexed","accessed","truths":[...],"origin"}, and a truth
// {"type","structure","shift","members":[],"variable"}: the base holds a pointer to that type, less `shift`.
// Operands that DWARF says nothing of have no truths.
std::string judgement_json(const KernelFile& kernel, Machine& machine, const Function& function);

}  // namespace referee

// VMCOREINFO where no note tells it: the kernel keeps the text in its own memory.
#pragma once

#include <string>
#include <vector>

#include "dump/memory.h"

namespace inquest {

// Every text in the dump's memory that reads like VMCOREINFO, each once, by address: the kernel's own copies,
// and what an older kernel or a program may have left. Reads all of the memory.
std::vector<std::string> find_vmcoreinfo(const Dump& dump);

}  // namespace inquest

// What `struct` and `union` do; they differ in the word.
#pragma once

#include "inspect/inspection.h"

namespace inquest {

Result<InspectionAnswer> show_struct(Workspace& workspace, std::string_view keyword,
                                     std::span<const std::string> arguments);

inline constexpr std::string_view kStructUsage =
    "[-o] [-x] [-l OFFSET|TYPE.MEMBER] TYPE[.MEMBER[,MEMBER]...] [ADDRESS | SYMBOL[:CPUS]] [COUNT | -c "
    "COUNT]";

inline constexpr std::string_view kStructHelp =
    "Without an address: the layout, offsets in bytes. With one: the values there.\n"
    "  -o  with an address: the layout with the address of each member\n"
    "  -x  integers in hexadecimal\n"
    "  -l  ADDRESS is that of a member (list_head embedded in it), not of the whole\n"
    "  -c  so many of them, one behind the other\n"
    "SYMBOL:CPUS reads a per-CPU variable of the CPUs listed (:0, :0-3,5, :a all, : the one that\n"
    "crashed). Types of modules are found like the kernel's. Arrays are cut at 16 elements; what is\n"
    "not in the dump is called filtered, unmapped or torn, never zero.";

}  // namespace inquest

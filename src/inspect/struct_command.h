// What `struct` and `union` do; they differ in the word.
#pragma once

#include "inspect/inspection.h"

namespace inquest {

// What is shown of a structure: all of it, or some members.
struct StructView {
    TypeRef type;
    std::vector<std::string> members;  // empty: all
    bool hexadecimal = false;
    bool addresses = false;  // the layout with addresses, not the values
};

// "task_struct", "task_struct.pid,comm": a struct or union of the kernel or of a module.
Result<StructView> struct_view(Workspace& workspace, std::string_view text);

// Adds the structure at `address` to the answer's text; gives {"address", "value"}.
Result<Json> show_struct_at(Workspace& workspace, const StructView& view, std::uint64_t address,
                            InspectionAnswer& answer);

// Bytes, or the place of a member: "16", "0x10", "task_struct.tasks".
Result<std::uint64_t> offset_argument(Workspace& workspace, std::string_view text);

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

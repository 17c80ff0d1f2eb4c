#include "arch/capstone.h"
#include "arch/register_text.h"

namespace inquest {
namespace {

// The kernel is compiled with -mregparm=3.
constexpr std::string_view kArguments[] = {"eax", "edx", "ecx"};

// With the usual split at 3 GB.
constexpr AddressRange kRanges[] = {
    {0, 0xbfffffff, "user space"},
    {0xc0000000, 0xffffffff, "kernel"},
};

std::string_view register_named(std::string_view printed) {
    static constexpr std::string_view kNames[] = {"eax", "ebx",    "ecx", "edx", "esi", "edi", "ebp", "esp",
                                                  "eip", "cr0",    "cr2", "cr3", "cr4", "dr0", "dr1", "dr2",
                                                  "dr3", "dr6",    "dr7", "ds",  "es",  "fs",  "gs",  "ss",
                                                  "cs",  "eflags", "xds", "xes", "xfs", "xgs", "xcs", "xss"};
    if (printed.size() < 2 || printed.size() > 6) return {};
    return find_register(printed, kNames);
}

bool parse_registers(std::string_view line, const RegisterSink& sink) {
    return scan_register_pairs(line, register_named, 8, "e", sink);
}

}  // namespace

extern const Arch plugin_arches_i386;
const Arch plugin_arches_i386{
    .name = "i386",
    .bits = 32,
    .big_endian = false,
    .arguments = kArguments,
    .ranges = kRanges,
    .ip = "eip",
    .sp = "esp",
    .link = "",
    .parse_registers = parse_registers,
    .disassemble = disassemble_i386,
};

}  // namespace inquest

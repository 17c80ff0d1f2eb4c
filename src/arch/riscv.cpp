#include "arch/riscv.h"

namespace inquest::riscv {
namespace {

std::string_view register_named(std::string_view printed) {
    static constexpr std::string_view kNames[] = {
        "epc", "ra", "sp",     "gp",      "tp",    "t0",      "t1",  "t2",   "s0",    "s1",
        "a0",  "a1", "a2",     "a3",      "a4",    "a5",      "a6",  "a7",   "s2",    "s3",
        "s4",  "s5", "s6",     "s7",      "s8",    "s9",      "s10", "s11",  "t3",    "t4",
        "t5",  "t6", "status", "badaddr", "cause", "orig_a0", "ssp", "sepc", "scause"};
    if (printed.size() < 2 || printed.size() > 7) return {};
    return find_register(printed, kNames);
}

// The kernel prints each register at its full width: a line of the other width is not ours.
bool has_width(std::string_view line, std::size_t digits) {
    Scanner scanner(line);
    if (!scanner.until(": ")) return false;
    return scanner.spaces().take_while(is_hex).size() == digits;
}

}  // namespace

bool parse_registers(std::string_view line, std::size_t digits, const RegisterSink& sink) {
    return has_width(line, digits) && scan_register_pairs(line, register_named, digits, "erasgt", sink);
}

}  // namespace inquest::riscv

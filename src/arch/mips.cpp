#include "arch/mips.h"

namespace inquest::mips {
namespace {

constexpr std::string_view kGeneral[] = {"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",  "r7",
                                         "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
                                         "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23",
                                         "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31"};

std::string_view special_register(std::string_view printed) {
    static constexpr std::string_view kNames[] = {"hi",     "lo",    "epc",   "ra",
                                                  "status", "cause", "badva", "prid"};
    if (printed.size() < 2 || printed.size() > 6) return {};
    return find_register(printed, kNames);
}

bool first_has_width(Scanner scanner, std::size_t digits) {
    return scanner.spaces().take_while(is_hex).size() == digits;
}

}  // namespace

bool parse_registers(std::string_view line, std::size_t digits, const RegisterSink& sink) {
    Scanner scanner(trim_left(line));
    if (scanner.literal("$")) {
        auto first = scanner.spaces().dec();
        if (!first || !scanner.spaces().literal(":") || !first_has_width(scanner, digits)) return false;
        return scan_register_row(scanner, kGeneral, *first, sink);
    }
    if (!is_alpha(scanner.peek())) return false;
    Scanner value = scanner;
    if (!value.until(":")) return false;
    if (value.rest().find(" ra : ") != std::string_view::npos) return false;  // RISC-V's line
    // Status and Cause are 32 bits wide everywhere: they show no width.
    bool narrow = scanner.rest().starts_with("Status") || scanner.rest().starts_with("Cause");
    if (!narrow && !first_has_width(value, digits)) return false;
    return scan_register_pairs(scanner.rest(), special_register, 0, "", sink);
}

}  // namespace inquest::mips

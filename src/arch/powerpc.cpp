#include "arch/powerpc.h"

namespace inquest::powerpc {
namespace {

std::string_view special_register(std::string_view printed) {
    static constexpr std::string_view kNames[] = {"nip",   "lr",      "ctr",   "regs", "trap",
                                                  "msr",   "cr",      "xer",   "cfar", "dar",
                                                  "dsisr", "irqmask", "softe", "dear", "esr"};
    if (printed.size() < 2 || printed.size() > 7) return {};
    return find_register(printed, kNames);
}

constexpr std::string_view kGeneral[] = {"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",  "r7",
                                         "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
                                         "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23",
                                         "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31"};

bool first_has_width(Scanner scanner, std::size_t digits) {
    return scanner.spaces().take_while(is_hex).size() == digits;
}

}  // namespace

bool parse_registers(std::string_view line, std::size_t digits, const RegisterSink& sink) {
    Scanner scanner(trim_left(line));
    if (scanner.literal("GPR")) {
        auto first = scanner.dec();
        if (!first || !scanner.literal(":") || !first_has_width(scanner, digits)) return false;
        // OpenRISC names each of them.
        if (scanner.rest().find("GPR") != std::string_view::npos) return false;
        return scan_register_row(scanner, kGeneral, *first, sink);
    }
    if (!is_upper(scanner.peek())) return false;
    Scanner value = scanner;
    if (!value.until(":") || !first_has_width(value, digits)) return false;
    return scan_register_pairs(scanner.rest(), special_register, 0, "", sink);
}

}  // namespace inquest::powerpc

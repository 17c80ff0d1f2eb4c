// PowerPC's monitor prints the exception in its own form:
// "cpu 0x1: Vector: 300 (Data Access) at [c000000007287630]", "    pc: c00000000055ed48: f+0x48/0x110",
// "    dar: 38", "    pid   = 812, comm = wombat".
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {": Vector: "};

struct Header {
    unsigned cpu = 0;
    std::uint64_t vector = 0;
    std::string_view name;
};

std::optional<Header> header_in(std::string_view text) {
    Scanner scan(trim(text));
    if (!scan.literal("cpu 0x")) return std::nullopt;
    auto cpu = scan.hex();
    if (!cpu || *cpu > 0xffff || !scan.literal(": Vector: ")) return std::nullopt;
    auto vector = scan.hex();
    if (!vector || !scan.spaces().literal("(")) return std::nullopt;
    auto name = scan.until(")");
    if (!name || name->empty()) return std::nullopt;
    return Header{static_cast<unsigned>(*cpu), *vector, *name};
}

void read_header(const Header& header, const Line& line, CrashEvent& event) {
    event.severity = Severity::fatal;
    if (!event.cpu) event.cpu = static_cast<int>(header.cpu);
    note(event, "vector", header.name, line);
}

Kind kind_of_vector(std::uint64_t vector) {
    switch (vector) {
        case 0x100:
            return Kind::nmi;
        case 0x200:
            return Kind::machine_check;
        case 0x300:
        case 0x380:
        case 0x400:
        case 0x480:
            return Kind::bad_page_fault;
        default:
            return Kind::other;
    }
}

bool is_fetch(const CrashEvent& event) { return event.fact("vector").starts_with("Instruction"); }

bool opens(const Line& line, CrashEvent& event) {
    auto header = header_in(line.text);
    if (!header) return false;
    event.kind = kind_of_vector(header->vector);
    read_header(*header, line, event);
    if (is_fetch(event)) event.access = Access::execute;
    return true;
}

// "kernel BUG at ..." or "BUG: Unable to handle ..." was the line before.
bool continues(const Line& line, CrashEvent& open) {
    auto header = header_in(line.text);
    if (!header || !in_header(open) || !is_oops(open.kind)) return false;
    read_header(*header, line, open);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    Scanner scan(trim(line.text));
    if (scan.literal("dar: ")) {
        if (!event.fault_address && !is_fetch(event)) event.fault_address = scan.hex();
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    if (event.kind == Kind::bad_page_fault) {
        if (is_fetch(event) && !event.fault_address) event.fault_address = event.ip.address;
        event.kind = kind_of_fault(event);
        blame(event);
        event.title = fault_title(event);
        return;
    }
    blame(event);
    event.title = title_in(event.kind == Kind::kernel_bug ? "kernel BUG" : event.fact("vector"), event);
}

}  // namespace

extern const KindReader plugin_kinds_xmon;
const KindReader plugin_kinds_xmon{"xmon", kTriggers, opens, continues, takes, finish};

}  // namespace inquest

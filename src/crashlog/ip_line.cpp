#include "crashlog/ip_line.h"

#include "crashlog/place.h"

namespace inquest {
namespace {

// "f+0x1/0x2 [mod]", "f (fs/file.c:12)", "0xffffffffc0b0ceef", "0x0", "(null)", "[<addr>] f+.."; an address
// alone is enough.
bool scan_where(Scanner& scanner, Frame& place) {
    bool any = false;
    while (scan_bracketed_address(scanner.spaces(), place.address)) any = true;
    if (Scanner ahead = scanner.spaces(); ahead.literal("[0x")) {  // of vendors' kernels
        auto address = ahead.hex();
        if (address && ahead.literal("]")) {
            place.address = address;
            scanner = ahead;
            any = true;
        }
    }
    scanner.spaces();
    Frame frame;
    if (scan_source_place(scanner, frame)) {
        frame.address = place.address;
        place = frame;
        return true;
    }
    if (scanner.literal("(null)")) {
        place.address = 0;
        return true;
    }
    Scanner ahead = scanner;
    auto address = ahead.literal("0x") ? ahead.hex() : std::nullopt;
    if (address) {
        place.address = address;
        scanner = ahead;
        return true;
    }
    return any;
}

// Transcripts of crash write decimal offsets: "[exception RIP: __free_pages+5]", "PC: ffff000008268b5c
// [kmem_cache_free+252]".
std::optional<IpLine> transcript(Scanner scanner, std::string_view arch, bool is_link) {
    IpLine line;
    line.arch = arch;
    line.is_link = is_link;
    line.exception = !is_link;
    Scanner ahead = scanner;
    if (auto digits = ahead.take_while(is_hex); digits.size() == 16 && ahead.spaces().literal("[")) {
        line.place.address = parse_hex(digits);
        scanner = ahead;
    }
    line.place.symbol = scanner.symbol();
    if (line.place.symbol.empty() || !scanner.literal("+")) return std::nullopt;
    line.place.offset = scanner.dec();
    if (!line.place.offset || !scanner.literal("]")) return std::nullopt;
    return line;
}

std::optional<IpLine> at(Scanner scanner, std::string_view arch = {}, bool is_link = false) {
    IpLine line;
    line.arch = arch;
    line.is_link = is_link;
    if (!scan_where(scanner, line.place)) return std::nullopt;
    return line;
}

// "RIP: 0010:...", "EIP: 0060:[<c0123456>] EFLAGS: 00010246 CPU: 0", "RIP: f+0x1/0x2" and "RIP  [<addr>]
// f+..".
std::optional<IpLine> x86(Scanner scanner, std::string_view arch) {
    IpLine line;
    line.arch = arch;
    scanner.literal(":");
    scanner.spaces();
    Scanner ahead = scanner;
    auto selector = ahead.hex();
    if (selector && ahead.literal(":")) {
        scanner = ahead;
        // Ring 3 in the selector's low bits, for Xen's flat segments too.
        line.user = (*selector & 3) == 3;
    }
    if (!scan_where(scanner, line.place)) {
        // "RIP: 0010:ffffffff81234567" of kernels that hide no addresses
        auto digits = scanner.take_while(is_hex);
        if (!selector || digits.size() < 8) return std::nullopt;
        line.place.address = parse_hex(digits);
        // Transcripts print no selector: what lies in the lower half is user space.
        if (!line.user && digits.size() == 16 && digits.starts_with("0000") && *line.place.address >= 0x10000)
            line.user = true;
    }
    return line;
}

// "pc : f+0x1/0x2", "pc : [<c0100000>]    lr : [<c01f0000>]    psr: 60000013" (the symbols follow with "PC is
// at").
std::optional<IpLine> arm_pc(Scanner scanner, bool is_link) {
    auto line = at(scanner, {}, is_link);
    if (!line || is_link) return line;
    if (scanner.until("lr : ")) {
        Frame link;
        if (scan_where(scanner, link)) line->link = link;
    }
    return line;
}

// "epc   : 801be4f0 f+0x2c/0x78" (mips), "epc : f+0x20/0xc8" (riscv, which has one more line with the
// address).
std::optional<IpLine> named(Scanner scanner, std::string_view name, bool is_link) {
    if (!scanner.literal(name) || !scanner.spaces().literal(":")) return std::nullopt;
    Frame place;
    Scanner ahead = scanner.spaces();
    auto digits = ahead.take_while(is_hex);
    if ((digits.size() == 8 || digits.size() == 16) && is_space(ahead.peek())) {
        place.address = parse_hex(digits);
        scanner = ahead;
        scanner.spaces();
        // riscv before 5.12 names no function: "epc: ffffffe0002db4d4 ra : ...".
        if (!scan_place(scanner, place) && !scanner.literal("0x") && !scanner.literal("ra :"))
            return std::nullopt;
    } else if (!scan_where(scanner, place)) {
        return std::nullopt;
    }
    IpLine line;
    line.place = place;
    line.is_link = is_link;
    return line;
}

// "NIP [c0458840] f+0x1c/0x58", "LR [c0458fdc] f+..".
std::optional<IpLine> powerpc(Scanner scanner, bool is_link) {
    auto digits = scanner.take_while(is_hex);
    if (digits.size() < 8 || !scanner.literal("]")) return std::nullopt;
    IpLine line;
    line.is_link = is_link;
    scanner.spaces();
    Frame frame;
    if (scan_source_place(scanner, frame)) line.place = frame;
    line.place.address = parse_hex(digits);
    return line;
}

// xmon: "pc: c00000000055ed48: f+0x48/0x110".
std::optional<IpLine> xmon(Scanner scanner, bool is_link) {
    auto digits = scanner.spaces().take_while(is_hex);
    if ((digits.size() != 8 && digits.size() != 16) || !(scanner.literal(": ") || scanner.done()))
        return std::nullopt;
    IpLine line;
    line.arch = digits.size() == 16 ? "ppc64" : "ppc32";
    line.is_link = is_link;
    scan_where(scanner, line.place);
    line.place.address = parse_hex(digits);
    return line;
}

// "Krnl PSW : 0704e00180000000 00000000b05ec33c (f+0x3dc/0xca8)".
std::optional<IpLine> s390(Scanner scanner) {
    IpLine line;
    line.arch = "s390x";
    scanner.spaces().hex();
    line.place.address = scanner.spaces().hex();
    if (!line.place.address) return std::nullopt;
    Frame frame;
    scanner.spaces().literal("(");
    if (scan_source_place(scanner, frame)) {
        frame.address = line.place.address;
        line.place = frame;
    }
    return line;
}

}  // namespace

std::optional<IpLine> parse_ip_line(std::string_view text) {
    Scanner scanner(trim_left(text));
    switch (scanner.peek()) {
        case 'R':
            if (scanner.literal("RIP: ") || scanner.literal("RIP ")) return x86(scanner, "x86_64");
            return std::nullopt;
        case 'E':
            if (scanner.literal("EIP is at ")) return at(scanner, "i386");
            if (scanner.literal("EIP: ")) return x86(scanner, "i386");
            return named(scanner, "ERA", false);
        case 'I':
            if (scanner.literal("IP: ")) return at(scanner);
            return std::nullopt;
        case 'P':
            if (scanner.literal("PC is at ")) return at(scanner);
            if (scanner.literal("PC: ")) return transcript(scanner, "arm64", false);
            return std::nullopt;
        case 'L':
            if (scanner.literal("LR is at ")) return at(scanner, {}, true);
            if (scanner.literal("LR [")) return powerpc(scanner, true);
            if (scanner.literal("LR: ")) return transcript(scanner, "arm64", true);
            return std::nullopt;
        case 'N':
            if (scanner.literal("NIP [")) return powerpc(scanner, false);
            return std::nullopt;
        case 'K':
            if (scanner.literal("Krnl PSW :")) return s390(scanner);
            return std::nullopt;
        case 'p':
            if (scanner.literal("pc : ")) return arm_pc(scanner, false);
            if (scanner.literal("pc: ")) return xmon(scanner, false);
            return std::nullopt;
        case 'l':
            if (scanner.literal("lr : ")) return arm_pc(scanner, true);
            if (scanner.literal("lr: ")) return xmon(scanner, true);
            return std::nullopt;
        case '[':
            if (scanner.literal("[exception RIP: ")) return transcript(scanner, "x86_64", false);
            return std::nullopt;
        case 'e':
            return named(scanner, "epc", false);
        case 'r':
            return named(scanner, "ra", true);
        default:
            return std::nullopt;
    }
}

}  // namespace inquest

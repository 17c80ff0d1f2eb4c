#include "crashlog/frames.h"

#include <algorithm>
#include <utility>

#include "crashlog/place.h"

namespace inquest {
namespace {

using Trace = std::vector<Frame>;

constexpr std::size_t kMostFrames = 1024;

std::string context_of(std::string_view stack) {
    if (stack == "TASK" || stack == "EOI" || stack == "EOE") return {};
    if (stack.starts_with('#')) return "exception";
    return to_lower(stack);
}

// "IRQ" of "<IRQ>", "/IRQ" of "</IRQ>", "EOE" of "<<EOE>>"; "" when text begins with no marker.
std::string_view scan_marker(Scanner& scanner) {
    Scanner ahead = scanner;
    if (!ahead.literal("<")) return {};
    ahead.literal("<");
    auto name = ahead.take_while(
        [](char c) { return is_upper(c) || is_digit(c) || c == '#' || c == '/' || c == '_'; });
    if (name.empty() || is_digit(name.front()) || !ahead.literal(">")) return {};
    ahead.literal(">");
    scanner = ahead;
    return name;
}

void add(Trace& trace, Frame frame) {
    if (trace.size() < kMostFrames) trace.push_back(std::move(frame));
}

// "0xffffffffc0b0ceef": code that no symbol covers.
bool scan_bare_address(Scanner& scanner, Frame& frame) {
    Scanner ahead = scanner;
    if (!ahead.literal("0x")) return false;
    auto digits = ahead.take_while(is_hex);
    auto value = parse_hex(digits);
    // Not "0xffffffff8118a075 <f+5>: mov ..." of a disassembly.
    if (!value ||
        (!ahead.spaces().done() && ahead.peek() != '[' && ahead.peek() != '(' && ahead.peek() != ')'))
        return false;
    frame.address = value;
    scanner = ahead;
    return true;
}

// The function of an arm frame: "(f+0x4/0x8 [mod])" or "(f)", bare before "from" since 5.16.
bool scan_arm_function(Scanner& scanner, Frame& frame) {
    Scanner ahead = scanner;
    bool parenthesised = ahead.literal("(");
    if (!scan_source_place(ahead, frame) && !scan_bare_address(ahead, frame)) {
        frame.symbol = ahead.symbol();
        if (frame.symbol.empty()) return false;
    }
    if (parenthesised && !ahead.literal(")")) return false;
    scanner = ahead;
    return true;
}

// "[<c0012345>] (unwind_backtrace) from [<c0011111>] (show_stack+0x10/0x14)": the callee stands in the trace
// already unless this is its first line.
bool take_arm(Scanner scanner, Trace& trace, const std::string& context) {
    Frame callee, caller;
    scan_bracketed_address(scanner, callee.address);
    scanner.spaces();
    if (!scan_arm_function(scanner, callee) || !scanner.spaces().literal("from ")) return false;
    scan_bracketed_address(scanner.spaces(), caller.address);
    scanner.spaces();
    bool sure = scanner.peek() == '(' || caller.address;
    if (!scan_arm_function(scanner, caller)) return false;
    // "Message from syslogd" is a sentence.
    if (!sure && !caller.offset && !caller.address) return false;
    callee.context = caller.context = context;
    // Decoded logs repeat the callee for every function that was inlined into its caller.
    const auto outer =
        std::find_if(trace.rbegin(), trace.rend(), [](const Frame& frame) { return !frame.inlined; });
    if (outer == trace.rend() || outer->symbol != callee.symbol) add(trace, std::move(callee));
    add(trace, std::move(caller));
    return true;
}

// "[c0000000ff7a1c10] [c0784b64] f+0x1/0x2 (unreliable)": stack pointer and code address; xmon prints no
// brackets around the second.
bool scan_powerpc_addresses(Scanner& scanner, Frame& frame) {
    Scanner ahead = scanner;
    if (!ahead.literal("[") || ahead.take_while(is_hex).size() < 8 || !ahead.literal("] ")) return false;
    bool bracketed = ahead.literal("[");
    auto digits = ahead.take_while(is_hex);
    if (digits.size() < 8 || !ahead.literal(bracketed ? "]" : " ")) return false;
    frame.address = parse_hex(digits);
    scanner = ahead;
    return true;
}

// Transcripts: "#11 [ffff881f66bbfce0] ceph_aio_read at ffffffffa02deb11 [ceph]" of crash, "#3  f
// (fs/file.c:12:3)" of drgn.
bool take_numbered(Scanner scanner, Trace& trace, const std::string& context) {
    Frame frame;
    frame.context = context;
    if (!scanner.literal("#") || !scanner.dec() || !is_space(scanner.peek())) return false;
    scanner.spaces();
    bool crash = scanner.literal("[") && scanner.take_while(is_hex).size() >= 8 && scanner.literal("]");
    scanner.spaces();
    if (!scan_source_place(scanner, frame)) {
        frame.symbol = scanner.symbol();
        if (frame.symbol.starts_with("0x")) {
            frame.address = parse_hex(frame.symbol);
            frame.symbol.clear();
        } else if (!crash || frame.symbol.empty()) {
            return false;
        }
    }
    if (scanner.spaces().literal("at ")) frame.address = scanner.hex();
    if (auto module = between(scanner.rest(), "[", "]"); module && crash) frame.module = *module;
    add(trace, std::move(frame));
    return true;
}

// `bt -l` of crash: "/usr/src/linux/mm/slab.h: 229" below the frame.
bool take_source_line(Scanner scanner, Trace& trace) {
    if (trace.empty() || !trace.back().file.empty()) return false;
    auto path = scanner.until(": ");
    auto line = scanner.dec();
    if (!path || !line || *line > 10'000'000 || !scanner.spaces().done()) return false;
    trace.back().file = *path;
    trace.back().line = static_cast<unsigned>(*line);
    return true;
}

bool take_ordinary(Scanner scanner, Trace& trace, const std::string& context) {
    Frame frame;
    frame.context = context;
    // s390 puts frames that it guesses in parentheses.
    bool parenthesised = scanner.literal("(");
    bool addressed = scan_powerpc_addresses(scanner, frame);
    while (scan_bracketed_address(scanner.spaces(), frame.address)) addressed = true;
    if (parenthesised && !addressed) return false;
    scanner.spaces();
    if (scanner.literal("? ")) frame.reliable = false;
    scanner.spaces();
    if (!scan_source_place(scanner, frame) && !scan_bare_address(scanner, frame)) {
        // Kernels without kallsyms print the address alone.
        if (!addressed || !frame.address ||
            !(scanner.done() || scanner.peek() == '(' || scanner.peek() == ')'))
            return false;
    }
    // "f+0x1/0x2:" is what faddr2line prints.
    if (scanner.peek() == ':') return false;
    if (scanner.rest().find("(unreliable)") != std::string_view::npos) frame.reliable = false;
    add(trace, std::move(frame));
    return true;
}

}  // namespace

bool TraceReader::take_markers(std::string_view& text) {
    Scanner scanner(text);
    bool any = false;
    for (auto name = scan_marker(scanner); !name.empty(); name = scan_marker(scanner.spaces())) {
        any = true;
        context_ = name.starts_with('/') ? std::string() : context_of(name);
    }
    text = trim_left(scanner.rest());
    return any;
}

TraceReader::Took TraceReader::take(std::string_view text, Trace& trace) {
    text = trim_left(text);
    bool marked = text.starts_with('<') && take_markers(text);
    if (marked && text.empty()) return Took::marker;
    if (text.starts_with('#'))
        return take_numbered(Scanner(text), trace, context_) ? Took::frames : Took::nothing;
    if (text.starts_with('/')) return take_source_line(Scanner(text), trace) ? Took::marker : Took::nothing;
    if (text.find(" from ") != text.npos && take_arm(Scanner(text), trace, context_)) {
        arch_ = "arm";
        return Took::frames;
    }
    if (take_ordinary(Scanner(text), trace, context_)) {
        // "[c1c55610] [c0050384] f+..": stack and code on 32 bits; on 64 the byte order remains open.
        arch_ =
            text.size() > 21 && text.substr(9, 3) == "] [" && text[20] == ']' ? "ppc32" : std::string_view();
        return Took::frames;
    }
    return marked ? Took::marker : Took::nothing;
}

}  // namespace inquest

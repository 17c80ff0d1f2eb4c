#include "crashlog/warning_line.h"

#include "crashlog/header.h"

namespace inquest {
namespace {

// "lib/refcount.c:28", also "./include/linux/wombat.h:28"
bool is_place(std::string_view word) {
    const auto colon = word.rfind(':');
    return colon != word.npos && colon > 2 && word[colon - 2] == '.' &&
           parse_dec(word.substr(colon + 1)).has_value();
}

void scan_code_into(Scanner scan, CodeRef& code) {
    if (auto found = scan_code(scan); found && found->offset) code = *found;
}

// what stands behind "WARNING: CPU: 1 PID: 4711 at " or "WARNING: at "
bool read_at(Scanner scan, WarningLine& read) {
    read.place = scan.word();
    if (!is_place(read.place)) return false;
    scan_code_into(scan.spaces(), read.code);
    return true;
}

// "lib/refcount.c:28 at refcount_warn_saturate+0x13c/0x174, CPU#1: wombat/4711", the condition in brackets in
// front
bool read_place_first(Scanner scan, WarningLine& read) {
    if (scan.peek() == '[' && !scan.until("] ")) return false;
    read.place = scan.word();
    if (!is_place(read.place) || !scan.literal(" at ")) return false;
    scan_code_into(scan, read.code);
    if (scan.until("CPU#")) {
        if (auto cpu = scan.dec()) read.cpu = static_cast<int>(*cpu & 0xffff);
        if (scan.literal(": "))
            if (auto task = scan_task(scan.rest(), '/')) read.task = *task;
    }
    return true;
}

}  // namespace

std::optional<WarningLine> parse_warning_line(const Line& line) {
    auto scan = after_header(line, "WARNING: ");
    if (!scan) return std::nullopt;
    // A decoded log says it once more for each function that was inlined at the place, the outermost last.
    auto rest = trim(scan->rest());
    if (rest.ends_with("[inline]") || rest.find("[inline], CPU#") != rest.npos) return std::nullopt;
    WarningLine read;
    if (scan->literal("CPU: ")) {
        if (auto cpu = scan->dec()) read.cpu = static_cast<int>(*cpu & 0xffff);
        if (scan->literal(" PID: "))
            if (auto pid = scan->dec()) read.task.pid = static_cast<int>(*pid & 0x7fffffff);
        scan->spaces();
    }
    if (scan->literal("at ") ? read_at(*scan, read) : read_place_first(*scan, read)) return read;
    return std::nullopt;
}

void continue_warning(const Line& line, const WarningLine& warning, CrashEvent& event, Kind kind) {
    std::string headline = std::move(event.headline);
    open_warning(line, warning, event, kind);
    event.headline = std::move(headline);
}

void open_warning(const Line& line, const WarningLine& warning, CrashEvent& event, Kind kind) {
    open_event(line, event, kind);
    add_fact(event, line, "place", warning.place);
    if (warning.cpu) event.cpu = warning.cpu;
    if (warning.task.pid) event.task = warning.task;
    if (!warning.code.symbol.empty()) event.ip = warning.code;
}

}  // namespace inquest

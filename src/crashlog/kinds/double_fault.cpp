// A fault while a fault was being handled, mostly since the stack had run out.
#include "base/scanner.h"
#include "crashlog/die_line.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"PANIC: double fault",
                                          "double fault: ",
                                          "stack guard page",
                                          "kernel stack overflow",
                                          "Kernel stack overflow",
                                          "Insufficient stack space to handle exception",
                                          "corrupted stack end detected",
                                          "Thread overran stack, or stack corrupted"};

bool says_overflow(std::string_view text) {
    for (std::string_view words : {"stack guard page was hit", "kernel stack overflow",
                                   "Kernel stack overflow", "Insufficient stack space to handle exception"})
        if (text.find(words) != text.npos) return true;
    return false;
}

bool is_header(std::string_view text) {
    for (std::string_view start :
         {"PANIC: double fault", "traps: PANIC: double fault", "Insufficient stack space to handle exception",
          "Kernel stack overflow", "kernel stack overflow"})
        if (text.starts_with(start)) return true;
    if (text.starts_with("BUG: ") && text.find("stack guard page was hit") != text.npos) return true;
    auto die = parse_die_line(text);
    return die && (die->what == "double fault" || die->what.starts_with("stack guard page"));
}

bool opens(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    if (!is_header(text)) return false;
    event.kind = says_overflow(text) ? Kind::stack_overflow : Kind::double_fault;
    if (auto die = parse_die_line(text)) take_die_line(*die, line, event);
    if (auto code = between(text, "error_code: 0x", " ")) event.error_code = *code;
    return true;
}

// "kernel stack overflow (double-fault): 0000 [#1]" behind "BUG: stack guard page was hit at ...", "Kernel
// panic - not syncing: kernel stack overflow" behind arm64's register dump.
bool continues(const Line& line, CrashEvent& open) {
    auto text = trim(line.text);
    if (text.starts_with("Thread overran stack")) {
        note(open, "stack", "overrun", line);
        return true;
    }
    bool ours = open.kind == Kind::double_fault || open.kind == Kind::stack_overflow;
    if (!ours && !is_oops(open.kind)) return false;
    if (text.starts_with("Kernel panic")) {
        if (!ours) return false;
        note(open, "panic", text.substr(text.find(": ") + 2), line);
        open.severity = Severity::fatal;
        return true;
    }
    if (ours && is_header(text) && open.trace.empty() && !parse_die_line(text)) return true;
    if (!continue_with_die_line(line, open)) return false;
    if (says_overflow(text)) open.kind = Kind::stack_overflow;
    return true;
}

void finish(CrashEvent& event) {
    // Recursion is found out in any function of its circle.
    if (event.kind == Kind::stack_overflow) {
        static constexpr std::string_view kHandler[] = {"bad_stack"};
        blame_stalled(event, kHandler);
    } else {
        blame(event);
    }
    bool guard = event.headline.find("stack guard page") != std::string::npos;
    event.title = title_in(guard                                ? "BUG: stack guard page was hit"
                           : event.kind == Kind::stack_overflow ? "kernel stack overflow"
                                                                : "PANIC: double fault",
                           event);
}

}  // namespace

extern const KindReader plugin_kinds_double_fault;
const KindReader plugin_kinds_double_fault{"double_fault", kTriggers, opens, continues, nullptr, finish};

}  // namespace inquest

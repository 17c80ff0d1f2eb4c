#include "crashlog/body.h"

#include <algorithm>

#include "base/scanner.h"
#include "crashlog/code_line.h"
#include "crashlog/fault.h"
#include "crashlog/fault_line.h"
#include "crashlog/modules_line.h"
#include "crashlog/task_line.h"

namespace inquest {
namespace {

constexpr std::size_t kMostStacks = 64;
constexpr std::size_t kMostRegisters = 128;

void fill_in(CodeRef& known, const CodeRef& more) {
    // A decoded log names the inlined functions first: only the last has an offset.
    if (known.symbol.empty() || (!known.offset && more.offset)) {
        known.symbol = more.symbol;
        known.offset = more.offset;
        known.size = more.size;
        known.module = more.module;
    }
    if (!known.address) known.address = more.address;
}

bool same_place(const CodeRef& a, const CodeRef& b) {
    return a.symbol == b.symbol && a.offset == b.offset && (!a.symbol.empty() || a.address == b.address);
}

void mark(CrashEvent& event, std::string_view what) {
    event.corrupted = true;
    if (event.corruption.empty()) event.corruption = what;
}

// "bf20: 00000000 c0123456", "ffff8881 00000000 ...": stacks and memory.
bool is_hex_dump(std::string_view text) {
    Scanner scanner(text);
    auto first = scanner.take_while(is_hex);
    if (scanner.literal(":") && first.size() >= 4) return is_hex(scanner.spaces().peek());
    return first.size() >= 8 && (scanner.done() || is_space(scanner.peek()));
}

bool starts_with_any(std::string_view text, std::span<const std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
}

// What reports hold besides, of no use to anybody.
bool is_filler(std::string_view text) {
    static constexpr std::string_view kPrefixes[] = {"Stack",
                                                     "PGD ",
                                                     "*pde = ",
                                                     "*pgd = ",
                                                     "task: ",
                                                     "Flags: ",
                                                     "Control: ",
                                                     "Call Trace",
                                                     "Exception stack(",
                                                     "Tainted: ",
                                                     "Dumping ftrace",
                                                     "(ftrace buffer empty)",
                                                     "Kernel Offset:",
                                                     "Register r",
                                                     "BE PAGE_SIZE",
                                                     "SMP NR_CPUS",
                                                     "Last Breaking-Event-Address:",
                                                     "Disabling lock debugging",
                                                     "last sysfs file:",
                                                     "Features:",
                                                     "pgd = ",
                                                     "Backtrace",
                                                     "---[ end ",
                                                     "--- interrupt",
                                                     "Modules linked",
                                                     "R:0 T:",
                                                     "CPU features:",
                                                     "Memory Limit:",
                                                     "Rebooting in",
                                                     "SMP: stopping",
                                                     "Preemption disabled at",
                                                     "irq event stamp",
                                                     "hardirqs last",
                                                     "softirqs last",
                                                     "Hardware name",
                                                     "no locks held",
                                                     "INFO: lockdep is turned off",
                                                     "PREEMPT "};
    return starts_with_any(text, kPrefixes) || is_hex_dump(text);
}

}  // namespace

std::vector<Frame>* Body::destination(CrashEvent& event) {
    if (destination_ == kMain) return &event.trace;
    return destination_ < event.stacks.size() ? &event.stacks[destination_].frames : nullptr;
}

void Body::taken_by_reader(const CrashEvent& event) {
    if (event.stacks.size() > stacks_seen_) {
        destination_ = event.stacks.size() - 1;
        stack_pending_ = true;
        frames_.restart();
    }
    stacks_seen_ = event.stacks.size();
    continued_ = Continued::none;
}

// "Call Trace:". A second one in the same report is another CPU's, or what panic printed of itself.
void Body::start_trace(CrashEvent& event) {
    frames_.restart();
    user_ = interrupted_ = false;
    if (stack_pending_) return;
    if (event.trace.empty()) {
        destination_ = kMain;
        return;
    }
    auto* current = destination(event);
    if (current && current->empty()) return;
    if (event.stacks.size() >= kMostStacks) {
        destination_ = kNowhere;
        return;
    }
    event.stacks.push_back({.title = title_, .pid = {}, .cpu = {}, .frames = {}});
    destination_ = event.stacks.size() - 1;
    stacks_seen_ = event.stacks.size();
}

// A transcript's backtrace begins where the dump was taken; the crash is below its first exception frame.
void Body::start_at_exception(CrashEvent& event) {
    if (exception_seen_ || event.stacks.size() >= kMostStacks) return;
    exception_seen_ = true;
    if (event.trace.empty()) return;
    event.stacks.push_back(
        {.title = "how the crash was handled", .pid = {}, .cpu = {}, .frames = std::move(event.trace)});
    event.trace.clear();
    destination_ = kMain;
    stacks_seen_ = event.stacks.size();
}

void Body::set_arch(std::string_view name) {
    if (!arch_ && !name.empty()) arch_ = arch_named(name);
}

void Body::set_register(CrashEvent& event, std::string_view name, std::optional<std::uint64_t> value) {
    auto& registers = event.registers;
    auto known = std::ranges::find(registers, name, &Register::name);
    if (known != registers.end()) {
        // One report says each register once before its trace: two CPUs print at the same time.
        if (!ended_ && known->value && value && *known->value != *value)
            mark(event, "registers of two reports are mixed");
        return;
    }
    if (registers.size() < kMostRegisters) registers.push_back({std::string(name), value});
}

// Behind the end mark x86 prints the registers of the first oops since boot once more, which are this event's
// own only if it was the first: with the stack pointer known they add nothing.
bool Body::summary_of_another(const CrashEvent& event) const {
    return ended_ && arch_ && event.reg(arch_->sp).has_value();
}

void Body::cut_off(CrashEvent& event) const {
    if (!ended_ && event.trace.empty() && !event.registers.empty() && is_oops(event.kind))
        mark(event, "the report is cut before its trace");
}

bool Body::take_registers(std::string_view text, CrashEvent& event) {
    bool keep = !user_ && !in_trace(event) && !summary_of_another(event);
    bool named = false;
    int last_number = -1;
    auto sink = [&](std::string_view name, std::optional<std::uint64_t> value) {
        named |= !name.empty();
        if (!keep) return;
        if (!name.empty()) return set_register(event, name, value);
        if (last_number < 0 && !event.registers.empty()) {
            auto number = parse_dec(std::string_view(event.registers.back().name).substr(1));
            if (number) last_number = static_cast<int>(*number);
        }
        if (last_number >= 0 && last_number < 31)
            set_register(event, "r" + std::to_string(++last_number), value);
    };
    if (!arch_) {
        if (const Arch* known = arch_of_release(event.kernel.release)) arch_ = known;
    }
    // "MSR:  8000000000029033 <SF,EE,ME,IR,DR,RI,LE>" alone tells the byte order on some machines.
    if (arch_ && arch_->name == "ppc64" && text.starts_with("MSR: ") && text.find("LE>") != text.npos)
        arch_ = arch_named("ppc64le");
    if (arch_) return arch_->parse_registers(text, sink);
    for (const Arch* arch : all_arches()) {
        if (!arch->parse_registers(text, sink) || !named) continue;
        arch_ = arch;
        return true;
    }
    return false;
}

// An interrupt's or exception's registers within a trace: the place is a frame of it.
bool Body::take_interrupted(const IpLine& line, CrashEvent& event) {
    auto* trace = destination(event);
    if (line.user || line.is_link || !trace || line.place.empty()) return true;
    // The event's own once more: old kernels repeat it behind Code:, people in a transcript.
    if (same_place(line.place, event.ip)) return true;
    interrupted_ = true;
    Frame frame;
    static_cast<CodeRef&>(frame) = line.place;
    frame.context = "exception";
    if (trace->empty() || trace->back().symbol != frame.symbol) trace->push_back(std::move(frame));
    return true;
}

bool Body::take_place(std::string_view text, CrashEvent& event) {
    auto line = parse_ip_line(text);
    if (!line) return false;
    set_arch(line->arch);
    user_ = line->user;
    if (line->exception) start_at_exception(event);
    if (in_trace(event)) return take_interrupted(*line, event);
    if (line->user) return true;
    if (line->is_link) {
        if (!event.lr) event.lr.emplace();
        fill_in(*event.lr, line->place);
        return true;
    }
    if (ended_ && !event.ip.empty()) return true;
    fill_in(event.ip, line->place);
    if (event.ip_file.empty() && line->place.symbol == event.ip.symbol) {
        event.ip_file = line->place.file;
        event.ip_line = line->place.line;
    }
    if (line->link) {
        if (!event.lr) event.lr.emplace();
        fill_in(*event.lr, *line->link);
    }
    return true;
}

bool Body::take_code(std::string_view text, CrashEvent& event) {
    Scanner scanner(text);
    bool words = scanner.literal("Instruction dump:");
    bool listing = !words && scanner.literal("Krnl Code:");
    if (!words && !listing && !scanner.literal("Code:")) return false;
    bool keep = !user_ && !interrupted_ && !code_seen_;
    if (!keep) return true;
    code_seen_ = true;
    if (listing) {
        append_listing(event.code, scanner.rest());
        continued_ = Continued::listing;
        return true;
    }
    event.code = parse_code(scanner.rest(), arch_ && arch_->big_endian);
    if (words) continued_ = Continued::words;
    return true;
}

// Lines that go on with what the line before began.
bool Body::take_continued(std::string_view text, CrashEvent& event) {
    switch (continued_) {
        case Continued::none:
            return false;
        case Continued::modules:
            if (take_more_modules(text, event)) return true;
            break;
        case Continued::listing:
            if (append_listing(event.code, text)) return true;
            break;
        case Continued::task:
            if (is_digit(text.front()) && take_release(text, event)) return true;
            break;
        case Continued::words:
            if (text.size() >= 8 && (is_hex(text[0]) || text[0] == 'X' || text[0] == '<') &&
                text.find_first_of("[]+:") == text.npos) {
                append_code(event.code, text, arch_ && arch_->big_endian);
                return true;
            }
            break;
    }
    continued_ = Continued::none;
    return false;
}

Body::Took Body::take_frame(std::string_view text, CrashEvent& event) {
    std::vector<Frame> nowhere;
    auto* trace = destination(event);
    auto took = frames_.take(text, trace ? *trace : nowhere);
    if (took == TraceReader::Took::nothing) return Took::nothing;
    if (took == TraceReader::Took::frames) stack_pending_ = false;
    set_arch(frames_.arch());
    return Took::fact;
}

Body::Took Body::take_marker(std::string_view text) {
    if (text.starts_with("---[ end trace") || text.starts_with("---[ end Kernel panic")) {
        ended_ = true;
        user_ = interrupted_ = false;
        return Took::fact;
    }
    return text.starts_with("---") ? Took::ours : Took::nothing;
}

// Lines that begin with a name of their own.
Body::Took Body::take_named(std::string_view text, CrashEvent& event) {
    if (text.starts_with("Call Trace:") || text.starts_with("Call trace:") ||
        text.starts_with("Backtrace:")) {
        start_trace(event);
        auto rest = trim_left(text.substr(text.find(':') + 1));
        if (!rest.empty()) take_frame(rest, event);
        return Took::fact;
    }
    if (text.starts_with("Modules linked in:")) {
        user_ = false;
        if (!event.modules.empty()) return Took::ours;
        take_modules_line(text, event);
        continued_ = Continued::modules;
        return Took::fact;
    }
    if (text.starts_with("Hardware name:")) {
        if (event.hardware.empty()) event.hardware = trim(text.substr(14));
        return Took::fact;
    }
    if (text.starts_with("Workqueue:")) {
        if (event.workqueue.empty()) event.workqueue = trim(text.substr(10));
        return Took::fact;
    }
    if (text.starts_with("LE PAGE_SIZE")) {
        arch_ = arch_named("ppc64le");
        return Took::fact;
    }
    if (text.starts_with("Stack : ")) {  // 16 digits are loongarch's as well
        if (Scanner words(text.substr(8)); words.take_while(is_hex).size() == 8) set_arch("mips32");
        return Took::ours;
    }
    if (take_task_line(text, event)) {
        if (event.kernel.release.empty()) continued_ = Continued::task;
        return Took::fact;
    }
    if (take_code(text, event) || take_fault_line(text, event)) return Took::fact;
    return Took::nothing;
}

Body::Took Body::take(std::string_view text, CrashEvent& event) {
    text = trim(text);
    if (text.empty()) return Took::ours;
    if (continued_ != Continued::none && take_continued(text, event)) return Took::fact;
    switch (text.front()) {
        case '-':
            if (auto took = take_marker(text); took != Took::nothing) return took;
            break;
        case '<':
        case '(':
        case '?':
        case '0':
            if (auto took = take_frame(text, event); took != Took::nothing) return took;
            break;
        case '[':
            if (text.starts_with("[exception RIP: ") && take_place(text, event)) return Took::fact;
            if (auto took = take_frame(text, event); took != Took::nothing) return took;
            break;
        default:
            if (take_place(text, event)) {
                take_registers(text, event);
                return Took::fact;
            }
            if (is_upper(text.front()) || is_digit(text.front()) || text.front() == '#' ||
                text.starts_with("pid "))
                if (auto took = take_named(text, event); took != Took::nothing) return took;
    }
    if (take_registers(text, event)) return Took::fact;
    if (auto took = take_frame(text, event); took != Took::nothing) return took;
    return is_filler(text) ? Took::ours : Took::nothing;
}

}  // namespace inquest

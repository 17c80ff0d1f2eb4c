#include "report/first_screen.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "model/symbol.h"
#include "report/wording.h"

namespace inquest {
namespace {

// Kinds whose syzbot title says more than a phrase for the kind: what was accessed, which lock, which
// process.
bool title_says_more(Kind kind) {
    switch (kind) {
        case Kind::list_corruption:
        case Kind::refcount:
        case Kind::slab_corruption:
        case Kind::use_after_free:
        case Kind::out_of_bounds:
        case Kind::double_free:
        case Kind::kasan:
        case Kind::kmsan:
        case Kind::kcsan:
        case Kind::kfence:
        case Kind::ubsan:
        case Kind::lockdep:
        case Kind::bad_page_state:
        case Kind::memory_leak:
        case Kind::machine_check:
        case Kind::hardware_error:
        case Kind::filesystem_error:
        case Kind::objects_remaining:
        case Kind::external_abort:
        case Kind::other:
            return true;
        default:
            return false;
    }
}

std::string panic_reason(const CrashEvent& event) {
    std::string_view line = event.headline;
    constexpr std::string_view kMark = "not syncing: ";
    auto at = line.find(kMark);
    return at == line.npos ? std::string() : std::string(trim(line.substr(at + kMark.size())));
}

// What happened, without where.
std::string opening(const CrashEvent& event) {
    std::string_view line = event.headline;
    switch (event.kind) {
        case Kind::null_pointer_dereference:
        case Kind::bad_instruction_fetch:
            if (event.ip.symbol.empty() && event.ip.address == 0) return "Call of a NULL function pointer";
            break;
        case Kind::divide_error:
            if (event.verdict.cause == Cause::divide_by_zero) return "Division by zero";
            break;
        case Kind::kernel_bug:
            if (auto at = between(line, "kernel BUG at ", "!")) return fmt::format("BUG at {}", *at);
            break;
        case Kind::warning:
            if (auto at = between(line, " at ", " "); at && at->find(':') != at->npos)
                return fmt::format("Warning at {}", *at);
            break;
        case Kind::panic:
        case Kind::oom_panic:
            if (auto reason = panic_reason(event); !reason.empty()) return "Kernel panic: " + reason;
            break;
        case Kind::mount_root_failure:
            if (auto reason = panic_reason(event); !reason.empty())
                return fmt::format("{}: {}", phrase(event.kind), reason);
            break;
        case Kind::hung_task:
            if (auto seconds = between(line, "blocked for more than ", " seconds"))
                return fmt::format("{} hung for more than {} s",
                                   event.task.comm.empty() ? "Task" : task_label(event.task), *seconds);
            break;
        case Kind::soft_lockup:
            if (auto stuck = between(line, "stuck for ", "!"))
                return event.cpu ? fmt::format("Soft lockup: CPU {} stuck for {}", *event.cpu, *stuck)
                                 : fmt::format("Soft lockup: stuck for {}", *stuck);
            break;
        default:
            if (title_says_more(event.kind) && !event.title.empty()) return event.title;
    }
    return std::string(phrase(event.kind));
}

// The function that the event happened in means something to the reader: not where a panic or a process
// killer printed it.
bool has_a_place(Kind kind) {
    switch (kind) {
        case Kind::panic:
        case Kind::oom_panic:
        case Kind::oom_kill:
        case Kind::mount_root_failure:
        case Kind::sysrq_crash:
        case Kind::page_allocation_failure:
        case Kind::machine_check:
        case Kind::hardware_error:
            return false;
        default:
            return true;
    }
}

bool same_function(std::string_view a, std::string_view b) { return bare_function(a) == bare_function(b); }

// True when `caller` is the next reliable frame outside the function that faulted.
bool calls_directly(const CrashEvent& event, std::string_view caller) {
    auto from = std::ranges::find_if(event.trace, [&](const Frame& frame) {
        return frame.reliable && same_function(frame.symbol, event.ip.symbol);
    });
    if (from == event.trace.end()) from = event.trace.begin();
    for (; from != event.trace.end(); ++from)
        if (from->reliable && !from->inlined && !same_function(from->symbol, event.ip.symbol))
            return same_function(from->symbol, caller);
    return false;
}

// A module that the kernel's developers have never seen is worth a word.
std::string foreign_module(const CrashEvent& event) {
    const Module* module = event.module(event.guilty.module);
    bool foreign = !event.guilty.module.empty() && module && module->out_of_tree();
    return foreign ? fmt::format(" [{}, out-of-tree]", event.guilty.module) : std::string();
}

// "log line 212" -> 212
std::optional<std::uint64_t> line_of(std::string_view source) {
    constexpr std::string_view kMark = "log line ";
    if (!source.starts_with(kMark)) return std::nullopt;
    return parse_dec(source.substr(kMark.size()));
}

std::string log_lines_of(const CrashEvent& event) {
    std::set<std::uint64_t> numbers;
    for (const Evidence& evidence : event.verdict.evidence)
        if (auto number = line_of(evidence.source)) numbers.insert(*number);
    if (numbers.empty()) {
        if (!event.lines.first) return {};
        if (event.lines.last <= event.lines.first) return fmt::format("log line {}", event.lines.first);
        return fmt::format("log lines {}-{}", event.lines.first, event.lines.last);
    }
    constexpr std::size_t kShown = 5;
    std::string text = numbers.size() == 1 ? "log line " : "log lines ";
    std::size_t shown = 0;
    for (auto number : numbers) {
        if (++shown > kShown) return text + ", ...";
        text += fmt::format("{}{}", shown == 1 ? "" : ", ", number);
    }
    return text;
}

// What the registers and the instruction say when nobody has put it into evidence.
std::vector<std::string> bare_reasons(const CrashEvent& event) {
    std::vector<std::string> reasons;
    const Instruction& instruction = event.instruction;
    if (auto value = event.reg(instruction.base_register); value && !instruction.base_register.empty())
        reasons.push_back(fmt::format("{} = {}", instruction.base_register, hex(*value)));
    if (!instruction.text.empty()) reasons.push_back(instruction.text);
    if (event.fault_address) {
        std::string_view verb = event.access == Access::unknown ? "accessed"
                                : event.access == Access::read  ? "read"
                                : event.access == Access::write ? "written"
                                                                : "executed";
        reasons.push_back(fmt::format("address {} {}", hex(*event.fault_address), verb));
    }
    if (!reasons.empty()) return reasons;
    // The log's own words, unless the headline has them already.
    std::string shown = headline_of(event);
    std::string_view said = event.headline;
    for (const Evidence& evidence : event.verdict.evidence)
        if (line_of(evidence.source)) {
            said = trim(evidence.text);
            break;
        }
    if (!said.empty() && shown.find(said) == shown.npos) reasons.push_back(fmt::format("\"{}\"", said));
    return reasons;
}

void add(FirstScreen& screen, std::string label, std::string text, std::string note = {},
         Tone tone = Tone::plain, bool command = false) {
    if (text.empty()) return;
    screen.rows.push_back({std::move(label), std::move(text), std::move(note), tone, command});
}

Tone tone_of(IssueStatus status) {
    switch (status) {
        case IssueStatus::affected:
            return Tone::bad;
        case IssueStatus::fixed:
        case IssueStatus::not_affected:
            return Tone::good;
        case IssueStatus::unknown:
            break;
    }
    return Tone::caution;
}

std::string status_note(const IssueMatch& issue) {
    return fmt::format("this kernel: {}", phrase(issue.status));
}

void add_remedy(FirstScreen& screen, const IssueMatch& issue) {
    const Remedy* remedy = remedy_of(issue);
    if (!remedy) return;
    std::string label = issue.status == IssueStatus::affected ? "do now" : "if affected";
    bool command = !remedy->command.empty();
    add(screen, std::move(label), command ? remedy->command : remedy->action,
        remedy->risk.empty() ? "" : "risk: " + remedy->risk, Tone::caution, command);
}

// What is worth knowing of the status in one line: why it is so, or, where it is not known, what to compare
// with.
void add_comparison(FirstScreen& screen, const IssueMatch& issue) {
    if (issue.status == IssueStatus::fixed)
        add(screen, "but", "this kernel has that fix: look for another cause");
    else if (issue.status == IssueStatus::not_affected)
        add(screen, "but", issue.status_reason);
    else if (issue.status == IssueStatus::unknown && !issue.affected.empty())
        add(screen, "affected",
            issue.affected.front() +
                (issue.affected.size() > 1
                     ? fmt::format(" (and {} below)", count_of(issue.affected.size() - 1, "other range"))
                     : ""));
}

// The earliest related event of the same boot, when it is not the event itself.
std::string first_sign_of(const Report& report, const CrashEvent& event) {
    auto sign = std::ranges::find_if(report.events, [&](const CrashEvent& other) {
        return other.first_sign && other.id != event.id && other.boot == event.boot &&
               other.kernel.release == event.kernel.release;
    });
    if (sign == report.events.end()) return {};
    std::string text = headline_of(*sign);
    if (sign->repeats > 1) text += fmt::format(", {}", count_of(sign->repeats, "time"));
    if (sign->time && event.time && *event.time >= *sign->time) {
        double before = *event.time - *sign->time;
        text += before < 0.1 ? ", just before" : fmt::format(", {} before", duration(before));
    }
    return text;
}

}  // namespace

std::string headline_of(const CrashEvent& event) {
    std::string text = opening(event);
    auto names = [&](std::string_view function) { return text.find(function) != text.npos; };
    bool placed = has_a_place(event.kind);
    if (placed && !event.ip.symbol.empty() && !names(bare_function(event.ip.symbol)))
        text += " in " + event.ip.symbol;
    else if (placed && event.ip.symbol.empty() && event.ip.address.value_or(0) != 0)
        text += " at " + hex(*event.ip.address);
    const std::string& guilty = event.guilty.function;
    if (!guilty.empty() && !names(bare_function(guilty)) && placed) {
        bool direct = event.ip.symbol.empty() || calls_directly(event, guilty);
        text += (direct ? ", called by " : ", called from ") + guilty + foreign_module(event);
    } else if (same_function(guilty, event.ip.symbol) && placed) {
        text += foreign_module(event);
    }
    return text;
}

const IssueMatch* issue_of(const Report& report, const CrashEvent& event) {
    const IssueMatch* best = nullptr;
    for (const IssueMatch& issue : report.known_issues)
        if (std::ranges::find(issue.events, event.id) != issue.events.end())
            if (!best || issue.confidence > best->confidence) best = &issue;
    return best;
}

const Remedy* remedy_of(const IssueMatch& issue) {
    if (issue.status == IssueStatus::fixed || issue.status == IssueStatus::not_affected) return nullptr;
    if (issue.remedies.empty()) return nullptr;
    auto found = std::ranges::find_if(issue.remedies, [](const Remedy& r) { return !r.command.empty(); });
    return found == issue.remedies.end() ? &issue.remedies.front() : &*found;
}

std::string why_of(const CrashEvent& event) {
    std::vector<std::string> reasons;
    for (const Evidence& evidence : event.verdict.evidence)
        if (!line_of(evidence.source) && !evidence.text.empty() && reasons.size() < 3)
            reasons.push_back(without_leading_zeros(evidence.text));
    if (reasons.empty()) reasons = bare_reasons(event);
    if (auto lines = log_lines_of(event); !lines.empty()) reasons.push_back(std::move(lines));
    return join(reasons, "; ");
}

std::string machine_of(const Report& report, const CrashEvent& event) {
    std::vector<std::string> parts;
    if (!event.kernel.release.empty()) parts.push_back(event.kernel.release);
    if (auto task = task_label(event.task); !task.empty()) parts.push_back(std::move(task));
    if (event.cpu) parts.push_back(fmt::format("CPU {}", *event.cpu));
    auto up = event.time;
    if (!up && event.primary) up = report.host.uptime;
    if (up)
        if (auto text = duration(*up); !text.empty()) parts.push_back("up " + text);
    return join(parts, ", ");
}

FirstScreen first_screen(const Report& report, const CrashEvent& event) {
    FirstScreen screen;
    screen.headline = headline_of(event);
    screen.severity = event.severity;
    const Verdict& verdict = event.verdict;
    const IssueMatch* issue = issue_of(report, event);
    bool explained = verdict.cause != Cause::unknown;
    if (explained) screen.confidence = confidence_word(verdict.confidence);

    if (issue) {
        bool sure = issue->confidence >= kConfident;
        add(screen, sure ? "known issue" : "may be", issue->title, status_note(*issue),
            tone_of(issue->status));
        add_remedy(screen, *issue);
        add_comparison(screen, *issue);
    } else {
        add(screen, explained ? "cause" : "what", verdict.summary);
        if (!verdict.next_steps.empty()) {
            auto [what, note] = step_of(verdict.next_steps.front());
            add(screen, explained ? "next step" : "would tell", std::string(what), std::string(note),
                Tone::quiet);
        }
    }
    add(screen, "why", why_of(event));
    add(screen, "first sign", first_sign_of(report, event));
    if (event.corrupted)
        add(screen, "careful", event.corruption.empty() ? "the log is damaged here" : event.corruption);
    add(screen, "machine", machine_of(report, event));
    return screen;
}

}  // namespace inquest

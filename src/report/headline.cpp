#include "report/headline.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "model/symbol.h"
#include "report/wording.h"

namespace inquest {
namespace {

constexpr std::size_t kHeadline = 150, kCompared = 100;  // bytes

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

std::string_view panic_reason(std::string_view line) {
    constexpr std::string_view kMark = "not syncing: ";
    auto at = line.find(kMark);
    return at == line.npos ? std::string_view() : trim(line.substr(at + kMark.size()));
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
            if (auto reason = panic_reason(line); !reason.empty())
                return fmt::format("Kernel panic: {}", reason);
            break;
        case Kind::mount_root_failure:
            if (auto reason = panic_reason(line); !reason.empty())
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
        case Kind::filesystem_error:
            // The title has no numbers, of which some are errors' ("log I/O error -5").
            if (auto message = event.fact("message"); !message.empty())
                return fmt::format("{}: {}", event.fact("filesystem"), message);
            return event.title;
        default:
            if (title_says_more(event.kind) && !event.title.empty()) return event.title;
    }
    return std::string(phrase(event.kind));
}

// Which function belongs into the headline.
enum class Place {
    nowhere,  // where a panic or a process killer printed it says nothing
    titled,   // the title names it
    blamed,   // the instruction pointer is in what waits or reports
    fault,    // where it happened, and who called that
};

Place place_of(Kind kind) {
    if (title_says_more(kind)) return Place::titled;
    switch (kind) {
        case Kind::panic:
        case Kind::oom_panic:
        case Kind::oom_kill:
        case Kind::mount_root_failure:
        case Kind::sysrq_crash:
        case Kind::page_allocation_failure:
            return Place::nowhere;
        case Kind::hung_task:
        case Kind::rcu_stall:
        case Kind::atomic_sleep:
        case Kind::scheduling_while_atomic:
            return Place::blamed;
        default:
            return Place::fault;
    }
}

bool same_function(std::string_view a, std::string_view b) { return bare_function(a) == bare_function(b); }

// Whom the headline names beside the function of the fault: who is to blame, and where that is the same, whom
// the verdict suspects.
const std::string& blamed(const CrashEvent& event) {
    const std::string& suspect = event.verdict.suspect.function;
    bool known = std::ranges::any_of(
        event.trace, [&](const Frame& f) { return f.reliable && same_function(f.symbol, suspect); });
    bool same = same_function(event.guilty.function, event.ip.symbol);
    return same && known && event.verdict.cause != Cause::unknown ? suspect : event.guilty.function;
}

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

}  // namespace

std::string headline_of(const CrashEvent& event) {
    std::string text = opening(event);
    auto names = [&](std::string_view function) {
        return function.empty() || text.find(bare_function(function)) != text.npos;
    };
    const std::string& function = event.ip.symbol;
    const std::string& guilty = blamed(event);
    Place place = place_of(event.kind);
    if (place == Place::titled && event.title.empty()) place = Place::fault;
    if (place == Place::fault) {
        if (!names(function)) text += " in " + function;
        bool nowhere = function.empty() && event.ip.address.value_or(0) != 0;
        if (nowhere)
            text += (event.kind == Kind::bad_instruction_fetch ? ", " : " at ") + hex(*event.ip.address);
        if (!names(guilty))
            text += (function.empty()                ? nowhere ? ", from " : " from "
                     : calls_directly(event, guilty) ? ", called by "
                                                     : ", called from ") +
                    guilty;
    } else if (place == Place::blamed) {
        const std::string& where = guilty.empty() ? function : guilty;
        if (!names(where)) text += " in " + where;
    }
    if (place != Place::nowhere) text += foreign_module(event);
    return clipped(text, kHeadline);
}

bool repeats_headline(const CrashEvent& event, std::string_view text) {
    if (auto reason = panic_reason(text); !reason.empty()) text = reason;
    std::string kind = replace_all(std::string(name_of(event.kind)), "-", " ");
    return text.empty() || text.starts_with(kind) ||
           headline_of(event).find(clipped(text, kCompared)) != std::string::npos;
}

}  // namespace inquest

#include "report/wording.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

struct TaintLetter {
    char letter;
    std::string_view meaning;
};

// Bit N of the kernel's tainted mask (kernel/panic.c: taint_flags). 'G' stands where P does not.
constexpr std::array<TaintLetter, 20> kTaints{{
    {'P', "proprietary module"},
    {'F', "module force-loaded"},
    {'S', "CPU out of specification"},
    {'R', "module force-unloaded"},
    {'M', "machine check happened before"},
    {'B', "bad page found before"},
    {'U', "tainted by a user's request"},
    {'D', "died before: an earlier oops or BUG"},
    {'A', "ACPI table overridden"},
    {'W', "warned before"},
    {'C', "staging driver"},
    {'I', "firmware workaround"},
    {'O', "out-of-tree module"},
    {'E', "unsigned module"},
    {'L', "soft lockup happened before"},
    {'K', "live patched"},
    {'X', "auxiliary taint of the distribution"},
    {'T', "struct layout randomised"},
    {'N', "in-kernel test ran"},
    {'J', "firmware changed by user space"},
}};

}  // namespace

std::string duration(double seconds) {
    if (!(seconds >= 0) || seconds > 1e10) return {};
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    auto minutes = static_cast<std::uint64_t>(seconds) / 60;
    if (minutes < 60) return fmt::format("{} min {} s", minutes, static_cast<std::uint64_t>(seconds) % 60);
    auto hours = minutes / 60;
    if (hours < 48) return fmt::format("{}:{:02}", hours, minutes % 60);
    return fmt::format("{} d {}:{:02}", hours / 24, hours % 24, minutes % 60);
}

std::string byte_size(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    auto size = static_cast<double>(bytes);
    while (size >= 1024 && unit + 1 < kUnits.size()) size /= 1024, ++unit;
    bool whole = size == static_cast<double>(static_cast<std::uint64_t>(size));
    return whole ? fmt::format("{} {}", static_cast<std::uint64_t>(size), kUnits[unit])
                 : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string count_of(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string place(const CodeRef& where) {
    std::string text = where.symbol;
    if (text.empty() && where.address) text = hex(*where.address);
    if (!where.symbol.empty() && where.offset) {
        text += '+' + hex(*where.offset);
        if (where.size) text += '/' + hex(*where.size);
    }
    if (!where.module.empty() && !text.empty()) text += " [" + where.module + ']';
    return text;
}

std::string task_label(const Task& task) {
    if (!task.pid) return task.comm;
    return task.comm.empty() ? fmt::format("pid {}", *task.pid) : fmt::format("{}[{}]", task.comm, *task.pid);
}

std::string_view phrase(Kind kind) {
    switch (kind) {
        case Kind::null_pointer_dereference:
            return "NULL pointer dereference";
        case Kind::bad_page_fault:
            return "Access to an invalid address";
        case Kind::general_protection_fault:
            return "General protection fault";
        case Kind::bad_instruction_fetch:
            return "Jump to an invalid address";
        case Kind::divide_error:
            return "Divide error";
        case Kind::invalid_opcode:
            return "Invalid opcode";
        case Kind::kernel_bug:
            return "Kernel BUG";
        case Kind::warning:
            return "Warning";
        case Kind::panic:
            return "Kernel panic";
        case Kind::double_fault:
            return "Double fault";
        case Kind::stack_overflow:
            return "Kernel stack overflow";
        case Kind::list_corruption:
            return "List corruption";
        case Kind::refcount:
            return "Reference count error";
        case Kind::slab_corruption:
            return "Slab corruption";
        case Kind::use_after_free:
            return "Use after free";
        case Kind::out_of_bounds:
            return "Access out of bounds";
        case Kind::double_free:
            return "Double free";
        case Kind::kasan:
            return "KASAN report";
        case Kind::kmsan:
            return "KMSAN report";
        case Kind::kcsan:
            return "Data race (KCSAN)";
        case Kind::kfence:
            return "KFENCE report";
        case Kind::ubsan:
            return "Undefined behaviour (UBSAN)";
        case Kind::lockdep:
            return "Locking error (lockdep)";
        case Kind::atomic_sleep:
            return "Sleeping function called in atomic context";
        case Kind::scheduling_while_atomic:
            return "Scheduling while atomic";
        case Kind::soft_lockup:
            return "Soft lockup";
        case Kind::hard_lockup:
            return "Hard lockup";
        case Kind::rcu_stall:
            return "RCU stall";
        case Kind::hung_task:
            return "Hung task";
        case Kind::oom_kill:
            return "Out of memory: a process was killed";
        case Kind::oom_panic:
            return "Out of memory: the kernel panicked";
        case Kind::page_allocation_failure:
            return "Page allocation failure";
        case Kind::bad_page_state:
            return "Bad page state";
        case Kind::memory_leak:
            return "Memory leak";
        case Kind::machine_check:
            return "Machine check";
        case Kind::hardware_error:
            return "Hardware error";
        case Kind::nmi:
            return "Non-maskable interrupt";
        case Kind::filesystem_error:
            return "File system error";
        case Kind::mount_root_failure:
            return "The root file system could not be mounted";
        case Kind::sysrq_crash:
            return "Crash triggered on purpose (sysrq)";
        case Kind::objects_remaining:
            return "Slab cache destroyed with objects in it";
        case Kind::external_abort:
            return "External abort";
        case Kind::other:
            break;
    }
    return "Kernel error";
}

std::string_view phrase(Cause cause) {
    switch (cause) {
        case Cause::null_argument:
            return "a NULL argument";
        case Cause::unset_function_pointer:
            return "an unset function pointer";
        case Cause::use_after_free:
            return "use of freed memory";
        case Cause::double_free:
            return "memory freed twice";
        case Cause::refcount_underflow:
            return "a reference dropped too often";
        case Cause::refcount_leak:
            return "a leaked reference";
        case Cause::not_a_slab_page:
            return "freeing what is no slab object";
        case Cause::rcu_recycled_object:
            return "an object reused under RCU readers";
        case Cause::stale_module_text:
            return "code of an unloaded module";
        case Cause::stack_overflow:
            return "stack overflow";
        case Cause::wild_pointer:
            return "a wild pointer";
        case Cause::bit_flip:
            return "a flipped bit";
        case Cause::list_corruption:
            return "a corrupted list";
        case Cause::lock_deadlock:
            return "a deadlock";
        case Cause::lock_misuse:
            return "misuse of a lock";
        case Cause::lockup:
            return "a lockup";
        case Cause::memory_exhaustion:
            return "memory exhaustion";
        case Cause::memory_leak:
            return "a memory leak";
        case Cause::error_pointer:
            return "an error code used as a pointer";
        case Cause::divide_by_zero:
            return "division by zero";
        case Cause::assertion:
            return "a failed assertion of the kernel";
        case Cause::hardware:
            return "hardware";
        case Cause::configuration:
            return "configuration";
        case Cause::deliberate:
            return "a deliberate action";
        case Cause::unknown:
            break;
    }
    return {};
}

std::string_view phrase(IssueStatus status) {
    switch (status) {
        case IssueStatus::affected:
            return "AFFECTED";
        case IssueStatus::fixed:
            return "FIXED";
        case IssueStatus::not_affected:
            return "NOT AFFECTED";
        case IssueStatus::unknown:
            break;
    }
    return "unknown";
}

std::string taint_in_words(const Taint& taint) {
    std::string words;
    for (const auto& [letter, meaning] : kTaints)
        if (taint.has(letter)) words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", letter, meaning);
    return words;
}

std::uint64_t taint_value(const Taint& taint) {
    std::uint64_t value = 0;
    for (std::size_t bit = 0; bit < kTaints.size(); ++bit)
        if (taint.has(kTaints[bit].letter)) value |= std::uint64_t{1} << bit;
    return value;
}

Step step_of(std::string_view next_step) {
    auto mark = next_step.find(" # ");
    if (mark == next_step.npos) return {trim(next_step), {}};
    return {trim(next_step.substr(0, mark)), trim(next_step.substr(mark + 3))};
}

std::string step_in_words(std::string_view next_step) {
    auto [what, note] = step_of(next_step);
    return note.empty() ? std::string(what) : fmt::format("{}: {}", what, note);
}

std::string without_leading_zeros(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto at = text.find("0x0");
        out += text.substr(0, at);
        if (at == text.npos) break;
        text.remove_prefix(at + 2);
        auto digit = text.find_first_not_of('0');
        bool zero = digit == text.npos || !is_hex(text[digit]);
        out += zero ? "0" : "0x";
        text.remove_prefix(digit == text.npos ? text.size() : digit);
    }
    return out;
}

std::string clipped(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    auto blank = text.rfind(' ', limit);
    std::size_t end = blank == text.npos || blank < limit / 2 ? limit : blank;
    while (end && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a character
    return std::string(trim_right(text.substr(0, end))) + " ...";
}

std::string label_of(std::string_view fact_name) {
    std::string label(fact_name);
    std::ranges::replace_if(
        label, [](char c) { return c == '_' || c == '-'; }, ' ');
    if (!label.empty() && is_lower(label[0])) label[0] = static_cast<char>(label[0] - 'a' + 'A');
    return label;
}

}  // namespace inquest

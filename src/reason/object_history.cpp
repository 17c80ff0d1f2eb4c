#include "reason/object_history.h"

#include <algorithm>

#include "base/text.h"
#include "model/symbol.h"
#include "reason/scene.h"

namespace inquest::reason {
namespace {

// Allocation, tracking and deferral stand on top of every such stack; the first function behind them tells.
bool is_allocator(std::string_view function) {
    static constexpr std::string_view kParts[] = {
        "kasan",      "kmem_cache",  "kmalloc",  "kfree",   "slab",         "stack_trace",
        "stack_save", "alloc_pages", "kmsan",    "kfence",  "kvmalloc",     "kzalloc",
        "vmalloc",    "kmemdup",     "call_rcu", "rcu_",    "__do_softirq", "save_stack",
        "set_track",  "kcalloc",     "kvfree",   "__alloc_"};
    return std::ranges::any_of(kParts, [&](auto part) { return function.find(part) != function.npos; });
}

std::string first_user(const Stack& stack) {
    for (const auto& frame : stack.frames) {
        if (frame.symbol.empty()) continue;
        std::string name = bare_function(frame.symbol);
        if (!is_allocator(name)) return with_module(frame);
    }
    return {};
}

const Stack* stack_titled(const CrashEvent& event, std::string_view word) {
    auto found = std::ranges::find_if(
        event.stacks, [&](const Stack& stack) { return contains_ignoring_case(stack.title, word); });
    return found == event.stacks.end() ? nullptr : &*found;
}

// "allocated by f", as evidence too; "" when the log has no such stack.
std::string user_of(CrashEvent& event, std::string_view what) {
    const Stack* stack = stack_titled(event, what);
    std::string user = stack ? first_user(*stack) : "";
    if (user.empty()) return user;
    std::string text = std::string(what) + " by " + user;
    add_evidence(event.verdict, text, stack->title);
    return text;
}

}  // namespace

std::string object_history(CrashEvent& event) {
    std::string allocated = user_of(event, "allocated"), freed = user_of(event, "freed");
    if (allocated.empty() && freed.empty()) return {};
    return " (" + allocated + (allocated.empty() || freed.empty() ? "" : ", ") + freed + ")";
}

std::string object_origin(CrashEvent& event) {
    std::string allocated = user_of(event, "allocated");
    return allocated.empty() ? allocated : " (" + allocated + ")";
}

}  // namespace inquest::reason

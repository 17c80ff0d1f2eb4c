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

}  // namespace

std::string object_history(CrashEvent& event) {
    std::string text;
    for (auto [word, phrase] : {std::pair<std::string_view, std::string_view>{"allocated", "allocated by "},
                                {"freed", "freed by "}}) {
        const Stack* stack = stack_titled(event, word);
        std::string user = stack ? first_user(*stack) : "";
        if (user.empty()) continue;
        text += (text.empty() ? " (" : ", ") + std::string(phrase) + user;
        add_evidence(event.verdict, std::string(phrase) + user, stack->title);
    }
    return text.empty() ? text : text + ")";
}

}  // namespace inquest::reason

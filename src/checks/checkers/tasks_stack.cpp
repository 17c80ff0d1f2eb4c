// Kernel stacks that are, or once were, nearly used up.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/object.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMagic = 0x57ac6e9d;  // STACK_END_MAGIC, include/uapi/linux/magic.h
constexpr std::uint64_t kNear = 1024;         // bytes that were never used: less is near the end
constexpr std::size_t kMostShown = 5;

struct Stack {
    const TaskView* task;
    std::uint64_t unused;  // bytes above the magic word that are still zero, at most kNear
    bool overwritten;
};

// The kernel hands stacks out zeroed (since 4.15, and reused ones since 5.12): what is still zero at the low
// end was never used. Without CONFIG_THREAD_INFO_IN_TASK thread_info lies there; all of 5.10 on amd64 and
// arm64 have it.
std::optional<Stack> look_at(const Session& session, const TaskView& task) {
    if (task.stack == 0) return std::nullopt;
    std::array<std::uint64_t, kNear / 8> words{};
    if (session.read(task.stack, {reinterpret_cast<std::uint8_t*>(words.data()), sizeof words}) !=
        ReadOutcome::present)
        return std::nullopt;
    std::uint64_t unused = 0;
    while (unused + 1 < words.size() && words[unused + 1] == 0) ++unused;
    return Stack{&task, unused * 8, words[0] != kMagic};
}

std::string name_of(const Stack& stack) {
    return fmt::format("{} (PID {})", stack.task->comm, stack.task->pid);
}

void run(CheckContext& context, CheckResult& result) {
    std::vector<Stack> overwritten, near;
    std::size_t missing = 0, seen = 0;
    for (const TaskView& task : context.tasks.tasks) {
        if (task.state == "DE") continue;
        auto stack = look_at(context.session, task);
        missing += !stack && task.state != "ZO";
        if (!stack) continue;
        ++seen;
        // init_task's magic word is written at boot; an idle task's stack is not always zeroed.
        if (stack->overwritten && task.pid != 0) overwritten.push_back(*stack);
        if (!stack->overwritten && stack->unused + 16 < kNear && task.pid != 0) near.push_back(*stack);
    }
    // All of them: this kernel puts something else there.
    if (overwritten.size() * 2 > seen) {
        result.limits.emplace_back("the ends of this kernel's stacks are not marked");
        return;
    }
    if (missing) result.limits.push_back(fmt::format("the stacks of {} tasks are not in the dump", missing));
    if (!overwritten.empty()) {
        Finding finding{
            .id = "tasks-stack.overwritten",
            .title = fmt::format("{} kernel stack{} overflowed", overwritten.size(),
                                 overwritten.size() == 1 ? "" : "s"),
            .confidence = 0.9,
            .statement =
                "The word that marks a stack's end was overwritten. With CONFIG_VMAP_STACK what lies "
                "below is a guard page; what was overwritten is the stack's own last bytes."};
        for (const Stack& stack : overwritten)
            if (finding.evidence.size() < kMostShown)
                finding.evidence.push_back(
                    {name_of(stack) + " has lost the mark", "memory at " + hex(stack.task->stack)});
        result.findings.push_back(std::move(finding));
    }
    if (near.empty()) return;
    std::ranges::sort(near, {}, &Stack::unused);
    Finding finding{.id = "tasks-stack.near",
                    .title = fmt::format("{} kernel stack{} came within {} bytes of the end", near.size(),
                                         near.size() == 1 ? "" : "s", kNear),
                    .confidence = 0.7,
                    .statement =
                        "The kernel hands stacks out zeroed, and nothing there is zero any more. That is no "
                        "crash, but the next deeper call may be one."};
    for (const Stack& stack : near)
        if (finding.evidence.size() < kMostShown)
            finding.evidence.push_back({fmt::format("{}: {} bytes never used", name_of(stack), stack.unused),
                                        "memory at " + hex(stack.task->stack)});
    result.findings.push_back(std::move(finding));
}

constexpr std::array<std::string_view, 2> kMembers{"task_struct.stack", "task_struct.thread_info"};

}  // namespace

extern const Checker plugin_checkers_tasks_stack;
const Checker plugin_checkers_tasks_stack{
    .id = "tasks-stack",
    .question = "kernel stacks near their end",
    .needs = {.members = kMembers},
    .run = run,
};

}  // namespace inquest

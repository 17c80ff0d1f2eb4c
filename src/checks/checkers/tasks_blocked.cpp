// Tasks that waited uninterruptibly for long, for what, and whether they wait for each other.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/subsystems/blocked.h"

namespace inquest {
namespace {

constexpr double kLong = 10;  // seconds; a disk that works answers sooner
constexpr std::size_t kMostStacks = 256, kMostShown = 6;

std::string name_of(const TaskView& task) { return fmt::format("{} (PID {})", task.comm, task.pid); }

std::string sentence_of(const BlockedTask& blocked) {
    std::string text = name_of(blocked.task);
    text += blocked.seconds ? fmt::format(": {:.0f} s", *blocked.seconds) : ": for an unknown time";
    if (!blocked.where.symbol.empty()) text += " in " + blocked.where.symbol;
    if (!blocked.where.module.empty()) text += " [" + blocked.where.module + "]";
    if (!blocked.what.empty()) text += ", waits for " + blocked.what;
    if (blocked.lock) text += " at " + hex(blocked.lock);
    if (blocked.holder)
        text += ", held by " + name_of(*blocked.holder) + fmt::format(", state {}", blocked.holder->state);
    return text;
}

Evidence evidence_of(const BlockedTask& blocked) {
    return {sentence_of(blocked), "task at " + hex(blocked.task.address)};
}

void report_ring(const std::vector<BlockedTask>& tasks, CheckResult& result) {
    auto ring = waiting_ring(tasks, false);
    if (ring.empty()) return;
    Finding finding{.id = "tasks-blocked.deadlock",
                    .title = ring.size() == 1
                                 ? "a task waits for a lock that it holds itself"
                                 : fmt::format("{} tasks wait for each other's locks", ring.size()),
                    .confidence = 0.9};
    finding.statement =
        "None of them can go on. Each lock's owner and each waiter's stack say so; the order in which "
        "these functions take the locks is the bug.";
    for (const BlockedTask* blocked : ring) finding.evidence.push_back(evidence_of(*blocked));
    finding.advice = {
        "a kernel with CONFIG_PROVE_LOCKING reports the wrong order before it locks up  # a debug kernel: "
        "slower by half, for a test machine"};
    result.findings.push_back(std::move(finding));
}

// Who holds the lock that most of them wait for, directly.
void report_holder(const std::vector<BlockedTask>& tasks, CheckResult& result) {
    std::map<std::uint64_t, std::vector<const BlockedTask*>> by_lock;
    for (const BlockedTask& blocked : tasks)
        if (blocked.holder) by_lock[blocked.lock].push_back(&blocked);
    auto most = std::ranges::max_element(by_lock, {}, [](const auto& lock) { return lock.second.size(); });
    if (most == by_lock.end() || most->second.size() < 2) return;
    const TaskView& holder = *most->second.front()->holder;
    Finding finding{
        .id = "tasks-blocked.holder",
        .title = fmt::format("{} tasks wait for a lock that {} holds", most->second.size(), name_of(holder)),
        .confidence = 0.9};
    finding.statement =
        fmt::format("The holder's state is {}. What keeps it is what keeps them: inquest exec VMCORE bt {}",
                    holder.state, holder.pid);
    for (const BlockedTask* blocked : most->second)
        if (finding.evidence.size() < kMostShown) finding.evidence.push_back(evidence_of(*blocked));
    result.findings.push_back(std::move(finding));
}

void report_long(const BlockedTasks& all, CheckResult& result) {
    std::vector<const BlockedTask*> stuck;
    for (const BlockedTask& blocked : all.tasks)
        if (!blocked.killable && blocked.seconds.value_or(0) >= kLong) stuck.push_back(&blocked);
    if (stuck.empty()) return;
    std::map<std::string, std::size_t> places;
    for (const BlockedTask* blocked : stuck) ++places[blocked->where.symbol];
    auto common = std::ranges::max_element(places, {}, [](const auto& place) { return place.second; });
    Finding finding{.id = "tasks-blocked",
                    .title = fmt::format("{} task{} waited uninterruptibly for {} s or more", stuck.size(),
                                         stuck.size() == 1 ? "" : "s", kLong),
                    .confidence = 0.9};
    finding.statement = fmt::format("The longest had waited {:.0f} s.", stuck.front()->seconds.value_or(0));
    if (common->second > 1 && !common->first.empty())
        finding.statement += fmt::format(" {} of them wait in {}.", common->second, common->first);
    if (all.found > all.tasks.size())
        finding.statement +=
            fmt::format(" Of {} uninterruptible tasks the {} that waited longest were looked at.", all.found,
                        all.tasks.size());
    for (const BlockedTask* blocked : stuck)
        if (finding.evidence.size() < kMostShown) finding.evidence.push_back(evidence_of(*blocked));
    finding.advice = {
        "inquest exec VMCORE foreach UN bt  # every such stack",
        "sysctl -w kernel.hung_task_timeout_secs=60  # the kernel then logs their stacks; costs nothing"};
    result.findings.push_back(std::move(finding));
}

void run(CheckContext& context, CheckResult& result) {
    Objects objects(context.session);
    const BlockedTasks all = blocked_tasks(objects, context.code, context.tasks, kMostStacks);
    report_long(all, result);
    report_ring(all.tasks, result);
    report_holder(all.tasks, result);
}

constexpr std::array<std::string_view, 1> kSymbols{"runqueues"};
constexpr std::array<std::string_view, 1> kMembers{"rq.clock"};

}  // namespace

extern const Checker plugin_checkers_tasks_blocked;
const Checker plugin_checkers_tasks_blocked{
    .id = "tasks-blocked",
    .question = "tasks that were stuck, and for what",
    .needs = {.symbols = kSymbols, .members = kMembers},
    .run = run,
};

}  // namespace inquest

// The kernel panicked because tasks did not go on: who waits for whom.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "kernel/subsystems/blocked.h"
#include "model/symbol.h"

namespace inquest {
namespace {

using namespace diagnose;

constexpr std::size_t kMostTasks = 256;
// kernel/hung_task.c
constexpr std::array<std::string_view, 2> kWatchers{"check_hung_uninterruptible_tasks", "watchdog"};

std::string name_of(const TaskView& task) { return fmt::format("{}[{}]", task.comm, task.pid); }

bool judge(Scene& scene) {
    const bool hung = scene.event.kind == Kind::hung_task ||
                      (scene.input.crashed && scene.input.crashed->comm == "khungtaskd" &&
                       find_frame(scene, kWatchers, 16));
    if (!hung) return false;
    Objects objects(scene.input.session);
    const BlockedTasks blocked = blocked_tasks(objects, scene.input.code, scene.input.tasks, kMostTasks);
    if (blocked.tasks.empty()) return false;
    Verdict& verdict = scene.event.verdict;
    const auto ring = waiting_ring(blocked.tasks);
    if (!ring.empty()) {
        // Of the ring the one that has waited longest: the lock's order is wrong in all of them.
        const BlockedTask& first = **std::ranges::max_element(
            ring, {}, [](const BlockedTask* task) { return task->seconds.value_or(0); });
        std::string who;
        for (const BlockedTask* one : ring)
            who += (who.empty() ? "" : ", ") + name_of(one->task) + " in " + bare_function(one->where.symbol);
        conclude(scene,
                 ring.size() == 1 ? fmt::format("{} waits for {} at {}, which it holds itself: deadlock", who,
                                                first.what, hex(first.lock))
                                  : fmt::format("{} wait for each other's locks: deadlock", who),
                 Cause::lock_deadlock, 0.9);
        verdict.object = {.address = first.lock, .type = "struct mutex", .cache = {}, .state = "held"};
        if (first.what.find("mutex") == first.what.npos) verdict.object.type.clear();
        const Identity found = scene.identifier.identify(first.lock);
        if (found.kind == AddressKind::slab) {
            verdict.object.cache = found.cache;
            verdict.member.offset = found.offset;
        }
        verdict.suspect = {first.where.module, bare_function(first.where.symbol)};
        return true;
    }
    const BlockedTask& longest = blocked.tasks.front();
    if (longest.where.symbol.empty()) return false;
    conclude(scene,
             fmt::format("{} does not go on: it waits{}{} in {}", name_of(longest.task),
                         longest.what.empty() ? "" : " for " + longest.what,
                         longest.holder ? ", held by " + name_of(*longest.holder) + "," : "",
                         with_module(longest.where.symbol, longest.where.module)),
             Cause::lockup, 0.75);
    verdict.suspect = {longest.where.module, bare_function(longest.where.symbol)};
    if (longest.what.find("completion") != longest.what.npos) verdict.object.type = "struct completion";
    return true;
}

}  // namespace

extern const Judge plugin_judges_06_hung_task;
const Judge plugin_judges_06_hung_task{"hung-task", judge};

}  // namespace inquest

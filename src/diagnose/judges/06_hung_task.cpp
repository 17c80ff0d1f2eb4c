// The kernel panicked because tasks did not go on: who waits for whom.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/condition.h"
#include "diagnose/scene.h"
#include "kernel/object.h"
#include "kernel/subsystems/blocked.h"
#include "model/symbol.h"

namespace inquest {
namespace {

using namespace diagnose;

constexpr std::size_t kMostTasks = 256;
// kernel/hung_task.c
constexpr std::array<std::string_view, 2> kWatchers{"check_hung_uninterruptible_tasks", "watchdog"};

std::string name_of(const TaskView& task) { return fmt::format("{}[{}]", task.comm, task.pid); }

// What a waiting function is given, where no type says it.
void name_lock(Scene& scene, std::string_view called) {
    Verdict& verdict = scene.event.verdict;
    if (!verdict.object.type.empty()) return;
    if (called.find("mutex") != called.npos)
        verdict.object.type = "struct mutex";
    else if (called.starts_with("down_read") || called.starts_with("down_write"))
        verdict.object.type = "struct rw_semaphore";
    else if (called.starts_with("down"))
        verdict.object.type = "struct semaphore";
    else
        return;
    if (verdict.object.address) *verdict.object.address += verdict.member.offset.value_or(0);
}

// What the task waits for, as the function that began to wait named it: the lock or completion that it gave
// to the kernel, else what its own loop reads.
void name_awaited(Scene& scene, const BlockedTask& blocked) {
    const Backtrace trace = backtrace(scene.input.session, scene.input.code, blocked.task);
    const auto& convention = *scene.input.session.arch().convention;
    const dataflow::FrameValues frames(scene.flows, trace.stack,
                                       dataflow::registers_of(convention, trace.first_registers));
    for (std::size_t at = 1; at < frames.frames().size(); ++at) {
        const dataflow::ActiveFrame& frame = frames.frames()[at];
        if (scene.input.code.describe(frame.ip, frame.exact).symbol != blocked.where.symbol) continue;
        if (!frame.has_state) return;
        const bool given_object = blocked.what == "a completion" || blocked.what == "a mutex" ||
                                  blocked.what == "a semaphore" || blocked.what == "a bit";
        if (const auto target = frame.flow->call_target(frame.instruction, frame.state);
            given_object && target.callee && !target.indirect) {
            const dataflow::ValueId given = frame.state.registers[convention.arguments.front()];
            blame_read(scene, frames, at, {frame.instruction, {}, given}, "it waits for what lies at");
            name_lock(scene, bare_function(target.callee->name));
        } else if (auto read = read_of_loop(*frame.flow, frame.instruction)) {
            blame_read(scene, frames, at, *read, "it waits in a loop, which reads");
        }
        return;
    }
}

// Who waits for a completion while it holds what another task waits for: that one cannot complete it.
const BlockedTask* waits_with_lock(const std::vector<BlockedTask>& tasks, const BlockedTask** other) {
    for (const BlockedTask& one : tasks) {
        if (one.what != "a completion" && one.what != "the end of work") continue;
        auto behind = std::ranges::find_if(tasks, [&](const BlockedTask& task) {
            return task.holder && task.holder->address == one.task.address;
        });
        if (behind == tasks.end()) continue;
        *other = &*behind;
        return &one;
    }
    return nullptr;
}

// Who waits for the end of a thread that itself does not go on (kthread_stop).
const BlockedTask* waits_for_blocked(Scene& scene, const std::vector<BlockedTask>& tasks,
                                     const BlockedTask** other) {
    const auto& convention = *scene.input.session.arch().convention;
    for (const BlockedTask& one : tasks) {
        if (one.what != "the end of a thread") continue;
        const Backtrace trace = backtrace(scene.input.session, scene.input.code, one.task);
        const dataflow::FrameValues frames(scene.flows, trace.stack,
                                           dataflow::registers_of(convention, trace.first_registers));
        for (std::size_t at = 0; at < frames.frames().size(); ++at) {
            const dataflow::ActiveFrame& frame = frames.frames()[at];
            if (scene.input.code.describe(frame.ip, frame.exact).symbol != "kthread_stop") continue;
            auto thread = frames.argument(at, 1);
            auto found = std::ranges::find_if(
                tasks, [&](const BlockedTask& task) { return thread && task.task.address == thread->value; });
            if (found == tasks.end()) continue;
            *other = &*found;
            return &one;
        }
    }
    return nullptr;
}

bool judge(Scene& scene) {
    const bool hung = scene.event.kind == Kind::hung_task ||
                      (scene.input.crashed && scene.input.crashed->comm == "khungtaskd" &&
                       find_frame(scene, kWatchers, 16));
    if (!hung) return false;
    Objects objects(scene.input.session);
    const BlockedTasks blocked = blocked_tasks(objects, scene.input.code, scene.input.tasks, kMostTasks);
    if (blocked.tasks.empty()) return false;
    Verdict& verdict = scene.event.verdict;
    auto ring = waiting_ring(blocked.tasks, false);
    const bool by_readers = ring.empty();
    if (by_readers) ring = waiting_ring(blocked.tasks, true);
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
                 Cause::lock_deadlock, by_readers ? 0.75 : 0.9);
        if (by_readers)
            verdict.alternatives.push_back(
                {Cause::lockup, 0.2, "another reader holds the semaphore, and is what does not go on",
                 "the stacks of all tasks: who is between down_read() and up_read() of it"});
        const bool mutex = first.what == "a mutex";
        verdict.object = {.address = first.lock,
                          .type = mutex ? "struct mutex" : "struct rw_semaphore",
                          .cache = {},
                          .state = "held"};
        const Identity found = scene.identifier.identify(first.lock);
        if (found.kind == AddressKind::slab) {
            verdict.object.cache = found.cache;
            verdict.member.offset = found.offset;
        }
        verdict.suspect = {first.where.module, bare_function(first.where.symbol)};
        return true;
    }
    const BlockedTask* behind = nullptr;
    const BlockedTask* holding = waits_with_lock(blocked.tasks, &behind);
    // Who waits for a time to pass goes on by itself.
    const auto stuck =
        std::ranges::find_if(blocked.tasks, [](const BlockedTask& task) { return task.what != "a timer"; });
    const BlockedTask& longest = holding                        ? *holding
                                 : stuck == blocked.tasks.end() ? blocked.tasks.front()
                                                                : *stuck;
    if (longest.where.symbol.empty()) return false;
    const std::string where = with_module(longest.where.symbol, longest.where.module);
    const BlockedTask* ended = nullptr;
    const BlockedTask* ending = holding ? nullptr : waits_for_blocked(scene, blocked.tasks, &ended);
    if (holding) {
        conclude(
            scene,
            fmt::format("{} waits for {} in {} and holds the lock at {}, which {} waits for in {}: deadlock, "
                        "if that one is to bring it about",
                        name_of(longest.task), longest.what, where, hex(behind->lock), name_of(behind->task),
                        with_module(behind->where.symbol, behind->where.module)),
            Cause::lock_deadlock, 0.7);
        verdict.alternatives.push_back(
            {Cause::lockup, 0.25, fmt::format("nobody was left to end what {} waits for", where),
             fmt::format("whether it is {} that {} waits for", name_of(behind->task), where)});
    } else if (ending) {
        conclude(
            scene,
            fmt::format(
                "{} waits in {} for {} to end, which waits for {} in {}: deadlock, if the first holds it",
                name_of(ending->task), with_module(ending->where.symbol, ending->where.module),
                name_of(ended->task), ended->what.empty() ? "something" : ended->what,
                with_module(ended->where.symbol, ended->where.module)),
            Cause::lock_deadlock, 0.7);
        verdict.alternatives.push_back(
            {Cause::lockup, 0.25, fmt::format("{} does not go on for another reason", name_of(ended->task)),
             fmt::format("whether {} holds what {} waits for", ending->where.symbol, ended->where.symbol)});
        verdict.suspect = {ending->where.module, bare_function(ending->where.symbol)};
        name_awaited(scene, *ended);
        return true;
    } else {
        conclude(scene,
                 fmt::format("{} does not go on: it waits{}{} in {}", name_of(longest.task),
                             longest.what.empty() ? "" : " for " + longest.what,
                             longest.holder ? ", held by " + name_of(*longest.holder) + "," : "", where),
                 Cause::lockup, 0.75);
    }
    verdict.suspect = {longest.where.module, bare_function(longest.where.symbol)};
    name_awaited(scene, holding ? *behind : longest);
    // What the completion lies in has a type only where the module's are at hand.
    if (!holding && longest.what == "a completion" && verdict.object.type.empty()) {
        verdict.object.type = "struct completion";
        if (verdict.object.address) *verdict.object.address += verdict.member.offset.value_or(0);
        verdict.member = {.path = "wait",
                          .offset = Objects(scene.input.session).offset_of("completion", "wait")};
    }
    return true;
}

}  // namespace

extern const Judge plugin_judges_06_hung_task;
const Judge plugin_judges_06_hung_task{"hung-task", judge};

}  // namespace inquest

// The kernel checked something and stopped: which check, and what its condition had read.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/condition.h"
#include "diagnose/scene.h"
#include "kernel/object.h"
#include "model/symbol.h"

namespace inquest {
namespace {

using namespace diagnose;

// kernel/sched/core.c: what complains of sleeping where that is forbidden.
constexpr std::array<std::string_view, 5> kSleeping{"__schedule_bug", "__might_resched", "___might_sleep",
                                                    "__might_sleep", "__cant_sleep"};
constexpr std::array<std::string_view, 3> kWarners{"__warn", "__report_bug", "report_bug"};

// What only carries out the sleep.
bool is_sleep_itself(std::string_view name) {
    return name.find("schedule") != name.npos || name.find("sleep") != name.npos ||
           name.find("resched") != name.npos || name.starts_with("mutex_lock") ||
           name.starts_with("__mutex_lock") || name.starts_with("down_") || name.starts_with("wait_for") ||
           name.starts_with("__wait_for") || name.starts_with("do_wait");
}

// What the condition in front of the trap read: the last access before the branch that led there.
void name_condition(Scene& scene, const dataflow::ActiveFrame& frame, std::size_t at) {
    const dataflow::FunctionFlow& flow = *frame.flow;
    const auto& block = flow.blocks()[flow.block_of(frame.instruction)];
    // In the trap's own block stand the words of the warning; what was asked stands in front of the branch.
    std::uint32_t first = block.first, last = frame.instruction;
    if (block.predecessors.size() == 1) {
        const auto& before = flow.blocks()[block.predecessors.front()];
        first = before.first;
        last = before.last;
    } else if (block.predecessors.size() > 1) {
        return;
    }
    const auto reads = reads_in(flow, first, last);
    const auto read = std::ranges::find_if(reads.rbegin(), reads.rend(), [](const ConditionRead& one) {
        return one.base != dataflow::kUnknownValue;
    });
    if (read != reads.rend()) blame_read(scene, scene.frames, at, *read, "the condition read");
}

// A worker thread that may not sleep: a work function kept a lock, and returned. The last that ran is the one
// (worker.last_func, since 5.1: 1b69ac6b40eb).
bool blame_last_work(Scene& scene, std::size_t who) {
    if (function_of(scene, who) != "worker_thread") return false;
    auto worker = scene.frames.argument(who, 1);
    Objects objects(scene.input.session);
    auto last = worker ? objects.at("worker", worker->value).get("last_func") : std::nullopt;
    const CodeRef work = last ? scene.input.code.describe(*last, true) : CodeRef{};
    if (work.symbol.empty()) return false;
    conclude(scene,
             fmt::format(
                 "{} returned with a spinlock held or preemption disabled: its worker thread may not sleep",
                 with_module(work.symbol, work.module)),
             Cause::lock_misuse, 0.8);
    scene.event.verdict.suspect = {work.module, bare_function(work.symbol)};
    scene.event.verdict.evidence.push_back(
        {fmt::format("the last work that the thread did was {}", work.symbol), "worker.last_func"});
    return true;
}

bool judge(Scene& scene) {
    Verdict& verdict = scene.event.verdict;
    if (auto at = find_frame(scene, kSleeping, 12)) {
        std::size_t who = *at + 1;
        while (who + 1 < scene.frames.frames().size() && is_sleep_itself(function_of(scene, who))) ++who;
        if (blame_last_work(scene, who) || verdict.cause == Cause::lock_misuse) return true;
        conclude(scene,
                 fmt::format("{} slept, or was about to, where that is forbidden", function_of(scene, who)),
                 Cause::lock_misuse, 0.8);
        suspect_frame(scene, who);
        return true;
    }
    // The registers of the trap are those of the function that checked.
    const auto& frames = scene.frames.frames();
    if (frames.empty() || !frames.front().has_state || !scene.input.site) return false;
    const bool trap = scene.input.site->entry.find("invalid_op") != std::string::npos ||
                      scene.event.kind == Kind::kernel_bug || scene.event.kind == Kind::warning;
    if (!trap || scene.access) return false;
    const bool warned = std::ranges::any_of(scene.input.trace.frames, [](const Frame& frame) {
        return std::ranges::find(kWarners, frame.symbol) != kWarners.end();
    });
    if (verdict.cause == Cause::configuration || verdict.cause == Cause::unknown) {
        conclude(
            scene,
            fmt::format("{} {}", function_of(scene, 0),
                        warned ? "warned of a condition that must not be, and panic_on_warn made that a panic"
                               : "stopped at a condition that must not be"),
            Cause::assertion, 0.7);
        suspect_frame(scene, 0);
    }
    if (verdict.cause == Cause::assertion) name_condition(scene, frames.front(), 0);
    return true;
}

}  // namespace

extern const Judge plugin_judges_08_complaint;
const Judge plugin_judges_08_complaint{"complaint", judge};

}  // namespace inquest

// The kernel checked something and stopped: which check, and what its condition had read.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "diagnose/scene.h"

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
    std::uint32_t first = block.first, last = frame.instruction;
    if (block.predecessors.size() == 1 && block.first == frame.instruction) {
        const auto& before = flow.blocks()[block.predecessors.front()];
        first = before.first;
        last = before.last;
    }
    for (std::uint32_t i = last; i-- > first;) {
        auto state = flow.before(i);
        if (!state) return;
        for (const Effect& effect : flow.instructions()[i].effects()) {
            const bool reads = effect.kind == Effect::Kind::load || effect.kind == Effect::Kind::touch;
            if (!reads || effect.memory.base == kNoRegister || effect.memory.index != kNoRegister) continue;
            const dataflow::ValueId base = state->registers[effect.memory.base];
            if (flow.values()[base].kind == dataflow::Value::Kind::stack) continue;
            Verdict& verdict = scene.event.verdict;
            verdict.member.offset = static_cast<std::uint64_t>(effect.memory.displacement);
            if (auto object = scene.frames.find(at, base)) {
                const Identity found = scene.identifier.identify(object->value);
                verdict.object = {.address = object->value, .type = {}, .cache = found.cache, .state = {}};
                verdict.evidence.push_back(
                    {fmt::format("the condition read offset {} of {}: {}",
                                 hex(static_cast<std::uint64_t>(effect.memory.displacement)),
                                 hex(object->value), found.text),
                     "the code in front of the check"});
            }
            for (const auto& access : flow.accesses())
                if (access.instruction == i && access.structure && !access.members.empty()) {
                    verdict.object.type = object_type(flow, access);
                    verdict.member.path = access.members.front().name;
                }
            return;
        }
    }
}

bool judge(Scene& scene) {
    Verdict& verdict = scene.event.verdict;
    if (auto at = find_frame(scene, kSleeping, 12)) {
        if (verdict.cause == Cause::lock_misuse) return true;
        std::size_t who = *at + 1;
        while (who + 1 < scene.frames.frames().size() && is_sleep_itself(function_of(scene, who))) ++who;
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

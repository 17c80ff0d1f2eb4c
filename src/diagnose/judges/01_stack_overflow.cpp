// The stack pointer has left the task's stack: it overflowed, whatever the fault is called.
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

// A function's frame, at most, that may lie below the stack's end.
constexpr std::uint64_t kFarthest = 16 << 10;

bool judge(Scene& scene) {
    const auto& frames = scene.frames.frames();
    if (!scene.input.site || !scene.input.crashed || frames.empty()) return false;
    const auto& sp = frames.front().registers[scene.input.session.arch().convention->sp];
    const std::uint64_t end = scene.input.crashed->stack;
    if (!sp || end == 0) return false;
    // Where the push or call was to go; the guard page below a stack is what stops it.
    const bool below = *sp < end + 64 && end - *sp < kFarthest;
    const bool reaches =
        scene.event.fault_address && *scene.event.fault_address < end &&
        end - *scene.event.fault_address < kFarthest && *sp >= end && *sp - end < kFarthest && scene.access &&
        scene.access->reg ==
            scene.input.session.arch().convention->names[scene.input.session.arch().convention->sp];
    if (!below && !reaches) return false;
    Verdict& verdict = scene.event.verdict;
    if (verdict.cause == Cause::stack_overflow) return true;
    conclude(scene,
             fmt::format("the kernel stack of {}[{}] overflowed in {}", scene.input.crashed->comm,
                         scene.input.crashed->pid, function_of(scene, 0)),
             Cause::stack_overflow, 0.85);
    verdict.object = {};
    verdict.member = {};
    verdict.evidence.push_back(
        {fmt::format("the stack pointer is {}, the stack ends at {}", hex(*sp), hex(end)), "registers"});
    suspect_frame(scene, 0);
    return true;
}

}  // namespace

extern const Judge plugin_judges_01_stack_overflow;
const Judge plugin_judges_01_stack_overflow{"stack-overflow", judge};

}  // namespace inquest

// A CPU that did not come back: what it was doing when the watchdog stopped it.
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "model/symbol.h"

namespace inquest {
namespace {

using namespace diagnose;

constexpr std::array<std::string_view, 4> kWatchdogs{"watchdog_timer_fn", "watchdog_overflow_callback",
                                                     "watchdog_hardlockup_check",
                                                     "watchdog_buddy_check_hardlockup"};
// kernel/rcu/tree_stall.h: a CPU that found itself stalled; of others it tells by print_other_cpu_stall().
constexpr std::array<std::string_view, 1> kStalls{"print_cpu_stall"};

bool is_spinning(std::string_view name) {
    return name.find("spin_lock") != name.npos || name.find("queued_spin") != name.npos ||
           name.find("_lock_slowpath") != name.npos || name == "pv_wait" || name == "do_raw_spin_lock";
}

// RCU tells on one CPU that another does not answer: what the others ran, where just one was busy.
bool judge_stall_elsewhere(Scene& scene) {
    std::optional<CodeRef> busy;
    for (const TaskView& task : scene.input.tasks.tasks) {
        if (!task.current || task.pid == 0) continue;
        if (scene.input.crashed && task.address == scene.input.crashed->address) continue;
        const Backtrace trace = backtrace(scene.input.session, scene.input.code, task);
        // Below the interrupt that stopped it, if there was one.
        std::size_t at = 0;
        for (std::size_t i = 0; i < trace.stack.size(); ++i)
            if (trace.stack[i].registers && trace.stack[i].all_registers) at = i;
        if (at >= trace.frames.size() || trace.frames[at].symbol.empty()) continue;
        if (busy) return false;
        busy = trace.frames[at];
    }
    if (!busy) return false;
    scene.event.verdict.suspect = {busy->module, bare_function(busy->symbol)};
    scene.event.verdict.evidence.push_back(
        {"the only other CPU that was busy stood in " + with_module(busy->symbol, busy->module),
         "stack of that CPU"});
    return true;
}

bool judge(Scene& scene) {
    constexpr std::size_t kWithin = 32;
    constexpr std::array<std::string_view, 2> kOfOthers{"print_other_cpu_stall", "rcu_sched_clock_irq"};
    const bool of_itself = find_frame(scene, kStalls, kWithin).has_value();
    if (!of_itself && (scene.event.kind == Kind::rcu_stall || find_frame(scene, kOfOthers, kWithin)))
        if (judge_stall_elsewhere(scene)) return true;
    const auto watchdog = find_frame(scene, kWatchdogs, kWithin);
    const auto stall = find_frame(scene, kStalls, kWithin);
    if (!watchdog && !stall) return false;
    const auto& frames = scene.frames.frames();
    std::size_t at = watchdog ? *watchdog : *stall;
    while (at < frames.size() && !frames[at].interrupted) ++at;
    if (at == frames.size()) return false;
    const std::size_t stopped = at;
    while (at + 1 < frames.size() && is_spinning(function_of(scene, at))) ++at;
    Verdict& verdict = scene.event.verdict;
    suspect_frame(scene, at);
    if (verdict.cause == Cause::unknown || verdict.cause == Cause::configuration)
        conclude(scene,
                 fmt::format("CPU {} did not get out of {}: a watchdog stopped the machine",
                             scene.event.cpu ? std::to_string(*scene.event.cpu) : "?",
                             function_of(scene, stopped)),
                 Cause::lockup, 0.8);
    if (at == stopped) return true;
    // What it spun on is the first argument of all of these.
    std::optional<dataflow::FoundValue> lock;
    for (std::size_t i = at; i-- > stopped && !lock;) lock = scene.frames.argument(i, 1);
    if (!lock) return true;
    const Identity found = scene.identifier.identify(lock->value);
    verdict.object = {.address = lock->value, .type = "struct spinlock", .cache = found.cache, .state = {}};
    if (found.kind == AddressKind::slab) verdict.member.offset = found.offset;
    if (auto value = scene.input.session.read_as<std::uint32_t>(lock->value)) {
        verdict.object.state = *value ? "held" : "free";
        verdict.evidence.push_back(
            {fmt::format("the spinlock at {} ({}) reads {}: {}", hex(lock->value), found.text, hex(*value),
                         *value ? "somebody holds it" : "nobody holds it"),
             "memory of the dump"});
    }
    return true;
}

}  // namespace

extern const Judge plugin_judges_05_lockup;
const Judge plugin_judges_05_lockup{"lockup", judge};

}  // namespace inquest

// A CPU that did not come back: what it was doing when the watchdog stopped it.
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/condition.h"
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
// The tick that finds either out, where the compiler has made one function of them.
constexpr std::array<std::string_view, 2> kTicks{"print_other_cpu_stall", "rcu_sched_clock_irq"};

bool is_spinning(std::string_view name) {
    return name.find("spin_lock") != name.npos || name.find("queued_spin") != name.npos ||
           name.find("_lock_slowpath") != name.npos || name == "pv_wait" || name == "do_raw_spin_lock";
}

// What only lets time pass for its caller.
bool is_delay(std::string_view name) {
    return name.find("delay") != name.npos || name == "cpu_relax" || name == "ktime_get" ||
           name == "rdtsc_ordered";
}

// The loop that the function of the frame goes round in: what its condition reads.
void name_loop(Scene& scene, const dataflow::FrameValues& frames, std::size_t at) {
    const dataflow::ActiveFrame& frame = frames.frames()[at];
    if (!frame.has_state) return;
    if (auto read = read_of_loop(*frame.flow, frame.instruction))
        blame_read(scene, frames, at, *read, "the loop that it is in reads");
}

// What the CPU was in that RCU waited for, which the log's own trace need not be of.
void blame_stalled(Scene& scene, const CodeRef& place) {
    scene.event.verdict.suspect = {place.module, bare_function(place.symbol)};
    if (scene.event.kind == Kind::rcu_stall)
        scene.event.guilty = {bare_function(place.symbol), place.module,
                              "the CPU that RCU waited for was executing it"};
}

// RCU tells on one CPU that another does not answer: what the others ran, where just one was busy.
bool judge_stall_elsewhere(Scene& scene) {
    std::optional<Backtrace> busy;
    for (const TaskView& task : scene.input.tasks.tasks) {
        if (!task.current || task.pid == 0) continue;
        if (scene.input.crashed && task.address == scene.input.crashed->address) continue;
        if (busy) return false;
        busy = backtrace(scene.input.session, scene.input.code, task);
    }
    if (!busy) return false;
    // Below the interrupt that stopped it, if there was one.
    std::size_t start = 0;
    for (std::size_t i = 0; i < busy->stack.size(); ++i)
        if (busy->stack[i].registers && busy->stack[i].all_registers) start = i;
    if (start >= busy->frames.size()) return false;
    const auto& convention = *scene.input.session.arch().convention;
    const dataflow::FrameValues frames(scene.flows, busy->stack,
                                       dataflow::registers_of(convention, busy->first_registers));
    std::size_t at = 0;
    while (at < frames.frames().size() && frames.frames()[at].position != start) ++at;
    auto place = [&] { return scene.input.code.describe(frames.frames()[at].ip, frames.frames()[at].exact); };
    while (at + 1 < frames.frames().size() && is_delay(place().symbol)) ++at;
    if (at >= frames.frames().size() || place().symbol.empty()) return false;
    const CodeRef stuck = place();
    conclude(scene,
             fmt::format("another CPU did not get out of {}: RCU waited for it in vain",
                         with_module(stuck.symbol, stuck.module)),
             Cause::lockup, 0.75);
    blame_stalled(scene, stuck);
    scene.event.verdict.evidence.push_back(
        {"the only other CPU that was busy stood in " + with_module(stuck.symbol, stuck.module),
         "stack of that CPU"});
    name_loop(scene, frames, at);
    return true;
}

bool judge(Scene& scene) {
    constexpr std::size_t kWithin = 32;
    const bool of_itself = find_frame(scene, kStalls, kWithin).has_value();
    const auto tick = find_frame(scene, kTicks, kWithin);
    if (!of_itself && (scene.event.kind == Kind::rcu_stall || tick) && judge_stall_elsewhere(scene))
        return true;
    const auto watchdog = find_frame(scene, kWatchdogs, kWithin);
    const auto stall = of_itself ? find_frame(scene, kStalls, kWithin) : tick;
    if (!watchdog && !stall) return false;
    const auto& frames = scene.frames.frames();
    std::size_t at = watchdog ? *watchdog : *stall;
    while (at < frames.size() && !frames[at].interrupted) ++at;
    if (at == frames.size()) return false;
    while (at + 1 < frames.size() && is_delay(function_of(scene, at))) ++at;
    const std::size_t stopped = at;
    while (at + 1 < frames.size() && is_spinning(function_of(scene, at))) ++at;
    Verdict& verdict = scene.event.verdict;
    suspect_frame(scene, at);
    // An idle CPU is none that hangs: it only told of another.
    if (verdict.suspect.function.find("idle") != std::string::npos) return false;
    if (stall && at < frames.size())
        blame_stalled(scene, scene.input.code.describe(frames[at].ip, frames[at].exact));
    if (verdict.cause == Cause::unknown || verdict.cause == Cause::configuration || stall)
        conclude(
            scene,
            fmt::format("CPU {} did not get out of {}: {}",
                        scene.event.cpu ? std::to_string(*scene.event.cpu) : "?", function_of(scene, stopped),
                        stall ? "RCU waited for it in vain" : "a watchdog stopped the machine"),
            Cause::lockup, 0.8);
    if (at == stopped) {
        name_loop(scene, scene.frames, at);
        return true;
    }
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

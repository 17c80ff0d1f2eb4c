// Something ran, or slept, for too long: where it is stuck, and on whom it waits.
#include "base/text.h"
#include "model/symbol.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

std::string culprit(const CrashEvent& event) {
    return event.guilty.function.empty() ? where(event) : event.guilty.function;
}

// " in f"; "" where only the scheduler is known.
std::string in_culprit(const CrashEvent& event) {
    std::string function = culprit(event);
    return function == "the kernel" || function == "__schedule" || function == "schedule" ? ""
                                                                                          : " in " + function;
}

std::string on_cpu(const CrashEvent& event) {
    return event.cpu ? "CPU " + std::to_string(*event.cpu) : "a CPU";
}

std::string for_seconds(const CrashEvent& event) {
    auto seconds = event.fact("seconds");
    return seconds.empty() ? "" : " for " + std::string(seconds) + " s";
}

bool waits_for_lock(std::string_view function) {
    return function.find("mutex") != function.npos || function.find("rwsem") != function.npos ||
           function.find("spin_lock") != function.npos || function.starts_with("down_") ||
           function.find("rwlock") != function.npos || function.find("qspinlock") != function.npos ||
           function.find("qrwlock") != function.npos;
}

bool waits_for_io(std::string_view function) {
    return function == "io_schedule" || function == "io_schedule_timeout" ||
           function.starts_with("wait_on_page") || function == "blk_mq_get_tag" ||
           function.starts_with("submit_bio_wait") || function == "folio_wait_bit" ||
           function == "bit_wait_io" || function.starts_with("folio_wait_writeback") ||
           function == "wait_on_buffer" || function == "__wait_on_buffer";
}

void explain_hung_task(CrashEvent& event) {
    std::string summary = describe_task(event.task) + " was blocked" + for_seconds(event) + in_culprit(event);
    auto blocker = event.fact("blocked-on");
    if (!blocker.empty()) {
        quote_fact(event, "blocked-on");
        conclude(event.verdict, summary + ": it waits for " + std::string(blocker), Cause::lockup, 0.9);
        event.verdict.next_steps.push_back(
            "look at the task that owns the lock: its trace stands in the log, or  cat /proc/PID/stack  # "
            "costs nothing");
        return;
    }
    const Frame* lock = innermost(event, waits_for_lock);
    const Frame* io = innermost(event, waits_for_io);
    if (io || event.fact("waits-for") == "I/O") {
        if (io) add_evidence(event.verdict, bare_function(io->symbol), "call trace");
        conclude(event.verdict, summary + ": it waits for I/O to complete", Cause::lockup, 0.8);
        event.verdict.next_steps.push_back(
            "dmesg | grep -iE 'blk_update_request|I/O error|timeout|reset|nfs: server'  # is a disk or a "
            "server not answering? costs nothing");
        return;
    }
    if (lock) add_evidence(event.verdict, bare_function(lock->symbol), "call trace");
    conclude(event.verdict, summary + (lock ? ": it waits for a lock that another task holds" : ""),
             Cause::lockup, 0.8);
    event.verdict.next_steps.push_back(
        "echo w >/proc/sysrq-trigger  # while it hangs: prints every blocked task, so that the holder of the "
        "lock can be found; costs nothing");
}

void explain_busy(CrashEvent& event) {
    std::string summary = on_cpu(event) + " was stuck in " + culprit(event) + for_seconds(event);
    if (culprit(event) != where(event) && !event.ip.symbol.empty()) summary += ", found in " + where(event);
    if (!event.task.comm.empty()) summary += " (" + describe_task(event.task) + ")";
    if (waits_for_lock(where(event))) summary += ", waiting for a lock";
    if (event.kind == Kind::hard_lockup) summary += ", with interrupts off";
    conclude(event.verdict, summary, Cause::lockup, 0.85);
    if (event.kernel.taint.has('L'))
        add_evidence(event.verdict, "taint L: it was not the first lockup", "taint");
    event.verdict.next_steps.push_back(
        "on a virtual machine: compare with the host's steal time (sar -P ALL; top's st) of that moment  # a "
        "CPU that the hypervisor did not run looks the same; costs nothing");
}

// The trace of the CPU that told is that of an idle one, beside the registers of the CPU that it told of.
void blame_registers(CrashEvent& event) {
    auto idle = [](std::string_view name) { return name.find("idle") != name.npos; };
    if (event.ip.symbol.empty() || !idle(culprit(event)) || idle(event.ip.symbol)) return;
    event.guilty.function = bare_function(event.ip.symbol);
    event.guilty.module = event.ip.module;
    event.guilty.reason = "the CPU that RCU waited for was executing it";
    event.verdict.suspect = {event.guilty.module, event.guilty.function};
}

void explain_rcu(CrashEvent& event) {
    blame_registers(event);
    quote_fact(event, "stalled");
    quote_fact(event, "duration");
    quote_fact(event, "starved");
    if (!event.fact("starved").empty()) {
        conclude(event.verdict,
                 "the thread that drives RCU got no CPU time, so that nothing could pass a grace period; the "
                 "traces show what was running instead",
                 Cause::lockup, 0.8);
        return;
    }
    std::string who = event.fact("stalled").empty() ? on_cpu(event) : std::string(event.fact("stalled"));
    conclude(event.verdict,
             "RCU waited in vain for " + who +
                 (in_culprit(event).empty() ? "" : ", which was" + in_culprit(event)),
             Cause::lockup, 0.8);
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    switch (event.kind) {
        case Kind::hung_task:
            return explain_hung_task(event);
        case Kind::rcu_stall:
            return explain_rcu(event);
        default:
            return explain_busy(event);
    }
}

constexpr Kind kKinds[] = {Kind::soft_lockup, Kind::hard_lockup, Kind::rcu_stall, Kind::hung_task};

}  // namespace

extern const Explainer plugin_explainers_stall;
const Explainer plugin_explainers_stall{"stall", kKinds, explain};

}  // namespace inquest

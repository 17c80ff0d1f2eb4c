// Culprits of reports about time: something ran, or slept, for too long.
#include <algorithm>
#include <vector>

#include "crashlog/guilty.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

// Entries from an interrupt: what stands behind them ran before.
constexpr std::string_view kInterruptEntries[] = {"apic_timer_interrupt", "el1h_64_irq", "^el1_irq$",
                                                  "^__irq_svc$"};

struct Candidate {
    const Frame* frame;
    std::string name;
};

// The reliable frames that are no plumbing.
std::vector<Candidate> candidates(std::span<const Frame> frames, NamePatterns also) {
    std::vector<Candidate> found;
    for (const Frame& frame : frames) {
        if (!frame.reliable || frame.symbol.empty() || is_inlined(frame)) continue;
        std::string name = bare_function(frame.symbol);
        if (!is_plumbing(name) && !matches_any(name, also)) found.push_back({&frame, title_function(name)});
    }
    return found;
}

// Where the kernel begins something of one subsystem's own. What such a function calls is the culprit of a
// stall: further in, every sample shows another function.
constexpr std::string_view kDispatchers[] = {
    // into the kernel
    "do_syscall_", "do_fast_syscall_", "sysenter_dispatch", "tracesys_phase2", "el0_svc_handler",
    "invoke_syscall", "ret_fast_syscall", "^page_fault$", "do_page_fault", "__do_fault", "exit_to_usermode",
    "task_work_run", "__fput",
    // softirqs, timers, work, threads
    "do_softirq", "run_ksoftirqd", "tasklet_action", "tasklet_hi_action", "call_timer_fn", "_run_timers",
    "run_timer_softirq", "hrtimer_run", "netif_receive_skb", "process_one_work", "smpboot_thread_fn",
    "^kthread$", "start_secondary", "cpu_startup_entry", "ret_from_fork", "smp_call_function",
    // files
    "vfs_write", "vfs_read", "vfs_iter_read", "vfs_iter_write", "do_iter_read", "do_iter_write",
    "call_read_iter", "call_write_iter", "new_sync_read", "new_sync_write", "vfs_ioctl", "ksys_ioctl",
    "compat_ioctl", "compat_sys_ioctl", "blkdev_driver_ioctl", "blkdev_ioctl", "^call_mmap", "mmap_region",
    "do_mmap", "do_dentry_open", "vfs_open",
    // sockets
    "^sock_sendmsg", "^sock_recvmsg", "^sock_release", "^__sock_release", "^setsockopt$", "kernel_setsockopt",
    "sock_common_setsockopt", "^listen$", "kernel_listen", "sk_common_release", "^sock_mmap", "^accept$",
    "kernel_accept", "^sock_do_ioctl", "^sock_ioctl", "^compat_sock_ioctl", "^nfnetlink_rcv_msg",
    "^rtnetlink_rcv_msg", "^netlink_dump", "^socketpair", "^connect", "^ioctl", "^sys_socketpair",
    "^sys_connect", "^sys_ioctl"};

// What a task is in while it sleeps.
constexpr std::string_view kSleeping[] = {
    "sched",      "_lock", "_slowlock",   "down",           "rwsem",       "completion",
    "kthread",    "wait",  "synchronize", "context_switch", "__switch_to", "cancel_delayed_work",
    "rcu_barrier"};

}  // namespace

void blame_stalled(CrashEvent& event, std::span<const Frame> frames, NamePatterns also) {
    const auto found = candidates(frames, also);
    if (found.empty()) return;
    const Frame* caller = found.front().frame;
    for (const auto& [frame, name] : found) {
        // Every variant of it waits for other CPUs; which one it was tells nothing.
        if (name.find("smp_call_function") != name.npos) {
            accuse(event, *frame, "it waits for other CPUs");
            event.guilty.function = "smp_call_function";
            return;
        }
        if (matches_any(name, kDispatchers))
            return accuse(event, *caller, "what " + name + " was doing when the CPU was found stuck");
        caller = frame;
    }
    accuse(event, *found.front().frame,
           "innermost function of the trace that does not only serve its callers");
}

void blame_stalled(CrashEvent& event, NamePatterns also) {
    std::vector<Frame> frames;
    if (!event.ip.symbol.empty()) static_cast<CodeRef&>(frames.emplace_back()) = event.ip;
    frames.insert(frames.end(), event.trace.begin(), event.trace.end());
    blame_stalled(event, frames, also);
}

const Frame* interrupted_frame(std::span<const Frame> trace) {
    auto enters = [](const Frame& frame) { return matches_any(frame.symbol, kInterruptEntries); };
    const auto entry = std::ranges::find_if(trace, enters);
    const auto interrupted = std::find_if_not(entry, trace.end(), enters);
    return interrupted == trace.end() ? nullptr : &*interrupted;
}

void blame_interrupted(CrashEvent& event, NamePatterns also) {
    auto interrupted = [&](std::span<const Frame> trace) {
        if (const Frame* frame = interrupted_frame(trace))
            blame_stalled(event, trace.subspan(static_cast<std::size_t>(frame - trace.data())), also);
        return !event.guilty.function.empty();
    };
    if (interrupted(event.trace)) return;
    for (const Stack& stack : event.stacks)
        if (interrupted(stack.frames)) return;
    blame_stalled(event, also);
}

void blame_blocked(CrashEvent& event, std::span<const Frame> frames) {
    const auto found = candidates(frames, {});
    for (const auto& [frame, name] : found) {
        if (name.find("rtnl_lock") != name.npos)
            return accuse(event, *frame, "it waits for the lock of all network configuration");
        for (std::string_view wait :
             {"synchronize_rcu", "synchronize_srcu", "synchronize_net", "synchronize_sched"}) {
            if (name.find(wait) == name.npos) continue;
            accuse(event, *frame, "it waits for an RCU grace period");
            event.guilty.function = "synchronize_rcu";
            return;
        }
    }
    for (const auto& [frame, name] : found)
        if (!matches_any(name, kSleeping)) return accuse(event, *frame, "the function that went to sleep");
}

void blame_innermost(CrashEvent& event, std::span<const Frame> frames, std::string reason) {
    for (const Frame& frame : frames) {
        if (!frame.reliable || frame.symbol.empty() || is_inlined(frame)) continue;
        std::string name = bare_function(frame.symbol);
        if (!frame.module.empty() || (!is_plumbing(name) && !matches_any(name, kSleeping)))
            return accuse(event, frame, std::move(reason));
    }
}

}  // namespace inquest

#include "crashlog/reporter.h"

#include "crashlog/guilty.h"

namespace inquest {
namespace {

struct Reporter {
    std::string_view pattern;
    Kind kind;
};

// The outermost of several in a trace decides: warn_slowpath on behalf of refcount_warn_saturate.
constexpr Reporter kReporters[] = {
    {"^warn_slowpath", Kind::warning},
    {"^__warn", Kind::warning},
    {"^panic$", Kind::panic},
    {"^refcount_warn", Kind::refcount},
    {"^__schedule_bug$", Kind::scheduling_while_atomic},
    {"might_sleep$", Kind::atomic_sleep},
    {"__might_resched", Kind::atomic_sleep},
    {"^warn_alloc", Kind::page_allocation_failure},
    {"^oom_kill_process$", Kind::oom_kill},
    {"^watchdog_timer_fn$", Kind::soft_lockup},
    {"^watchdog_overflow_callback$", Kind::hard_lockup},
    {"^watchdog_hardlockup", Kind::hard_lockup},
    {"print_other_cpu_stall", Kind::rcu_stall},
    {"print_cpu_stall", Kind::rcu_stall},
    {"rcu_dump_cpu_stacks", Kind::rcu_stall},
    {"^bad_page$", Kind::bad_page_state},
    {"^print_bad_pte$", Kind::bad_page_state},
    {"^check_bytes_and_report$", Kind::slab_corruption},
    {"^object_err$", Kind::slab_corruption},
    {"^slab_err$", Kind::slab_corruption},
    {"^print_circular_bug", Kind::lockdep},
    {"^print_usage_bug", Kind::lockdep},
    {"^print_deadlock_bug", Kind::lockdep},
    {"^lockdep_rcu_suspicious$", Kind::lockdep},
    {"^kasan_report", Kind::kasan},
    {"^kmsan_report", Kind::kmsan},
    {"^kcsan_report", Kind::kcsan},
    {"^kfence_report", Kind::kfence},
    {"^__ubsan_handle", Kind::ubsan},
    {"^xfs_error_report$", Kind::filesystem_error},
    {"^xfs_corruption_error$", Kind::filesystem_error},
};

constexpr std::size_t kDepth = 8;

}  // namespace

std::optional<Kind> kind_of_reporter(std::span<const Frame> trace) {
    std::optional<Kind> kind;
    std::size_t seen = 0;
    for (const Frame& frame : trace) {
        if (!frame.reliable || frame.symbol.empty()) continue;
        if (++seen > kDepth) break;
        const std::string name = bare_function(frame.symbol);
        for (const Reporter& reporter : kReporters)
            if (matches_any(name, {&reporter.pattern, 1})) kind = reporter.kind;
    }
    return kind;
}

}  // namespace inquest

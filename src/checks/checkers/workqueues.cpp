// Work that waits on a CPU whose workers make no progress.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/object.h"
#include "kernel/percpu.h"
#include "kernel/subsystems/clock.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLong = 30;        // seconds: workqueue.watchdog_thresh
constexpr std::uint64_t kPoolsPerCpu = 2;  // NR_STD_WORKER_POOLS
constexpr std::size_t kMostShown = 6;

// Workers that are at it: worker_pool.busy_hash holds them by their work.
std::vector<std::string> busy_in(CheckContext& context, Objects& objects, const Object& pool) {
    std::vector<std::string> busy;
    for (std::uint64_t bucket = 0; bucket < 64; ++bucket) {  // BUSY_WORKER_HASH_ORDER 6
        auto head = pool.address_of("busy_hash");
        if (!head) break;
        for (const Object& worker : objects.hlist(*head + bucket * 8, "worker", "hentry")) {
            auto function = worker.get("current_func");
            Object task = worker.follow("task");
            const std::string name = function && *function ? context.code.describe(*function, true).symbol
                                                           : std::string("(unknown)");
            busy.push_back(
                fmt::format("PID {} is in {}", static_cast<int>(task.get("pid").value_or(0)), name));
        }
    }
    return busy;
}

void look_at(CheckContext& context, Objects& objects, const Object& pool, std::uint64_t now, unsigned hz,
             Finding& finding) {
    auto head = pool.address_of("worklist");
    auto progress = pool.get_any({"last_progress_ts", "watchdog_ts"});  // renamed in 7.1
    if (!head || !progress || *progress == 0 || *progress > now) return;
    auto first = context.session.read_pointer(*head);
    if (!first || *first == *head) return;  // nothing waits
    const std::uint64_t seconds = (now - *progress) / hz;
    if (seconds < kLong) return;
    auto pending = objects.list(*head, "work_struct", "entry");
    std::string text = fmt::format("CPU {}: {} items wait, no progress for {} s",
                                   static_cast<int>(pool.get("cpu").value_or(0)), pending.size(), seconds);
    if (!pending.empty())
        if (auto function = pending.front().get("func"))
            text += "; the first is " + context.code.describe(*function, true).symbol;
    finding.evidence.push_back({std::move(text), "worker_pool at " + hex(pool.address())});
    for (std::string& busy : busy_in(context, objects, pool))
        if (finding.evidence.size() < kMostShown)
            finding.evidence.push_back({std::move(busy), "busy worker"});
}

void run(CheckContext& context, CheckResult& result) {
    Objects objects(context.session);
    auto hz = ticks_per_second(context.session);
    auto jiffies = context.session.symbols().address_of("jiffies");
    auto now = jiffies ? context.session.read_pointer(*jiffies) : std::nullopt;
    const std::uint64_t size = objects.size_of("worker_pool");
    if (!hz || !now || size == 0) {
        result.limits.emplace_back("the kernel's clock cannot be told");
        return;
    }
    Finding finding{.id = "workqueues.stuck",
                    .title = "work waits on CPUs whose workers make no progress",
                    .confidence = 0.85};
    finding.statement =
        "A worker that does not end or sleep keeps the others of its CPU from running; whoever waits for "
        "the work that is queued behind it waits too.";
    for (std::string_view pools : {"cpu_worker_pools", "bh_worker_pools"})
        for (std::uint64_t address : per_cpu_addresses(context.session, pools))
            for (std::uint64_t i = 0; i < kPoolsPerCpu; ++i)
                look_at(context, objects, objects.at("worker_pool", address + i * size), *now, *hz, finding);
    for (const std::string& problem : objects.problems()) result.limits.push_back(problem);
    if (!finding.evidence.empty()) result.findings.push_back(std::move(finding));
}

constexpr std::array<std::string_view, 2> kSymbols{"cpu_worker_pools", "jiffies"};
constexpr std::array<std::string_view, 2> kMembers{"worker_pool.worklist",
                                                   "worker_pool.last_progress_ts|worker_pool.watchdog_ts"};

}  // namespace

extern const Checker plugin_checkers_workqueues;
const Checker plugin_checkers_workqueues{
    .id = "workqueues",
    .question = "workqueues that are stuck",
    .needs = {.symbols = kSymbols, .members = kMembers},
    .run = run,
};

}  // namespace inquest

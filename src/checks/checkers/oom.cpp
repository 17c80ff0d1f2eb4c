// Why the out-of-memory killer did not save the machine.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/memory_holders.h"

namespace inquest {
namespace {

constexpr int kNeverKilled = -1000;  // OOM_SCORE_ADJ_MIN
constexpr std::size_t kShown = 5;

std::uint64_t own(const ProcessMemory& process) { return process.anon + process.shmem + process.swap; }

std::string_view constraint_in_words(std::string_view constraint) {
    if (constraint == "CONSTRAINT_NONE") return "the whole machine was out of memory";
    if (constraint == "CONSTRAINT_MEMCG")
        return "a control group was at its limit; the machine may have had memory";
    if (constraint == "CONSTRAINT_CPUSET")
        return "the nodes of a cpuset were out of memory; others may have had some";
    if (constraint == "CONSTRAINT_MEMORY_POLICY")
        return "the nodes of a memory policy were out of memory; others may have had some";
    return "";
}

void run(CheckContext& context, CheckResult& result) {
    const CrashEvent* event = context.report.primary();
    if (!event || (event->kind != Kind::oom_kill && event->kind != Kind::oom_panic)) return;
    MemoryState state = memory_state(context.session);
    auto processes = process_memory(context);
    const std::uint64_t total = std::max<std::uint64_t>(state.kb("MemTotal"), 1);
    std::uint64_t killable = 0, spared = 0;
    std::vector<const ProcessMemory*> protected_ones;
    for (const ProcessMemory& one : processes) {
        const bool never = one.oom_score_adj == kNeverKilled || one.pid == 1;  // oom_unkillable_task()
        (never ? spared : killable) += own(one);
        if (never && own(one)) protected_ones.push_back(&one);
    }
    Finding finding{.id = "oom", .title = {}, .confidence = 0.8, .statement = {}};
    auto constraint = event->fact("constraint");
    if (auto words = constraint_in_words(constraint); !words.empty())
        finding.evidence.push_back({fmt::format("{}: {}", constraint, words), "the log"});
    if (killable * 4 < total && constraint != "CONSTRAINT_MEMCG") {
        finding.title = "Killing processes could give little back";
        finding.statement =
            fmt::format("All processes that may be killed held {} of {}; the rest is not theirs.",
                        megabytes(killable), megabytes(total));
    } else {
        finding.title = "What the out-of-memory killer had to choose from";
        finding.statement = fmt::format(
            "The processes that may be killed held {} of {}, shared memory counted "
            "in each that maps it.",
            megabytes(killable), megabytes(total));
    }
    if (spared)
        finding.statement +=
            fmt::format(" Those that may not (init, and oom_score_adj -1000) held {}.", megabytes(spared));
    for (std::size_t i = 0; i < std::min(protected_ones.size(), kShown); ++i)
        finding.evidence.push_back({fmt::format("may not be killed: {} (pid {}), {}", protected_ones[i]->comm,
                                                protected_ones[i]->pid, megabytes(own(*protected_ones[i]))),
                                    fmt::format("oom_score_adj {}", protected_ones[i]->oom_score_adj)});
    std::size_t shown = 0;
    for (const ProcessMemory& one : processes) {
        if (one.oom_score_adj == kNeverKilled || one.pid == 1 || own(one) == 0 || shown++ == kShown) continue;
        if (shown > kShown) break;
        finding.evidence.push_back(
            {fmt::format("may be killed: {} (pid {}), {}", one.comm, one.pid, megabytes(own(one))),
             fmt::format("oom_score_adj {}", one.oom_score_adj)});
    }
    if (auto address = context.session.symbols().address_of("sysctl_panic_on_oom"))
        if (auto value = context.session.read_as<std::int32_t>(*address)) {
            finding.evidence.push_back(
                {fmt::format("vm.panic_on_oom = {}: {}", *value,
                             *value == 0 ? "a process is killed; a panic only when none may be"
                             : *value == 1
                                 ? "a panic when the whole machine is out of memory, a kill when only "
                                   "a group, cpuset or policy is"
                                 : "a panic in every case"),
                 "memory at " + hex(*address)});
            if (*value > 0 && event->kind == Kind::oom_panic)
                finding.advice.emplace_back(
                    "sysctl -w vm.panic_on_oom=0  # one process dies instead of the machine; no cost, but "
                    "where a cluster relies on the whole node to fail, leave it");
        }
    finding.events = {event->id};
    result.findings.push_back(std::move(finding));
}

}  // namespace

extern const Checker plugin_checkers_oom;
const Checker plugin_checkers_oom{
    .id = "oom",
    .question = "what the out-of-memory killer could do",
    .needs = {},
    .run = run,
};

}  // namespace inquest

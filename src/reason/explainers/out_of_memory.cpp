// Memory ran out: of the machine, of a control group, of a zone or of large blocks.
#include "base/text.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

// Whose memory ran out; "" when the log does not tell.
std::string scope(const CrashEvent& event) {
    auto constraint = event.fact("constraint");
    bool group = constraint.find("MEMCG") != constraint.npos || says(event, "Memory cgroup") ||
                 !event.fact("scope").empty() || !event.fact("memcg-usage").empty();
    if (group) return "a control group";
    if (constraint.find("CPUSET") != constraint.npos || constraint.find("MEMORY_POLICY") != constraint.npos)
        return "the NUMA nodes that the task may use";
    bool whole = constraint.find("NONE") != constraint.npos || says(event, "Out of memory: Kill");
    return whole ? "the machine" : "";
}

// The parser keeps the largest tasks, largest first.
void show_users(CrashEvent& event) {
    constexpr int kMostShown = 3;
    int shown = 0;
    for (const auto& fact : event.facts) {
        if (fact.name != "user" || ++shown > kMostShown) continue;
        add_evidence(event.verdict, "resident: " + fact.value, log_line(fact.line));
    }
}

void show_spared(CrashEvent& event) {
    for (const auto& fact : event.facts)
        if (fact.name == "spared")
            add_evidence(event.verdict, "may not be killed: " + fact.value, log_line(fact.line));
}

void explain_panic(CrashEvent& event) {
    if (says(event, "compulsory")) {
        conclude(event.verdict, "memory ran out and vm.panic_on_oom=2 makes every such case a panic",
                 Cause::configuration, 0.9);
        event.verdict.next_steps.push_back(
            "sysctl vm.panic_on_oom=0  # a process is killed instead; takes effect at once, make it lasting "
            "in /etc/sysctl.d");
    } else if (says(event, "system-wide")) {
        conclude(event.verdict,
                 "memory of the whole machine ran out and vm.panic_on_oom=1 makes that a panic",
                 Cause::configuration, 0.9);
        event.verdict.next_steps.push_back(
            "sysctl vm.panic_on_oom=0  # a process is killed instead; takes effect at once, make it lasting "
            "in /etc/sysctl.d");
    } else if (says(event, "no killable")) {
        show_spared(event);
        conclude(event.verdict, "memory ran out and no process was left that may be killed",
                 Cause::memory_exhaustion, 0.9);
        event.verdict.next_steps.push_back(
            "grep -l -- -1000 /proc/[0-9]*/oom_score_adj  # the processes that may not be killed; costs "
            "nothing");
    } else {
        conclude(event.verdict, "memory ran out and the kernel panicked", Cause::memory_exhaustion, 0.8);
    }
}

void explain_kill(CrashEvent& event) {
    std::string place = scope(event);
    auto victim = event.fact("victim");
    std::string killed =
        victim.empty() ? "whom the kernel killed is not shown" : "the kernel killed " + std::string(victim);
    conclude(event.verdict, "memory" + (place.empty() ? "" : " of " + place) + " ran out; " + killed,
             Cause::memory_exhaustion, 0.9);
    if (place == "a control group")
        event.verdict.next_steps.push_back(
            "raise the group's memory.max (memory.limit_in_bytes), or find what grew in it  # no reboot");
}

void explain_allocation(CrashEvent& event) {
    auto order = event.fact("order");
    bool large = !order.empty() && order != "0";
    conclude(event.verdict,
             describe_task(event.task) + " asked for " +
                 (large ? "2^" + std::string(order) + " contiguous pages" : std::string("memory")) +
                 " and did not get " + (large ? "them: memory is fragmented or short" : "it"),
             Cause::memory_exhaustion, says(event, "vmalloc") ? 0.6 : 0.8);
    event.verdict.next_steps.push_back(
        "cat /proc/buddyinfo /proc/meminfo  # short of memory, or only of large blocks? costs nothing");
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    quote_fact(event, "constraint");
    quote_fact(event, "memcg-usage");
    show_users(event);
    switch (event.kind) {
        case Kind::oom_panic:
            return explain_panic(event);
        case Kind::oom_kill:
            return explain_kill(event);
        default:
            return explain_allocation(event);
    }
}

constexpr Kind kKinds[] = {Kind::oom_kill, Kind::oom_panic, Kind::page_allocation_failure};

}  // namespace

extern const Explainer plugin_explainers_out_of_memory;
const Explainer plugin_explainers_out_of_memory{"out-of-memory", kKinds, explain};

}  // namespace inquest

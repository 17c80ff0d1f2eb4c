#include "kernel/subsystems/vmstat.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>

#include "inspect/inspection.h"
#include "kernel/subsystems/zone.h"

namespace inquest {
namespace {

// vmstat_start() and vmstat_show() of mm/vmstat.c: sectors are shown in kB, pages in huge pages as huge pages
// since 5.12, when they came to be counted in pages (and NR_SWAPCACHE to be).
std::int64_t shown(const Counter& counter, unsigned huge_page_order) {
    constexpr std::string_view kSectors[] = {"PGPGIN", "PGPGOUT"};
    constexpr std::string_view kHuge[] = {"NR_SHMEM_THPS", "NR_SHMEM_PMDMAPPED", "NR_FILE_THPS",
                                          "NR_FILE_PMDMAPPED", "NR_ANON_THPS"};
    if (std::ranges::find(kSectors, counter.enumerator) != std::end(kSectors)) return counter.exact / 2;
    if (std::ranges::find(kHuge, counter.enumerator) != std::end(kHuge))
        return counter.exact >> huge_page_order;
    return counter.exact;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    if (!arguments.empty()) return fail("vmstat takes no arguments");
    auto nodes = read_memory_nodes(workspace.session());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = nodes.problems};
    auto events = read_vm_events(workspace.session(), answer.problems);
    const bool in_pages = find_counter(nodes.node_counters, "NR_SWAPCACHE") != nullptr;
    const unsigned order = in_pages ? workspace.session().tables().page_shift - 3 : 0;
    for (const auto* counters : {&nodes.zone_counters, &nodes.numa_counters, &nodes.node_counters, &events})
        for (const Counter& counter : *counters) {
            answer.text += fmt::format("{:<32} {:>16}\n", counter.name, shown(counter, order));
            answer.json.set(counter.name, shown(counter, order));
        }
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_vmstat;
const Inspection plugin_inspections_vmstat{
    "vmstat", "", "the counters of /proc/vmstat",
    "Of zones, nodes and events, each with what the CPUs had counted and not handed in yet:\n"
    "the figures that the file shows after a write to /proc/sys/vm/stat_refresh.",
    run};

}  // namespace inquest

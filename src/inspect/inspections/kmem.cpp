#include "inspect/kmem.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("kmem", "iz", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (options->has('i') && options->words().empty()) return kmem_use(workspace);
    if (options->has('z') && options->words().empty()) return kmem_zones(workspace);
    return fail("kmem takes -i or -z");
}

}  // namespace

extern const Inspection plugin_inspections_kmem;
const Inspection plugin_inspections_kmem{
    "kmem", "-i | -z", "memory: its use, its zones",
    "  -i  the figures of /proc/meminfo, in kB\n"
    "  -z  zones: free pages against the watermarks (a boost included, as the allocator\n"
    "      compares), free blocks by order, counters; all in pages",
    run};

}  // namespace inquest

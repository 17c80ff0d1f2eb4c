#include "inspect/kmem.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("kmem", "izvsgSpc:", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (options->has('i') && options->words().empty()) return kmem_use(workspace);
    if (options->has('z') && options->words().empty()) return kmem_zones(workspace);
    if (options->has('s') && options->has('g')) return kmem_groups(workspace, options->words());
    if (options->has('s')) return kmem_caches(workspace, options->words());
    if (options->has('S')) return kmem_objects(workspace, options->words());
    if (options->has('p')) return kmem_pages(workspace, *options);
    if (options->has('v') && options->words().empty()) return kmem_vmalloc(workspace);
    const bool bare = !arguments.empty() && options->words().size() == arguments.size();
    if (bare) return kmem_identify(workspace, options->words());
    return fail("kmem takes -i, -z, -v, -s, -S, -p, or addresses");
}

}  // namespace

extern const Inspection plugin_inspections_kmem;
const Inspection plugin_inspections_kmem{
    "kmem", "-i | -z | -v | -s [-g] [CACHE]... | -S CACHE... | -p [-c COUNT] [ADDRESS]... | ADDRESS...",
    "memory: its use, zones, slab caches; what an address is",
    "  -i  the figures of /proc/meminfo, in kB\n"
    "  -z  zones: free pages against the watermarks (a boost included, as the allocator\n"
    "      compares), free blocks by order, counters; all in pages\n"
    "  -s  slab caches: ALLOCATED is what somebody got and has not given back, ACTIVE what\n"
    "      /proc/slabinfo says, which counts what CPUs keep ready as in use\n"
    "      -g: whom they are charged to, by cache and control group\n"
    "  -S  every slab of a cache with its objects, [allocated] ones in brackets\n"
    "  -v  areas of the vmalloc space, and who asked for them\n"
    "  -p  page descriptors: physical address, mapping, index, references, flags; of an\n"
    "      ADDRESS (physical, of the kernel, or a descriptor's), COUNT frames from there on,\n"
    "      or from the first frame on (65536 frames)\n"
    "  ADDRESS  what it is: an object of a slab cache (allocated or freed, its number, how far\n"
    "      into it), a page and its flags, a task's stack, a CPU's area, an area of vmalloc, a\n"
    "      module, code or data with its symbol",
    run};

}  // namespace inquest

// The parts of the kmem command, a file each.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/page.h"
#include "kernel/subsystems/slab.h"

namespace inquest {

InspectionAnswer kmem_use(Workspace& workspace);    // -i
InspectionAnswer kmem_zones(Workspace& workspace);  // -z
// -s, -S; the error names the cache that there is not.
Result<InspectionAnswer> kmem_caches(Workspace& workspace, const std::vector<std::string>& names);
Result<InspectionAnswer> kmem_objects(Workspace& workspace, const std::vector<std::string>& names);
// -s -g: whom the objects of caches are charged to.
Result<InspectionAnswer> kmem_groups(Workspace& workspace, const std::vector<std::string>& names);
// A cache by its name or address.
Result<const SlabCache*> cache_named_by(const SlabAllocator& slabs, const std::string& word);
InspectionAnswer kmem_vmalloc(Workspace& workspace);  // -v
// -p [-c COUNT] [ADDRESS]...; the error says which word is no page.
Result<InspectionAnswer> kmem_pages(Workspace& workspace, const Options& options);
// What each address is; the error says which word is none.
Result<InspectionAnswer> kmem_identify(Workspace& workspace, const std::vector<std::string>& words);

Json json_of_page(const PageView& page);

}  // namespace inquest

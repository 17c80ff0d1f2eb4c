// The parts of the kmem command, a file each.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "inspect/inspection.h"

namespace inquest {

InspectionAnswer kmem_use(Workspace& workspace);    // -i
InspectionAnswer kmem_zones(Workspace& workspace);  // -z
// -s, -S; the error names the cache that there is not.
Result<InspectionAnswer> kmem_caches(Workspace& workspace, const std::vector<std::string>& names);
Result<InspectionAnswer> kmem_objects(Workspace& workspace, const std::vector<std::string>& names);
InspectionAnswer kmem_vmalloc(Workspace& workspace);  // -v
// What each address is; the error says which word is none.
Result<InspectionAnswer> kmem_identify(Workspace& workspace, const std::vector<std::string>& words);

}  // namespace inquest

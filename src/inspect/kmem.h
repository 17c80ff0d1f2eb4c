// The parts of the kmem command, a file each.
#pragma once

#include "base/result.h"
#include "inspect/inspection.h"

namespace inquest {

InspectionAnswer kmem_use(Workspace& workspace);    // -i
InspectionAnswer kmem_zones(Workspace& workspace);  // -z

}  // namespace inquest

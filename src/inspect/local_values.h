// The local variables of a function, as `bt -l` shows them.
#pragma once

#include <string>

#include "base/json.h"
#include "dataflow/frame_variables.h"
#include "inspect/workspace.h"

namespace inquest {

// A line each, "struct page *page = 0xffff..."; those that nothing tells of together in the last one.
// Escaped.
std::string locals_text(Workspace& workspace, const dataflow::FunctionVariables& function);
// {name, type, parameter, address, value}; a value as `struct` and `p` have it, null where nothing tells.
Json locals_json(Workspace& workspace, const dataflow::FunctionVariables& function);

}  // namespace inquest

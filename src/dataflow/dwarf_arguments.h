// Arguments that data flow found, held against what DWARF says of them.
#pragma once

#include <vector>

#include "dataflow/frame_variables.h"
#include "model/event.h"

namespace inquest::dataflow {

// `arguments` are arguments_of() that frame. Where both know one: they agree, and it is as good as certain;
// or they do not, which is noted in it (FrameArgument::dwarf), and neither is claimed. A parameter that the
// function has given another value since is no contradiction. DWARF adds what data flow does not know, names
// and types among it. Nothing changes where no debug file tells.
void hold_against_dwarf(std::vector<FrameArgument>& arguments, const FrameValues& frames,
                        const FrameVariables& variables, std::size_t frame);

}  // namespace inquest::dataflow

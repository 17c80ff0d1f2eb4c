// What the functions of a call trace were called with, as a report has it.
#pragma once

#include <vector>

#include "dataflow/frame_values.h"
#include "kernel/identify.h"
#include "model/event.h"

namespace inquest::dataflow {

// Of one of frames.frames(); with `identifier` what pointers point to.
std::vector<FrameArgument> arguments_of(const FrameValues& frames, std::size_t frame, Identifier* identifier);

}  // namespace inquest::dataflow

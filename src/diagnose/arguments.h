// The arguments that the functions of the trace were called with.
#pragma once

#include "dataflow/frame_values.h"
#include "diagnose/diagnose.h"
#include "kernel/identify.h"

namespace inquest::diagnose {

// Fills in Frame::arguments of the event's trace and of its stacks that are this task's.
void add_arguments(CrashEvent& event, const DiagnosisInput& input, const dataflow::FrameValues& frames,
                   Identifier& identifier);

// Of one frame, as many as its function's prototype has; with `identify` what pointers point to.
std::vector<FrameArgument> arguments_of(const dataflow::FrameValues& frames, std::size_t frame,
                                        Identifier* identifier);

}  // namespace inquest::diagnose

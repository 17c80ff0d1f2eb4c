// The arguments that the functions of the trace were called with.
#pragma once

#include "dataflow/frame_values.h"
#include "diagnose/diagnose.h"
#include "kernel/identify.h"

namespace inquest::diagnose {

// Fills in Frame::arguments of the event's trace and of its stacks that are this task's.
void add_arguments(CrashEvent& event, const DiagnosisInput& input, const dataflow::FrameValues& frames,
                   dataflow::DataFlow& flows, Identifier& identifier);

}  // namespace inquest::diagnose

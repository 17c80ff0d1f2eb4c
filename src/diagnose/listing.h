// The code around the fault and around the calls that led to it, with what its operands access.
#pragma once

#include "dataflow/frame_values.h"
#include "diagnose/diagnose.h"

namespace inquest::diagnose {

// Fills in CrashEvent::listings.
void add_listings(CrashEvent& event, const DiagnosisInput& input, const dataflow::FrameValues& frames,
                  dataflow::Environment& environment);

}  // namespace inquest::diagnose

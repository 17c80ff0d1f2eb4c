// The picture of a race.
#pragma once

#include <string>

#include "model/report.h"

namespace inquest {

// Lanes side by side, one step a row, time downwards, plain ASCII; at most `width` columns wide where the
// lanes leave at least 12 columns each, else one step a line behind its lane's name. "" for an empty
// mechanism.
std::string draw_mechanism(const Mechanism& mechanism, unsigned width = 76);

}  // namespace inquest

// What is known about particular functions, beyond what the fault itself tells.
#pragma once

#include "reason/scene.h"

namespace inquest::reason {

// Refines the verdict of a memory fault where the function gives the pointer a meaning, and adds hints from
// other registers.
void weigh_special_cases(Scene& scene);

}  // namespace inquest::reason

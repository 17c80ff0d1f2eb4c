// The functions that are never to blame, as data.
#pragma once

#include "crashlog/guilty.h"

namespace inquest {

NamePatterns plumbing();

}  // namespace inquest

// Stable pseudonyms for what identifies people and machines.
#pragma once

#include "model/report.h"

namespace inquest {

// Replaces host names, IP, MAC and mail addresses, serial numbers, UUIDs and container ids in every string of the
// report: the same value always by the same pseudonym ("host-1", "ip-2"). Kernel symbols, releases, addresses and
// registers stay.
void redact(Report& report);

}  // namespace inquest
